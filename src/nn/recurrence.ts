import type { Engine } from "../engine/mod.ts";
import { allocateTensor, gather, keptPacked, type Parameter, Scope, type Tensor } from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";

/** The parameters of one layer in one direction; G = 1 (RNN), 4 (LSTM) or 3 (GRU) gates. */
export interface LayerWeights {
  /** [G H, I] */
  readonly weightIH: Parameter;
  /** [G H, P] */
  readonly weightHH: Parameter;
  /** [G H] */
  readonly biasIH: Parameter | null;
  /** [G H] */
  readonly biasHH: Parameter | null;
  /** [P, H], for an LSTM with a projection. */
  readonly weightHR: Parameter | null;
}

/** What a layer gives: its hidden states [N, P] and its final states [B, P] and, for an LSTM, [B, H]. */
export interface LayerResult {
  /** The hidden states of the packed rows. */
  readonly output: Tensor;
  /** The last hidden state of every sequence. */
  readonly h: Tensor;
  /** The last cell state of every sequence. */
  readonly c?: Tensor;
}

/** Everything that a layer computes on. */
export interface LayerInput {
  /** The packed inputs [N, I]. */
  readonly x: Tensor;
  /** How they are packed. */
  readonly packing: Packing;
  /** The layer's parameters. */
  readonly weights: LayerWeights;
  /** The first hidden states [B, P], zeros where null. */
  readonly h0: Tensor | null;
  /** The first cell states [B, H] of an LSTM, null where `h0` is. */
  readonly c0: Tensor | null;
}

/** A layer's pass over a packed batch, forward and recorded for the way back, in one kernel call each. */
export type LayerFunction = (input: LayerInput) => LayerResult;

export function allWeights({ weightIH, weightHH, biasIH, biasHH, weightHR }: LayerWeights): (Parameter | null)[] {
  return [weightIH, weightHH, biasIH, biasHH, weightHR];
}

/** W of the rows [first, last) of a recurrent weight as the backward loop reads it: packed, or as it stands where products run natively. */
export function packBackward(weight: Tensor, first = 0, last: number = weight.shape[0]): number {
  const { engine } = weight;
  const columns = weight.shape[1];
  const rows = weight.address + first * columns * 4;
  if (engine.blas) return rows;
  const packed = engine.arena.allocate(Math.ceil(columns / 8) * 8 * (last - first) * 4);
  engine.run("pack", 0, last - first, columns, rows, columns, packed);
  return packed;
}

/**
 * W^T of the rows [first, last) of a recurrent weight as the forward loop reads it: packed, or written out where products run natively. Outside
 * training it is kept from call to call.
 */
export function packForward(weight: Parameter, first = 0, last: number = weight.shape[0]): number {
  const { engine } = weight;
  const columns = weight.shape[1];
  const count = last - first;
  const rows = weight.address + first * columns * 4;
  const { training } = Scope.of(engine, "recurrence");
  if (!engine.blas && !training) return keptPacked(weight, first, last);
  const bytes = (engine.blas ? count : Math.ceil(count / 8) * 8) * columns * 4;
  const write = (to: number): void => {
    if (engine.blas) engine.run("transpose_matrix", count, columns, rows, to);
    else engine.run("pack", 1, columns, count, rows, columns, to);
  };
  if (!training) return weight.derived(`transposed ${first} ${last}`, bytes, write);
  const packed = engine.arena.allocate(bytes);
  write(packed);
  return packed;
}

/** Runs a time loop, and gives back the step's memory that it took for packed weights and the like: nothing else reads them. */
export function withLoan(engine: Engine, loop: () => void): void {
  const mark = engine.arena.mark();
  loop();
  engine.arena.reset(mark);
}

/**
 * Whether a loop runs step by step, the recurrent products apart from it: where there is only one step, so that threads can share a
 * single row's product, and where the weights are read in 8 bits.
 */
export function isStepwise({ sizes }: Packing, { weightHH }: LayerWeights): boolean {
  if (Scope.of(weightHH.engine, "recurrence").training) return false;
  return sizes.length === 1 || weightHH.precision === "int8";
}

/** One step of a loop: its number, its rows, the first of them, and where the states before it stand, 0 for zeros. */
export interface LoopStep {
  /** The step's number. */
  readonly t: number;
  /** How many rows it has. */
  readonly rows: number;
  /** The first of them among all packed rows. */
  readonly first: number;
  /** Finds the rows of `states`[N, width] before the step's, or those of `initial`; 0 where there are none. */
  readonly before: (states: Tensor, initial: Tensor | null) => number;
}

