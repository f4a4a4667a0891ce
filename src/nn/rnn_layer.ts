import { type Address, offset } from "../engine/mod.ts";
import { allocateTensor, multiplyKept, projectBackward, projectInto, Scope } from "../tensor/mod.ts";
import { checkOptions } from "./checks.ts";
import {
  addBiasGradients,
  addGradient,
  addRecurrentGradient,
  allocateHalf,
  allWeights,
  carryFrom,
  isStepwise,
  type LayerFunction,
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
import { MAKE, RECURRENT_KINDS, type RNNOptions } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";

/** Runs an Elman RNN layer with tanh or ReLU over a packed batch; see `docs/cells.md`. */
export function rnnLayer(relu: boolean): LayerFunction {
  return ({ x, packing, weights, h0 }) => {
    const { engine } = x;
    const { weightIH, weightHH, biasIH, biasHH } = weights;
    const H = weightHH.shape[1];
    const { rows, sizes } = packing;
    const at = engine.placeIntegers(sizes);
    const kind = relu ? 1 : 0;
    const bias = sumBiases(engine, H, biasIH, biasHH);
    const outputHalf = allocateHalf(engine, rows * H);
    const output = allocateTensor(engine, [rows, H], "rnn");
    projectInto(x, weightIH, output.address);
    const loop = (steps: number, t: number, first: number, previous: Address | 0, packed: Address | 0): void => {
      const operands = [rowAt(output, first), previous, bias, packed, outputHalf] as const;
      engine.run("rnn_forward", kind, steps, offset(at, t), H, ...operands);
    };
    if (isStepwise(packing, weights)) {
      for (const { t, rows, first, before } of loopSteps(packing)) {
        const previous = before(output, h0);
        const to = { address: rowAt(output, first), pitch: H };
        if (previous) multiplyKept(rows, { address: previous, pitch: H }, weightHH, to, true);
        loop(1, t, first, previous, 0);
      }
    } else {
      const first = operandOf(h0);
      withLoan(engine, () => loop(sizes.length, 0, 0, first, packForward(weightHH)));
      output.holdHalf(outputHalf);
    }
    const h = takeLast(packing, output);
    Scope.of(engine, "rnn").record("recurrentLayer", [x, h0, ...allWeights(weights)], [output, h], () => {
      const dGates = engine.arena.allocate(rows * H * 4);
      const dGatesHalf = allocateHalf(engine, rows * H);
      const dh = carryFrom(h);
      const dOutput = output.hasGradient ? output.claimGradient() : 0;
      const initial = h0?.requiresGradient ? 1 : 0;
      const states = [output.address, dOutput, dh, dGates] as const;
      withLoan(engine, () => {
        const packed = packBackward(weightHH);
        engine.run("rnn_backward", kind, sizes.length, at, H, ...states, initial, packed, dGatesHalf);
      });
      addGradient(h0, dh);
      const gradient = withHalf(dGates, H, dGatesHalf);
      const summands = projectBackward(x, weightIH, gradient);
      const recurrent = { packing, h: output, h0, previous: previousStates(packing, output), weight: weightHH };
      addRecurrentGradient(recurrent, [gradient, H]);
      addBiasGradients(engine, H, summands, [biasIH, biasHH]);
    }, { cell: "rnn" });
    return { output, h };
  };
}

/**
 * Simple recurrent network (Elman 1990): h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), or ReLU instead of tanh.
 *
 * @example
 * ```ts
 * import { inference, RNN, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const rnn = new RNN({ input: 3, hidden: 4, nonlinearity: "relu" });
 * inference(() => {
 *   const { output } = rnn.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 * });
 * ```
 */
export class RNN extends Recurrent {
  /** Always false: the state has no cell states. */
  readonly hasCells = false;
  #relu: boolean;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: RNNOptions) {
    super(checkOptions(MAKE, options, { ...RECURRENT_KINDS, nonlinearity: ["tanh", "relu"] }), 1);
    this.#relu = options.nonlinearity === "relu";
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "rnn", nonlinearity: this.#relu ? "relu" : "tanh" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return rnnLayer(this.#relu);
  }
}
