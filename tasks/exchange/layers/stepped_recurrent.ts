import {
  add,
  affine,
  concat,
  gather,
  linear,
  Module,
  mul,
  Parameter,
  relu,
  reshape,
  sigmoid,
  slice,
  sub,
  tanh,
  type Tensor,
  tensor,
} from "../../../src/nn/mod.ts";
import { type CellFunction, GATES, type ImportedCell } from "./layer.ts";

/** The sizes and functions of a layer. */
export interface SteppedOptions {
  readonly cell: ImportedCell;
  readonly input: number;
  readonly hidden: number;
  readonly bias: boolean;
  /** The function that makes candidates. */
  readonly activation: CellFunction;
  /** The function of an LSTM's cell, which its output gate multiplies. Default: "tanh". */
  readonly cellActivation?: CellFunction;
  /** The function of the gates. Default: "sigmoid". */
  readonly gateActivation?: CellFunction;
  /** The slope of hard sigmoids in place of it. Default: none. */
  readonly gateSlope?: number;
  /** The largest absolute value of what enters a gate or a candidate's function. Default: no limit. */
  readonly clip?: number;
}

const FUNCTIONS: { readonly [K in CellFunction]: (x: Tensor) => Tensor } = { sigmoid, tanh, relu };

/** The states of a step. */
interface States {
  readonly h: Tensor;
  readonly c: Tensor;
}

/**
 * A recurrent layer of one direction with other functions than those of the kernels, such as hard sigmoids, or with
 * clipped inputs. It is made of operations and computed step by step. Its parameters have the names of Elman's layers.
 */
export class SteppedRecurrent extends Module {
  readonly weight_ih_l0: Parameter;
  readonly weight_hh_l0: Parameter;
  readonly bias_ih_l0?: Parameter;
  readonly bias_hh_l0?: Parameter;
  #cell: ImportedCell;
  #hidden: number;
  #gate: (x: Tensor) => Tensor;
  #candidate: (x: Tensor) => Tensor;
  #shown: (x: Tensor) => Tensor;

  constructor(options: SteppedOptions) {
    const { cell, input, hidden, bias, activation, gateSlope, clip } = options;
    super();
    const rows = GATES[cell] * hidden;
    this.#cell = cell;
    this.#hidden = hidden;
    const clipped = (x: Tensor): Tensor => clip === undefined ? x : limited(x, clip);
    const gate = FUNCTIONS[options.gateActivation ?? "sigmoid"];
    this.#gate = (x) => gateSlope === undefined ? gate(clipped(x)) : hardSigmoid(clipped(x), gateSlope);
    this.#candidate = (x) => FUNCTIONS[activation](clipped(x));
    this.#shown = FUNCTIONS[options.cellActivation ?? "tanh"];
    this.weight_ih_l0 = new Parameter([rows, input]);
    this.weight_hh_l0 = new Parameter([rows, hidden]);
    if (!bias) return;
    this.bias_ih_l0 = new Parameter([rows]);
    this.bias_hh_l0 = new Parameter([rows]);
  }

  /**
   * Runs over x `[T, B, I]`; returns all outputs `[T, B, H]` and the states after each sequence's last step `[B, H]`.
   */
  forward(x: Tensor, lengths: ArrayLike<number>, first: Partial<States>): { output: Tensor; h: Tensor; c: Tensor } {
    const [T, B, I] = x.shape;
    const H = this.#hidden;
    const zeros = (): Tensor => tensor(new Float32Array(B * H), [B, H]);
    const fromInput = linear(reshape(x, [T * B, I]), this.weight_ih_l0, this.bias_ih_l0 ?? null);
    const steps: States[] = [];
    let states: States = { h: first.h ?? zeros(), c: first.c ?? zeros() };
    for (let t = 0; t < T; t++) {
      states = this.#step(slice(fromInput, 0, t * B, (t + 1) * B), states);
      steps.push(states);
    }
    const [h, c] = [concat(steps.map(({ h }) => h), 0), concat(steps.map(({ c }) => c), 0)];
    const last = Int32Array.from({ length: B }, (_, b) => (lengths[b] - 1) * B + b);
    return { output: reshape(h, [T, B, H]), h: gather(h, last), c: gather(c, last) };
  }

  /** Computes a step from the products `[B, G H]` of its inputs. */
  #step(fromInput: Tensor, { h, c }: States): States {
    const H = this.#hidden;
    const block = (x: Tensor, from: number, to = from + 1): Tensor => slice(x, 1, from * H, to * H);
    const { weight_hh_l0: weight, bias_hh_l0: bias } = this;
    const [gate, candidate] = [this.#gate, this.#candidate];
    if (this.#cell === "chogru") {
      const part = (from: number, to: number): Tensor => slice(weight, 0, from * H, to * H);
      const biasOf = (from: number, to: number): Tensor | null => bias ? slice(bias, 0, from * H, to * H) : null;
      const gates = gate(add(block(fromInput, 0, 2), linear(h, part(0, 2), biasOf(0, 2))));
      const recurrent = linear(mul(block(gates, 0), h), part(2, 3), biasOf(2, 3));
      const n = candidate(add(block(fromInput, 2), recurrent));
      return { h: add(n, mul(block(gates, 1), sub(h, n))), c };
    }
    const recurrent = linear(h, weight, bias ?? null);
    if (this.#cell === "gru") {
      const gates = gate(add(block(fromInput, 0, 2), block(recurrent, 0, 2)));
      const n = candidate(add(block(fromInput, 2), mul(block(gates, 0), block(recurrent, 2))));
      return { h: add(n, mul(block(gates, 1), sub(h, n))), c };
    }
    const sums = add(fromInput, recurrent);
    if (this.#cell === "rnn") return { h: candidate(sums), c };
    const [i, f, o] = [0, 1, 3].map((place) => gate(block(sums, place)));
    const next = add(mul(f, c), mul(i, candidate(block(sums, 2))));
    return { h: mul(o, this.#shown(next)), c: next };
  }
}

/** Computes min(max(slope x + 0.5, 0), 1). */
function hardSigmoid(x: Tensor, slope: number): Tensor {
  return sub(relu(affine(x, slope, 0.5)), relu(affine(x, slope, -0.5)));
}

/** Computes min(max(x, -limit), limit), to the same bits within the limits. */
function limited(x: Tensor, limit: number): Tensor {
  return add(sub(x, relu(affine(x, 1, -limit))), relu(affine(x, -1, -limit)));
}
