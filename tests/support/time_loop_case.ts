import type { RecurrentGradients, RecurrentOptions, RecurrentRun } from "./oracles/mod.ts";
import { randomFloats } from "./floats.ts";
import { PackedBatch } from "./packed_batch.ts";

/** Options of a time loop case. */
export interface RecurrenceOptions {
  /** Number of gates: 1 (RNN), 4 (LSTM) or 3 (GRU). */
  readonly gates: number;
  /** Hidden size. */
  readonly H: number;
  /** Size of the projected output. Default: no projection. */
  readonly P?: number;
  readonly batch: PackedBatch;
  /** Whether there are initial states, whose gradient is also computed. */
  readonly initial: boolean;
  /** Whether the hidden states of every step receive a gradient, or only the final states. */
  readonly everyStep: boolean;
}

/** Operands of a time loop, and the float64 oracle's result. The input products take the place of the input. */
export interface RecurrenceCase extends RecurrenceOptions {
  /** Size of the hidden states. */
  readonly width: number;
  /** W_ih x of every packed row: [N, G H]. */
  readonly products: Float32Array;
  readonly weightHH: Float32Array;
  readonly weightHR: Float32Array;
  readonly biasIH: Float32Array;
  readonly biasHH: Float32Array;
  readonly h0: Float32Array;
  readonly c0: Float32Array;
  readonly dOutput: Float32Array;
  readonly dh: Float32Array;
  readonly dc: Float32Array;
  readonly run: RecurrentRun;
  readonly gradients: RecurrentGradients;
}

/** Batches that exercise the boundaries between workers and steps: one row, dense, ragged. */
export const BATCHES: readonly PackedBatch[] = [
  new PackedBatch(1, [1]),
  new PackedBatch(3, [3, 3, 3]),
  new PackedBatch(4, [4, 4, 3, 2, 2, 2, 1, 1, 1]),
];

/** Yields every combination of sizes, batches, initial states and step gradients. */
export function forEachRecurrence(
  sizes: readonly number[],
  check: (options: Omit<RecurrenceOptions, "gates">) => void,
): void {
  for (const H of sizes) {
    for (const batch of BATCHES) {
      for (const initial of [false, true]) {
        for (const everyStep of [false, true]) check({ H, batch, initial, everyStep });
      }
    }
  }
}

/** Makes an identity matrix. */
function identity(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
}

/** Makes random operands and runs the oracle on them. */
export function makeRecurrence(
  options: RecurrenceOptions,
  oracle: (options: RecurrentOptions) => RecurrentRun,
): RecurrenceCase {
  const { gates, H, P = 0, batch, initial, everyStep } = options;
  const [width, G] = [P || H, gates * H];
  const { B, T, lengths, rows } = batch;
  const spread = 1 / Math.sqrt(width);
  const products = randomFloats(1, rows * G);
  const weights = {
    weightHH: randomFloats(2, G * width, -spread, spread),
    weightHR: randomFloats(3, P * H, -1, 1),
    biasIH: randomFloats(4, G),
    biasHH: randomFloats(5, G),
  };
  const states = { h0: randomFloats(6, initial ? B * width : 0), c0: randomFloats(7, initial ? B * H : 0) };
  const slopes = {
    dOutput: randomFloats(8, everyStep ? rows * width : 0),
    dh: randomFloats(9, B * width),
    dc: randomFloats(10, B * H),
  };
  const run = oracle({
    x: batch.pad(products, G),
    ...{ T, B, I: G, H, P, lengths },
    weights: {
      weight_ih: identity(G),
      weight_hh: weights.weightHH,
      bias_ih: weights.biasIH,
      bias_hh: weights.biasHH,
      weight_hr: weights.weightHR,
    },
    h0: initial ? states.h0 : null,
    c0: initial ? states.c0 : null,
  });
  const dOutput = everyStep ? batch.pad(slopes.dOutput, width) : null;
  const gradients = run.backward(dOutput, slopes.dh, gates === 4 ? slopes.dc : null);
  return { ...options, width, products, ...weights, ...states, ...slopes, run, gradients };
}
