import { type Address, offset } from "../engine/mod.ts";
import {
  allocateTensor,
  multiply,
  multiplyKept,
  projectBackward,
  projectInto,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions } from "./checks.ts";
import {
  addBiasGradients,
  addGradient,
  addRecurrentGradient,
  allocateHalf,
  allWeights,
  carryFrom,
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
  sumBiases,
  takeLast,
  withHalf,
  withLoan,
} from "./recurrence.ts";
import { Recurrent } from "./recurrent.ts";
import { MAKE, RECURRENT_KINDS, type RecurrentOptions } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";

/** Buffers of a pass over N packed rows. */
interface States {
  readonly gates: Tensor;
  /** r h_{t-1}, `[N, H]`. */
  readonly rh: Tensor;
  readonly output: Tensor;
  /** Initial states: zeros if none were given. */
  readonly h0: Tensor;
  /** Addresses of `rh`, `output` and `h0` as bfloat16 numbers, or null. A loop step by step reads none. */
  readonly rhHalf: Address | 0;
  readonly outputHalf: Address | 0;
  readonly h0Half: Address | 0;
}

/** Allocates the buffers of a pass. */
function allocateStates({ x, packing, weights, h0 }: LayerInput): States {
  const { engine } = x;
  const { rows, batch } = packing;
  const H = weights.weightHH.shape[1];
  const make = (count: number, width: number): Tensor => allocateTensor(engine, [count, width], "chogru");
  const zeros = (): Tensor => {
    const states = make(batch, H);
    engine.run("fill", states.size, 0, states.address);
    return states;
  };
  const first = h0 ?? zeros();
  return {
    ...{ gates: make(rows, 3 * H), rh: make(rows, H), output: make(rows, H), h0: first },
    ...{ rhHalf: allocateHalf(engine, rows * H), outputHalf: allocateHalf(engine, rows * H) },
    h0Half: isStepwise(packing, weights) ? 0 : halfOf(first),
  };
}

/** Runs the whole time loop over W_ih x in `gates` in one call. */
function runLoop({ x, packing, weights }: LayerInput, states: States): void {
  const { engine } = x;
  const { weightHH, biasIH, biasHH } = weights;
  const { gates, rh, output, h0, rhHalf, outputHalf, h0Half } = states;
  const H = weightHH.shape[1];
  engine.run(
    "cho_gru_forward",
    packing.sizes.length,
    engine.placeIntegers(packing.sizes),
    H,
    ...[gates.address, rh.address, output.address, h0.address] as const,
    sumBiases(engine, 3 * H, biasIH, biasHH),
    packForward(weightHH, 0, 2 * H),
    packForward(weightHH, 2 * H, 3 * H),
    rhHalf,
    outputHalf,
    h0Half,
    engine.arena.allocate(packing.batch * 2 * H * 4),
  );
}

/** Runs the time loop with a call for every product, outside training. */
function runSteps({ x, packing, weights }: LayerInput, { gates, rh, output, h0 }: States): void {
  const { engine } = x;
  const { weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const bias = sumBiases(engine, 3 * H, biasIH, biasHH);
  for (const { rows, first, before } of loopSteps(packing)) {
    const previous = before(output, h0) as Address;
    const [sums, reset] = [rowAt(gates, first), rowAt(rh, first)];
    const toN = { address: offset(sums, 2 * H), pitch: 3 * H };
    multiplyKept(rows, { address: previous, pitch: H }, weightHH, { address: sums, pitch: 3 * H }, true, [0, 2 * H]);
    engine.run("cho_gru_reset", rows, H, sums, bias, previous, reset);
    multiplyKept(rows, { address: reset, pitch: H }, weightHH, toN, true, [2 * H, 3 * H]);
    engine.run("cho_gru_update", rows, H, sums, bias, previous, rowAt(output, first));
  }
}

/** Adds the gradient of W_hh: the product of dr and dz with h_{t-1}, and of dn with r h_{t-1}. */
function addWeightGradient({ packing, weights, h0 }: LayerInput, states: States, gatesHalf: Address | 0): void {
  const { weightHH } = weights;
  if (!weightHH.requiresGradient) return;
  const { gates, rh, output, rhHalf } = states;
  const { engine, shape: [, H] } = weightHH;
  const add = weightHH.hasGradient;
  const recurrent = { packing, h: output, h0, previous: previousStates(packing, output), weight: weightHH };
  addRecurrentGradient(recurrent, [withHalf(gates.address, 3 * H, gatesHalf), 2 * H]);
  const dn = withHalf(offset(gates.address, 2 * H), 3 * H, gatesHalf && offset(gatesHalf, H));
  const to = { address: offset(weightHH.zeroedGradient(), 2 * H * H), pitch: H };
  multiply(engine, "TN", [H, H, packing.rows], dn, withHalf(rh.address, H, rhHalf), to, add);
}

/** Replaces the gates by their gradients and records those of all inputs. */
function runBackward(input: LayerInput, states: States, h: Tensor): void {
  const { x, packing, weights, h0 } = input;
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const { gates, output } = states;
  const dh = carryFrom(h);
  const gatesHalf = allocateHalf(engine, packing.rows * 3 * H);
  withLoan(engine, () =>
    engine.run(
      "cho_gru_backward",
      packing.sizes.length,
      engine.placeIntegers(packing.sizes),
      H,
      ...[gates.address, output.address, states.h0.address] as const,
      output.hasGradient ? output.claimGradient() : 0,
      dh,
      h0?.requiresGradient ? 1 : 0,
      packBackward(weightHH, 0, 2 * H),
      packBackward(weightHH, 2 * H),
      gatesHalf,
      engine.arena.allocate(packing.batch * 4 * H * 4),
    ));
  addGradient(h0, dh);
  const summands = projectBackward(x, weightIH, withHalf(gates.address, 3 * H, gatesHalf));
  addWeightGradient(input, states, gatesHalf);
  addBiasGradients(engine, 3 * H, summands, [biasIH, biasHH]);
}

/** Runs a GRU layer over a packed batch, with the reset gate before the recurrent product; see `docs/cells.md`. */
export function choGruLayer(input: LayerInput): LayerResult {
  const { x, packing, weights, h0 } = input;
  const { engine } = x;
  const states = allocateStates(input);
  const { output } = states;
  projectInto(x, weights.weightIH, states.gates.address);
  const isWhole = !isStepwise(packing, weights);
  withLoan(engine, () => isWhole ? runLoop(input, states) : runSteps(input, states));
  if (isWhole) output.holdHalf(states.outputHalf);
  const h = takeLast(packing, output);
  const backward = (): void => runBackward(input, states, h);
  Scope.of(engine, "chogru").record("recurrentLayer", [x, h0, ...allWeights(weights)], [output, h], backward, {
    cell: "chogru",
  });
  return { output, h };
}

/**
 * Gated recurrent unit as Cho et al. (2014) print it: n = tanh(W_in x + b_in + W_hn (r * h) + b_hn). The reset gate
 * scales the state before the recurrent product, not the product as in `GRU`. It is Keras's GRU with
 * `reset_after=False` and ONNX's with `linear_before_reset=0`. Gate order: r, z, n.
 *
 * @example
 * ```ts
 * import { ChoGRU, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const gru = new ChoGRU({ input: 3, hidden: 4 });
 * inference(() => {
 *   const { output } = gru.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 * });
 * ```
 */
export class ChoGRU extends Recurrent {
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
    return { cell: "chogru" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return choGruLayer;
  }
}
