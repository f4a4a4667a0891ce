import { type Address, type Engine, offset } from "../engine/mod.ts";
import {
  allocateTensor,
  type DenseRows,
  multiplyKept,
  type Parameter,
  projectBackward,
  projectInto,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions } from "./checks.ts";
import {
  addGradient,
  addRecurrentGradient,
  allocateHalf,
  allWeights,
  carryFrom,
  deriveBiases,
  halfOf,
  isStepwise,
  type LayerFunction,
  type LayerInput,
  type LayerResult,
  loopSteps,
  packBackward,
  packForward,
  previousStates,
  rowAt,
  sumRows,
  takeLast,
  withHalf,
  withLoan,
} from "./recurrence.ts";
import { Recurrent } from "./recurrent.ts";
import { MAKE, RECURRENT_KINDS, type RecurrentOptions } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";

/** The kernel's two bias vectors: b_ih + b_hh for r and z followed by b_in, and b_hn on its own. */
function sumGruBiases(
  engine: Engine,
  H: number,
  biasIH: Parameter | null,
  biasHH: Parameter | null,
): [Address, Address] {
  const bias = deriveBiases(engine, 4 * H, [biasIH, biasHH], (to) => {
    engine.run("fill", 4 * H, 0, to);
    if (biasIH) engine.run("add_scaled", 3 * H, 1, biasIH.address, to);
    if (biasHH) {
      engine.run("add_scaled", 2 * H, 1, biasHH.address, to);
      engine.run("add_scaled", H, 1, offset(biasHH.address, 2 * H), offset(to, 3 * H));
    }
  });
  return [bias, offset(bias, 3 * H)];
}

/** Buffers that the forward loop writes or reads. */
interface States {
  readonly gates: Tensor;
  readonly hn: Tensor;
  readonly output: Tensor;
  /** Addresses of `output` and h0 as bfloat16 numbers, or null. A loop step by step reads none. */
  readonly outputHalf: Address | 0;
  readonly h0Half: Address | 0;
}

/** Runs the time loop over W_ih x in `gates`. The recurrent product of r and z is separate from that of n. */
function runLoop(
  { x, packing, weights, h0 }: LayerInput,
  { gates, hn, output, outputHalf, h0Half }: States,
): void {
  const { engine } = x;
  const { weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const at = engine.placeIntegers(packing.sizes);
  const room = engine.arena.allocate(packing.batch * 2 * H * 4);
  const biases = sumGruBiases(engine, H, biasIH, biasHH);
  const loop = (
    steps: number,
    t: number,
    first: number,
    previous: Address | 0,
    packed: readonly [Address | 0, Address | 0],
  ): void => {
    const states = [rowAt(gates, first), rowAt(hn, first), rowAt(output, first)] as const;
    const operands = [...states, previous, ...biases, ...packed, outputHalf, h0Half, room] as const;
    engine.run("gru_forward", steps, offset(at, t), H, ...operands);
  };
  if (isStepwise(packing, weights)) {
    for (const { t, rows, first, before } of loopSteps(packing)) {
      const previous = before(output, h0);
      if (previous) {
        const from = { address: previous, pitch: H };
        const toRZ = { address: rowAt(gates, first), pitch: 3 * H };
        const toN = { address: rowAt(hn, first), pitch: H };
        multiplyKept(rows, from, weightHH, toRZ, true, [0, 2 * H]);
        multiplyKept(rows, from, weightHH, toN, false, [2 * H, 3 * H]);
      }
      loop(1, t, first, previous, [0, 0]);
    }
  } else {
    const packed = [packForward(weightHH, 0, 2 * H), packForward(weightHH, 2 * H, 3 * H)] as const;
    loop(packing.sizes.length, 0, 0, h0?.address ?? 0, packed);
  }
}

/** Adds the gradients of both biases, which differ only in n. `gates` are rows with the column sums of dGates. */
function addGruBiasGradients(gates: DenseRows, hn: Tensor, biasIH: Parameter | null, biasHH: Parameter | null): void {
  if (!biasIH?.requiresGradient && !biasHH?.requiresGradient) return;
  const { engine } = hn;
  const [rows, H] = hn.shape;
  const sums = sumRows(engine, 3 * H, gates);
  if (biasIH?.requiresGradient) engine.run("add_scaled", 3 * H, 1, sums, biasIH.zeroedGradient());
  if (!biasHH?.requiresGradient) return;
  const to = biasHH.zeroedGradient();
  engine.run("add_scaled", 2 * H, 1, sums, to);
  engine.run("add_row_sums", rows, H, hn.address, H, offset(to, 2 * H));
}

/** Runs a GRU layer over a packed batch, applying the reset gate after the recurrent product; see `docs/cells.md`. */
export function gruLayer(input: LayerInput): LayerResult {
  const { x, packing, weights, h0 } = input;
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const { rows, sizes } = packing;
  const gates = allocateTensor(engine, [rows, 3 * H], "gru");
  const hn = allocateTensor(engine, [rows, H], "gru");
  const output = allocateTensor(engine, [rows, H], "gru");
  projectInto(x, weightIH, gates.address);
  const outputHalf = allocateHalf(engine, rows * H);
  const isWhole = !isStepwise(packing, weights);
  const h0Half = isWhole ? halfOf(h0) : 0;
  withLoan(engine, () => runLoop(input, { gates, hn, output, outputHalf, h0Half }));
  if (isWhole) output.holdHalf(outputHalf);
  const h = takeLast(packing, output);
  Scope.of(engine, "gru").record("recurrentLayer", [x, h0, ...allWeights(weights)], [output, h], () => {
    const dh = carryFrom(h);
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    const gatesHalf = allocateHalf(engine, rows * 3 * H);
    const hnHalf = allocateHalf(engine, rows * H);
    withLoan(engine, () =>
      engine.run(
        "gru_backward",
        sizes.length,
        engine.placeIntegers(sizes),
        H,
        gates.address,
        hn.address,
        output.address,
        h0?.address ?? 0,
        dOutput,
        dh,
        h0?.requiresGradient ? 1 : 0,
        packBackward(weightHH, 0, 2 * H),
        packBackward(weightHH, 2 * H),
        gatesHalf,
        hnHalf,
        engine.arena.allocate(packing.batch * 2 * H * 4),
      ));
    addGradient(h0, dh);
    const dGates = withHalf(gates.address, 3 * H, gatesHalf);
    const summands = projectBackward(x, weightIH, dGates);
    const recurrent = { packing, h: output, h0, previous: previousStates(packing, output), weight: weightHH };
    addRecurrentGradient(recurrent, [dGates, 2 * H], [withHalf(hn.address, H, hnHalf), H]);
    addGruBiasGradients(summands, hn, biasIH, biasHH);
  }, { cell: "gru" });
  return { output, h };
}

/**
 * Gated recurrent unit (Cho et al. 2014). Gate order: r, z, n; the reset gate is applied after the recurrent product.
 *
 * @example
 * ```ts
 * import { GRU, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const gru = new GRU({ input: 3, hidden: 4, bidirectional: true });
 * inference(() => {
 *   const { output, state } = gru.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 8]);
 *   assertEquals(state.h.shape, [2, 2, 4]);
 * });
 * ```
 */
export class GRU extends Recurrent {
  /** Always false: the state has no cell states. */
  readonly hasCells = false;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: RecurrentOptions) {
    super(checkOptions(MAKE, options, RECURRENT_KINDS), 3);
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "gru" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return gruLayer;
  }
}