/** The steps of a packed batch, from the first to the last. */
export function* loopSteps({ sizes }: Packing): Generator<LoopStep> {
  let first = 0;
  for (let t = 0; t < sizes.length; t++) {
    const previous = t === 0 ? -1 : first - sizes[t - 1];
    const before = (states: Tensor, initial: Tensor | null): number =>
      previous < 0 ? initial?.address ?? 0 : states.address + previous * states.shape[1] * 4;
    yield { t, rows: sizes[t], first, before };
    first += sizes[t];
  }
}

/** What `sum` writes of two biases to n floats of memory; outside training it is kept until one of them changes. */
export function deriveBiases(
  engine: Engine,
  n: number,
  [biasIH, biasHH]: readonly (Parameter | null)[],
  sum: (to: number) => void,
): number {
  if (biasIH && !Scope.of(engine, "recurrence").training) {
    return biasIH.derived("biases", n * 4, sum, biasHH ?? undefined);
  }
  const address = engine.arena.allocate(n * 4);
  sum(address);
  return address;
}

/** The sum of both biases, zeros without them. */
export function sumBiases(engine: Engine, n: number, ...biases: (Parameter | null)[]): number {
  return deriveBiases(engine, n, biases, (to) => {
    engine.run("fill", n, 0, to);
    for (const bias of biases) if (bias) engine.run("add_scaled", n, 1, bias.address, to);
  });
}

/** The final states [B, width]: the last of every sequence, which after one step are the states themselves. */
export function takeLast(packing: Packing, states: Tensor): Tensor {
  const { engine } = states;
  if (packing.isDense && packing.sizes.length === 1 && !Scope.of(engine, "recurrence").training) return states;
  const [, width] = states.shape;
  const last = allocateTensor(engine, [packing.batch, width], "recurrence");
  engine.run("gather_rows", packing.batch, width, engine.placeIntegers(packing.last), states.address, last.address);
  return last;
}

/** A copy of a final state's gradient, zeros where it has none: what the backward loop carries from step to step. */
export function carryFrom(state: Tensor): number {
  const { engine, size } = state;
  const carry = engine.arena.allocate(size * 4);
  if (state.hasGradient) engine.run("affine", size, state.claimGradient(), 1, 0, carry);
  else engine.run("fill", size, 0, carry);
  return carry;
}

export function addGradient(to: Tensor | null, from: number): void {
  if (to?.requiresGradient) to.engine.run("add_scaled", to.size, 1, from, to.zeroedGradient());
}

/** Adds the column sums of dGates[rows, n] to the gradients of both biases. */
export function addBiasGradients(
  engine: Engine,
  rows: number,
  n: number,
  dGates: number,
  biases: (Parameter | null)[],
): void {
  const wanting = biases.filter((bias) => bias?.requiresGradient) as Parameter[];
  if (wanting.length === 0) return;
  const sums = engine.arena.allocate(n * 4);
  engine.run("fill", n, 0, sums);
  engine.run("add_row_sums", rows, n, dGates, n, sums);
  for (const bias of wanting) engine.run("add_scaled", n, 1, sums, bias.zeroedGradient());
}

/** The states before every packed row of the steps after the first: the states themselves where packed is padded. */
export function previousStates(packing: Packing, h: Tensor): number {
  if (packing.isDense) return h.address;
  const { engine } = h;
  const width = h.shape[1];
  const rows = packing.previous.length;
  const address = engine.arena.allocate(rows * width * 4);
  engine.run("gather_rows", rows, width, engine.placeIntegers(packing.previous), h.address, address);
  return address;
}

/** One product of the recurrent weights' gradient: rows [first, first + count) of it from columns of dGates. */
export interface RecurrentGradient {
  readonly packing: Packing;
  readonly h: Tensor;
  readonly h0: Tensor | null;
  readonly previous: number;
  readonly weight: Parameter;
}

/** dW[first..first + count] += dGates^T h_{t-1}, `dGates` having rows of `pitch` floats. */
export function addRecurrentGradient(
  { packing, h, h0, previous, weight }: RecurrentGradient,
  dGates: number,
  pitch: number,
  first: number,
  count: number,
): void {
  if (!weight.requiresGradient) return;
  const { engine } = h;
  const P = h.shape[1];
  const to = weight.zeroedGradient() + first * P * 4;
  const product = (rows: number, gates: number, states: number): void =>
    engine.run("matmul", 1, 0, count, P, rows, gates, pitch, states, P, to, P, 1, engine.scratch);
  if (h0) product(packing.batch, dGates, h0.address);
  const later = packing.rows - packing.batch;
  if (later > 0) product(later, dGates + packing.batch * pitch * 4, previous);
}

/** Runs a layer from each sequence's end to its beginning. */
export function reversed(layer: LayerFunction): LayerFunction {
  return (input) => {
    const { reversed } = input.packing;
    const { output, h, c } = layer({ ...input, x: gather(input.x, reversed) });
    return { output: gather(output, reversed), h, c };
  };
}
