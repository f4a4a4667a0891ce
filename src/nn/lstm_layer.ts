import { InputRangeError } from "../../errors.ts";
import { type Address, offset } from "../engine/mod.ts";
import {
  allocateTensor,
  multiply,
  multiplyKept,
  projectBackward,
  projectInto,
  type Rows,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions } from "./checks.ts";
import { allocateSpace, arrange, packBackwardParts, packForwardParts, unitsOfPart } from "./column_parts.ts";
import {
  addBiasGradients,
  addGradient,
  addRecurrentGradient,
  allocateHalf,
  allWeights,
  carryFrom,
  isStepwise,
  type LayerFunction,
  type LayerInput,
  type LayerResult,
  loopSteps,
  operandOf,
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
import { type LSTMOptions, MAKE, RECURRENT_KINDS } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";

/** Buffers that the forward loop writes. */
interface States {
  readonly gates: Tensor;
  readonly output: Tensor;
  readonly c: Tensor;
  readonly tanhC: Tensor;
  readonly m: Tensor;
  /** Addresses of h0, `output` and `m` as the whole loop multiplies them. */
  readonly operands: readonly [h0: Address | 0, output: Address | 0, m: Address | 0];
}

/** Runs the time loop over W_ih x in `gates`. */
function runLoop({ x, packing, weights, h0, c0 }: LayerInput, states: States): void {
  const { engine } = x;
  const { weightHH, weightHR, biasIH, biasHH } = weights;
  const { gates, output, c, tanhC, m, operands: [first, ...halves] } = states;
  const H = weightHH.shape[0] / 4;
  const P = weightHH.shape[1];
  const at = engine.placeIntegers(packing.sizes);
  const bias = sumBiases(engine, 4 * H, biasIH, biasHH);
  const loop = (
    steps: number,
    t: number,
    row: number,
    previous: readonly [h: Address | 0, c: Address | 0],
    packed: readonly [hh: Address | 0, hr: Address | 0],
  ): void => {
    const cells = [rowAt(c, row), rowAt(tanhC, row), rowAt(m, row)] as const;
    const rows = [rowAt(gates, row), rowAt(output, row), ...cells] as const;
    engine.run("lstm_forward", steps, offset(at, t), H, P, ...rows, ...previous, bias, ...packed, ...halves);
  };
  if (isStepwise(packing, weights)) {
    for (const { t, rows, first, before } of loopSteps(packing)) {
      const previous = before(output, h0);
      const own = (states: Tensor): Rows => ({ address: rowAt(states, first), pitch: states.shape[1] });
      if (previous) multiplyKept(rows, { address: previous, pitch: P }, weightHH, own(gates), true);
      loop(1, t, first, [previous, before(c, c0)], [0, 0]);
      if (weightHR) multiplyKept(rows, own(m), weightHR, own(output), false);
    }
  } else {
    const packed = [packForward(weightHH), weightHR ? packForward(weightHR) : 0] as const;
    loop(packing.sizes.length, 0, 0, [first, c0?.address ?? 0], packed);
  }
}

/** Runs the time loop with workers that share the units, `share` units in a part. */
function runByColumns({ x, packing, weights, c0 }: LayerInput, states: States, share: number): void {
  const { engine } = x;
  const { weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const { gates, output, c, tanhC, operands: [first, half] } = states;
  const parts = packForwardParts(weightHH, share);
  engine.run(
    "lstm_forward_by_columns",
    packing.sizes.length,
    engine.placeIntegers(packing.sizes),
    H,
    gates.address,
    output.address,
    c.address,
    tanhC.address,
    first,
    c0?.address ?? 0,
    arrange(engine, sumBiases(engine, 4 * H, biasIH, biasHH), [4 * H, 1], H, share),
    share,
    parts.size,
    parts.packed,
    half,
    allocateSpace(engine, 5 * packing.batch * H),
  );
}

/** Runs an LSTM layer, with or without projection, over a packed batch; see `docs/cells.md`. */
export function lstmLayer(input: LayerInput): LayerResult {
  const { x, packing, weights, h0, c0 } = input;
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH, weightHR } = weights;
  const H = weightHH.shape[0] / 4;
  const P = weightHH.shape[1];
  const { rows, batch, sizes } = packing;
  const states = (width: number, count = rows): Tensor => allocateTensor(engine, [count, width], "lstm");
  const [gates, c, tanhC, output] = [states(4 * H), states(H), states(H), states(P)];
  const m = weightHR ? states(H) : output;
  projectInto(x, weightIH, gates.address);
  const outputHalf = allocateHalf(engine, rows * P);
  const mHalf = weightHR ? allocateHalf(engine, rows * H) : outputHalf;
  const isWhole = !isStepwise(packing, weights);
  const operands = [isWhole ? operandOf(h0) : 0, outputHalf, mHalf] as const;
  const buffers = { gates, output, c, tanhC, m, operands };
  const share = weightHR ? 0 : unitsOfPart(weightHH, batch);
  withLoan(engine, () => isWhole && share > 0 ? runByColumns(input, buffers, share) : runLoop(input, buffers));
  if (isWhole) output.holdHalf(outputHalf);
  const [h, cN] = [takeLast(packing, output), takeLast(packing, c)];
  Scope.of(engine, "lstm").record("recurrentLayer", [x, h0, c0, ...allWeights(weights)], [output, h, cN], () => {
    const dh = carryFrom(h);
    const dc = carryFrom(cN);
    const projected = weightHR && { dH: states(P).address, dm: states(H, batch).address };
    const gatesHalf = allocateHalf(engine, rows * 4 * H);
    const dHHalf = weightHR ? allocateHalf(engine, rows * P) : 0;
    const initial = h0?.requiresGradient || c0?.requiresGradient ? 1 : 0;
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    const loop = [sizes.length, engine.placeIntegers(sizes), H] as const;
    const saved = [gates.address, c.address, tanhC.address, c0?.address ?? 0] as const;
    withLoan(engine, () => {
      if (share > 0) {
        const { size, packed } = packBackwardParts(weightHH, share);
        const space = allocateSpace(engine, batch * H);
        const slopes = [dOutput, dh, dc, initial] as const;
        engine.run("lstm_backward_by_columns", ...loop, ...saved, ...slopes, share, size, packed, gatesHalf, space);
        return;
      }
      const slopes = [dOutput, dh, dc, projected?.dH ?? 0, projected?.dm ?? 0, initial] as const;
      const packed = [packBackward(weightHH), weightHR ? packBackward(weightHR) : 0] as const;
      engine.run("lstm_backward", ...loop, P, ...saved, ...slopes, ...packed, gatesHalf, dHHalf);
    });
    addGradient(h0, dh);
    addGradient(c0, dc);
    const dGates = withHalf(gates.address, 4 * H, gatesHalf);
    const summands = projectBackward(x, weightIH, dGates);
    if (weightHR?.requiresGradient) {
      const products = [withHalf(projected!.dH, P, dHHalf), withHalf(m.address, H, mHalf)] as const;
      const add = weightHR.hasGradient;
      multiply(engine, "TN", [P, H, rows], ...products, { address: weightHR.claimGradient(), pitch: H }, add);
    }
    const recurrent = { packing, h: output, h0, previous: previousStates(packing, output), weight: weightHH };
    addRecurrentGradient(recurrent, [dGates, 4 * H]);
    addBiasGradients(engine, 4 * H, summands, [biasIH, biasHH]);
  }, { cell: "lstm" });
  return { output, h, c: cN };
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gates: Gers et al. 2000). Gate order: i, f, g, o.
 *
 * @example
 * ```ts
 * import { inference, LSTM, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const lstm = new LSTM({ input: 3, hidden: 4, layers: 2 });
 * inference(() => {
 *   const { output, state } = lstm.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]), { lengths: [5, 3] });
 *   assertEquals(output.shape, [5, 2, 4]);
 *   assertEquals(state.h.shape, [2, 2, 4]);
 * });
 * ```
 */
export class LSTM extends Recurrent {
  /** Always true: the state has cell states. */
  readonly hasCells = true;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: LSTMOptions) {
    super(checkOptions(MAKE, options, { ...RECURRENT_KINDS, projection: "number" }), 4, options.projection);
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "lstm" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return lstmLayer;
  }

  /**
   * Sets the forget gates' bias, the sum of both bias vectors, to `value` in every layer. Jozefowicz et al. (2015) use
   * 1. Throws `RangeError` if the LSTM has no biases.
   */
  initialiseForgetBias(value: number): void {
    if (!this.namedParameters().has("bias_ih_l0")) {
      throw new InputRangeError("initialize a forget bias: expected an LSTM with biases, found one without");
    }
    for (const [name, parameter] of this.namedParameters()) {
      if (!/^bias_[ih]h_l/.test(name)) continue;
      const values = parameter.toArray();
      values.fill(name.startsWith("bias_ih") ? value : 0, values.length / 4, values.length / 2);
      parameter.assign(values);
    }
  }
}
