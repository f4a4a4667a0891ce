import {
  add,
  affine,
  concat,
  gather,
  loadStateDict,
  makeRecurrent,
  maskSteps,
  Module,
  mul,
  Recurrent,
  type RecurrentState,
  reshape,
  RNN,
  type SequenceOptions,
  slice,
  type Tensor,
  tensor,
} from "../../../src/nn/mod.ts";
import { isUsual, type LayerTensor, type RecurrentLayer } from "./layer.ts";
import { SteppedRecurrent } from "./stepped_recurrent.ts";

/** The result of a recurrent layer of another library's network. */
export interface ImportedOutput {
  /** Outputs `[T, B, width]`, or the last `[B, width]` if the layer returns only that. */
  readonly output: Tensor;
  /** States `[directions, B, hidden]` after the last step of each sequence. */
  readonly state: RecurrentState;
}

/** The runs of both directions or of one. */
interface Runs {
  /** `[T, B, directions hidden]` */
  readonly output: Tensor;
  readonly state: RecurrentState;
}

/** Turns every sequence of `[T, B, K]` around; padding becomes zeros. */
function turnAround(x: Tensor, lengths: ArrayLike<number>): Tensor {
  const [T, B, K] = x.shape;
  const index = Int32Array.from({ length: T * B }, (_, i) => {
    const [t, b] = [Math.floor(i / B), i % B];
    return t < lengths[b] ? (lengths[b] - 1 - t) * B + b : -1;
  });
  return gather(reshape(x, [T * B, K]), index, [T, B]);
}

/** Takes one direction of states `[directions, B, H]`. */
function stateOf(states: Tensor | undefined, direction: number): Tensor | undefined {
  if (!states) return undefined;
  const [, B, H] = states.shape;
  return reshape(slice(states, 0, direction, direction + 1), [B, H]);
}

/**
 * A recurrent layer of another library's network, which computes the same outputs: in either direction or both, joined
 * as there. It runs one of Elman's layers, or operations step by step for functions and limits that those do not have.
 *
 * @example
 * ```ts
 * import { ImportedRecurrent } from "@elman/elman/exchange";
 * import { inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const values = (name: string, shape: number[]) => {
 *   return { name, shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1) };
 * };
 * const weights = [values("weight_ih_l0", [2, 3]), values("weight_hh_l0", [2, 2])];
 * const layer = new ImportedRecurrent({
 *   ...{ kind: "recurrent", name: "simple_rnn", cell: "rnn", activation: "tanh" },
 *   ...{ input: 3, hidden: 2, direction: "reverse", merge: "concat", returns: "last", batchFirst: false },
 *   tensors: new Map(weights.map((tensor) => [tensor.name, tensor])),
 * });
 * inference(() => {
 *   const { output } = layer.forward(tensor(new Float32Array(4 * 2 * 3), [4, 2, 3]));
 *   assertEquals(output.shape, [2, 2]);
 * });
 * ```
 */
export class ImportedRecurrent extends Module {
  /** The layers: one of Elman's, or one for each direction that are computed step by step. */
  readonly cores: readonly Module[];
  #layer: RecurrentLayer;

  /** Throws `RangeError` if a tensor is missing or has another shape. */
  constructor(layer: RecurrentLayer) {
    super();
    this.#layer = layer;
    const { name, tensors, direction } = layer;
    const source = `the layer ${name}`;
    if (isUsual(layer)) {
      const core = makeCore(layer);
      loadStateDict(core, tensors, { source });
      this.cores = [core];
      return;
    }
    this.cores = (direction === "bidirectional" ? ["", "_reverse"] : [""]).map((suffix) => {
      const core = new SteppedRecurrent({ ...layer, bias: tensors.has("bias_ih_l0") });
      const own = [...tensors].filter(([name]) => name.endsWith("_reverse") === (suffix !== ""));
      loadStateDict(core, new Map(own.map(([name, tensor]) => [name.replace("_reverse", ""), tensor])), { source });
      return core;
    });
  }

  /** Runs over x `[T, B, input]`. Lengths and states that are not given are those of the file, if it fixes them. */
  forward(x: Tensor, options: SequenceOptions = {}): ImportedOutput {
    const [T, B] = x.shape;
    const { lengths = this.#layer.lengths, state = this.#firstStates() } = options;
    const { output, state: next } = this.#run(x, lengths ?? new Int32Array(B).fill(T), state, lengths !== undefined);
    const { direction, returns } = this.#layer;
    if (returns === "sequence") {
      return { output: direction === "bidirectional" ? this.#merge(output) : output, state: next };
    }
    const last = [stateOf(next.h, 0)!, ...direction === "bidirectional" ? [stateOf(next.h, 1)!] : []];
    return { output: last.length === 1 ? last[0] : this.#merge(concat(last, 1)), state: next };
  }

  /** Runs all directions. */
  #run(x: Tensor, lengths: ArrayLike<number>, state: RecurrentState | undefined, isRagged: boolean): Runs {
    const { direction } = this.#layer;
    const isReverse = direction === "reverse";
    const [core] = this.cores;
    if (core instanceof Recurrent) {
      const turned = isReverse ? turnAround(x, lengths) : x;
      const { output, state: next } = core.forward(turned, { ...isRagged && { lengths }, state });
      return { output: isReverse ? turnAround(output, lengths) : output, state: next };
    }
    const runs = this.cores.map((core, i) => {
      const turns = isReverse || i === 1;
      const first = { h: stateOf(state?.h, i), c: stateOf(state?.c, i) };
      const run = (core as SteppedRecurrent).forward(turns ? turnAround(x, lengths) : x, lengths, first);
      const masked = maskSteps(run.output, Int32Array.from(lengths));
      return { ...run, output: turns ? turnAround(run.output, lengths) : masked };
    });
    const join = (states: Tensor[]): Tensor => concat(states.map((state) => reshape(state, [1, ...state.shape])), 0);
    return {
      output: runs.length === 1 ? runs[0].output : concat(runs.map(({ output }) => output), 2),
      state: {
        h: join(runs.map(({ h }) => h)),
        ...this.#layer.cell === "lstm" && { c: join(runs.map(({ c }) => c)) },
      },
    };
  }

  /** Joins the columns of both directions. */
  #merge(output: Tensor): Tensor {
    const { merge, hidden } = this.#layer;
    if (merge === "concat") return output;
    const last = output.shape.length - 1;
    const [a, b] = [slice(output, last, 0, hidden), slice(output, last, hidden, 2 * hidden)];
    if (merge === "mul") return mul(a, b);
    return merge === "sum" ? add(a, b) : affine(add(a, b), 0.5, 0);
  }

  /** The states that the file fixes; those that it lacks are zeros. */
  #firstStates(): RecurrentState | undefined {
    const { initial, cell } = this.#layer;
    const given = initial?.h ?? initial?.c;
    if (!given) return undefined;
    const make = (values: LayerTensor | undefined): Tensor =>
      tensor(values?.data ?? new Float32Array(given.data.length), given.shape);
    return { h: make(initial?.h), ...cell === "lstm" && { c: make(initial?.c) } };
  }
}

/** Makes the layer that has the file's parameters. */
function makeCore({ cell, activation, input, hidden, direction, tensors }: RecurrentLayer): Recurrent {
  const options = { input, hidden, bidirectional: direction === "bidirectional", bias: tensors.has("bias_ih_l0") };
  const nonlinearity = activation === "relu" ? "relu" : "tanh";
  return cell === "rnn" ? new RNN({ ...options, nonlinearity }) : makeRecurrent(cell, options);
}
