import { InputRangeError } from "../../errors.ts";
import { describeValue, expectKind } from "../schema/mod.ts";
import {
  add,
  concat,
  engineOf,
  formatShape,
  gather,
  inference,
  largest,
  type LinearScores,
  logSoftmax,
  reshape,
  slice,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { resolveOptions } from "./initialisation.ts";
import { Linear } from "./layers.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** Options of `AdaptiveSoftmax`. */
export interface AdaptiveSoftmaxOptions extends ModuleOptions {
  /** Input size I. */
  readonly input: number;
  /** Vocabulary size V. The ids must be sorted by falling frequency. */
  readonly output: number;
  /**
   * The first id of each cluster of rare words, ascending, from 1 to V - 1; the ids before them form the head.
   * Default: 10 sqrt(V) and 50 sqrt(V), rounded, if below V.
   */
  readonly cutoffs?: readonly number[];
  /** Cluster i has vectors of size I / divValue^(i + 1), at least 1. Default: 4. */
  readonly divValue?: number;
  /** Whether the head has a bias. Default: false. */
  readonly headBias?: boolean;
}

/**
 * Adaptive softmax (Grave et al. 2017): an output layer for a large vocabulary whose ids are sorted by falling
 * frequency. The head computes the probabilities of the frequent words and of each cluster of rare words. A cluster has
 * smaller vectors, and training computes its probabilities only for the rows whose target is in it. Names, layouts and
 * initialization of the parameters are those of PyTorch's `AdaptiveLogSoftmaxWithLoss`.
 *
 * @example
 * ```ts
 * import { AdaptiveSoftmax, inference, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const readout = new AdaptiveSoftmax({ input: 8, output: 1000, cutoffs: [50, 200] });
 * assertEquals([...readout.namedParameters()].map(([name, { shape }]) => `${name} ${shape}`), [
 *   "head.weight 52,8",
 *   "tail.0.0.weight 2,8",
 *   "tail.0.1.weight 150,2",
 *   "tail.1.0.weight 1,8",
 *   "tail.1.1.weight 800,1",
 * ]);
 * inference(() => {
 *   const x = tensor(new Float32Array(3 * 8).fill(0.5), [3, 8]);
 *   const targets = Int32Array.of(7, 70, 700);
 *   const logs = readout.forward(x).toArray();
 *   const mean = targets.reduce((sum, target, row) => sum - logs[row * 1000 + target] / 3, 0);
 *   assertAlmostEquals(readout.loss(x, targets).item(), mean, 1e-5);
 * });
 * ```
 */
export class AdaptiveSoftmax extends Module {
  /** Maps inputs to the logits of the frequent words and then of the clusters. */
  readonly head: Linear;
  /** For each cluster, what maps inputs to smaller vectors, and these to the logits of its words. */
  readonly tail: readonly Module[];
  /** The first id of each cluster. */
  readonly cutoffs: readonly number[];
  #clusters: readonly Cluster[];
  #input: number;
  #size: number;

  /** Initializes the parameters. Throws `RangeError` if a size or a cutoff is out of range. */
  constructor(options: AdaptiveSoftmaxOptions) {
    super();
    const action = "make an adaptive softmax";
    const { input, output, cutoffs, divValue = 4, headBias = false } = checkOptions(action, options, {
      input: "number",
      output: "number",
      cutoffs: "list",
      divValue: "number",
      headBias: "boolean",
    });
    checkSize(action, "an input size", input);
    checkSize(action, "a vocabulary size", output);
    if (!(divValue >= 1 && divValue < Infinity)) {
      throw new InputRangeError(`${action}: expected a finite divValue of at least 1, found ${divValue}`);
    }
    this.cutoffs = checkCutoffs(action, cutoffs ?? defaultCutoffs(output), output);
    const own = resolveOptions(options);
    const [first] = this.cutoffs;
    this.head = new Linear({ input, output: first + this.cutoffs.length, bias: headBias, ...own });
    this.#clusters = this.cutoffs.map((first, i) => {
      const width = Math.max(1, Math.floor(input / divValue ** (i + 1)));
      return new Cluster({ first, end: this.cutoffs[i + 1] ?? output, input, width }, own);
    });
    this.tail = this.#clusters;
    this.#input = input;
    this.#size = output;
  }

  /** Maps x `[..., I]` to the logarithms of the probabilities `[..., V]` of all words. */
  forward(x: Tensor): Tensor {
    const { rows, lead } = this.#rowsOf("compute probabilities", x);
    const [first] = this.cutoffs;
    const head = logSoftmax(this.head.forward(rows));
    const parts = this.#clusters.map((cluster, i) =>
      add(logSoftmax(cluster.forward(rows)), slice(head, 1, first + i, first + i + 1))
    );
    return reshape(concat([slice(head, 1, 0, first), ...parts], 1), [...lead, this.#size]);
  }

  /**
   * Computes the mean cross-entropy `[]` of x `[..., I]`, in nats, with one target id per row; rows with a negative
   * target are ignored. Only a part of the logits is stored at a time.
   */
  loss(x: Tensor, targets: Int32Array): Tensor {
    const { rows, head, clusters, counted } = this.#divide("adaptive softmax loss", x, targets);
    const losses = clusters.map(({ cluster, index, targets }) => cluster.loss(gather(rows, index), targets, counted));
    // The head comes last, so that the backward pass begins with it: its gradient of x has all rows.
    return [...losses, this.head.loss(rows, head)].reduce((sum, loss) => add(sum, loss));
  }

  /**
   * Computes the cross-entropy of each row, and the ids of its `count` most probable words, most probable first. Not
   * differentiable. Default of `count`: 0, which leaves most clusters out.
   */
  scores(x: Tensor, targets: Int32Array, count = 0): LinearScores {
    const { rows, head, clusters } = this.#divide("adaptive softmax scores", x, targets);
    const { losses } = this.head.scores(rows, head);
    for (const { cluster, index, targets } of clusters) {
      cluster.scores(gather(rows, index), targets).forEach((loss, i) => losses[index[i]] += loss);
    }
    return { losses, largest: this.#largest(rows, count) };
  }

  /** Returns the id of the most probable word of each row of x `[..., I]`. Not differentiable. */
  predict(x: Tensor): Int32Array {
    const { rows } = this.#rowsOf("predict", x);
    const [first] = this.cutoffs;
    const ids = inference(() => largest(this.head.forward(rows), 1), { engine: rows.engine });
    // A word is at most as probable as its cluster, so most rows need no cluster.
    const others = Int32Array.from(ids.keys()).filter((row) => !(ids[row] < first));
    if (others.length > 0) this.#largest(gather(rows, others), 1).forEach((id, i) => ids[others[i]] = id);
    return ids;
  }

  /**
   * Returns the ids of the most probable words of each row, in blocks of rows, since all probabilities need much
   * memory.
   */
  #largest(rows: Tensor, count: number): Int32Array {
    const M = rows.shape[0];
    const most = Math.max(1, Math.floor(BLOCK_FLOATS / this.#size));
    const found = new Int32Array(M * count);
    for (let start = 0; start < M && count !== 0; start += most) {
      const block = inference(
        () => largest(this.forward(rows.part([Math.min(most, M - start), this.#input], start * this.#input)), count),
        { engine: rows.engine },
      );
      found.set(block, start * count);
    }
    return found;
  }

  /** Returns x as a matrix, with the shape of its rows. */
  #rowsOf(action: string, x: Tensor): { readonly rows: Tensor; readonly lead: readonly number[] } {
    engineOf(action, x, this.head.weight);
    if (x.shape.at(-1) !== this.#input) {
      throw new InputRangeError(`${action}: expected an input [..., ${this.#input}], found ${formatShape(x.shape)}`);
    }
    const lead = x.shape.slice(0, -1);
    return { rows: reshape(x, [lead.reduce((a, b) => a * b, 1), this.#input]), lead };
  }

  /** Divides rows and targets among the head, which sees all of them, and the clusters that a target is in. */
  #divide(action: string, x: Tensor, targets: Int32Array): Division {
    const { rows } = this.#rowsOf(action, x);
    expectKind(action, "targets", targets, Int32Array);
    checkTargets(action, targets, rows.shape[0], this.#size);
    const [first] = this.cutoffs;
    const head = targets.slice();
    const clusters = this.#clusters.map((cluster, i) => {
      const index = Int32Array.from(targets.keys()).filter((row) => cluster.has(targets[row]));
      for (const row of index) head[row] = first + i;
      return { cluster, index, targets: index.map((row) => targets[row] - cluster.first) };
    }).filter(({ index }) => index.length > 0);
    return { rows, head, clusters, counted: targets.reduce((count, target) => count + (target < 0 ? 0 : 1), 0) };
  }
}

/** Floats of a block of log-probabilities. */
const BLOCK_FLOATS = 2 ** 22;

/** The rows and targets of a loss. */
interface Division {
  /** The input as a matrix. */
  readonly rows: Tensor;
  /** The head's target for each row. */
  readonly head: Int32Array;
  /** The clusters that a target is in, with the indexes of their rows and the targets within the cluster. */
  readonly clusters: readonly { readonly cluster: Cluster; readonly index: Int32Array; readonly targets: Int32Array }[];
  /** Number of targets that are not negative. */
  readonly counted: number;
}

/** A cluster of rare words. Its two layers are named as in PyTorch's `Sequential`. */
class Cluster extends Module {
  readonly 0: Linear;
  readonly 1: Linear;
  /** The first id. */
  readonly first: number;
  #end: number;

  constructor(
    { first, end, input, width }: {
      readonly first: number;
      readonly end: number;
      readonly input: number;
      readonly width: number;
    },
    options: ModuleOptions,
  ) {
    super();
    this.first = first;
    this.#end = end;
    this[0] = new Linear({ input, output: width, bias: false, ...options });
    this[1] = new Linear({ input: width, output: end - first, bias: false, ...options });
  }

  has(id: number): boolean {
    return id >= this.first && id < this.#end;
  }

  forward(x: Tensor): Tensor {
    return this[1].forward(this[0].forward(x));
  }

  loss(x: Tensor, targets: Int32Array, divisor: number): Tensor {
    return this[1].loss(this[0].forward(x), targets, { divisor });
  }

  scores(x: Tensor, targets: Int32Array): Float32Array {
    return this[1].scores(this[0].forward(x), targets).losses;
  }
}

/**
 * Returns the default cutoffs for a vocabulary of V words: those of 10 sqrt(V) and 50 sqrt(V), rounded, that are below
 * V. There are none for V <= 100.
 */
export function defaultCutoffs(V: number): readonly number[] {
  return [10, 50].map((factor) => Math.round(factor * Math.sqrt(V))).filter((cutoff) => cutoff < V);
}

/** Returns cutoffs as an array. Throws `RangeError` if they are not ascending whole numbers from 1 to V - 1. */
export function checkCutoffs(action: string, cutoffs: ArrayLike<number>, V: number): readonly number[] {
  const found = Array.from(cutoffs);
  const isAscending = found.every((cutoff, i) => Number.isInteger(cutoff) && cutoff > (found[i - 1] ?? 0));
  if (found.length > 0 && isAscending && found[found.length - 1] < V) return found;
  throw new InputRangeError(
    `${action}: expected ascending cutoffs from 1 to ${V - 1} for ${V} words, found ${describeValue(found)}`,
  );
}

function checkTargets(action: string, targets: Int32Array, rows: number, V: number): void {
  if (targets.length !== rows) {
    throw new InputRangeError(`${action}: expected ${rows} targets, found ${targets.length}`);
  }
  const wrong = targets.find((target) => target >= V);
  if (wrong !== undefined) throw new InputRangeError(`${action}: expected targets below ${V}, found ${wrong}`);
}
