import {
  adaptiveMaxPool,
  add,
  affine,
  type AttentionPooling,
  concat,
  maxSteps,
  meanSteps,
  permute,
  reshape,
  slice,
  type Tensor,
} from "../../src/nn/mod.ts";

/**
 * The poolings: how the states of an example become one vector.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import { POOLINGS } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const [tokenizer, labels] = [treebankTokenizer(["a fine film"]), ["bad", "good"]];
 * const models = POOLINGS.map((pooling) => Classifier.create({ tokenizer, labels, pooling, hidden: 4 }));
 * assertEquals(models.map(({ config }) => config.pooling), [...POOLINGS]);
 * ```
 */
export const POOLINGS = ["last", "mean", "max", "attention", "concat"] as const;

/**
 * Method that reduces the states of an example to one vector: `last` takes each direction's last state, `mean` and
 * `max` pool over time, `attention` weights the mean by attention (Yang et al. 2016), and `concat` concatenates all
 * four.
 */
export type Pooling = typeof POOLINGS[number];

/** Whether a pooling has an attention. */
export function hasAttention(pooling: Pooling): boolean {
  return pooling === "attention" || pooling === "concat";
}

/** Returns the size of the pooled vector for states of size K, beside which a number of regions may be pooled. */
export function pooledWidth(pooling: Pooling, width: number, regions: number | null = null): number {
  return ((pooling === "concat" ? 4 : 1) + (regions ?? 0)) * width;
}

/** The states of recurrent layers, and how to pool them. */
export interface PoolingInput {
  /** The pooling. */
  readonly pooling: Pooling;
  /** The attention pooling, if the pooling has an attention. */
  readonly attention: AttentionPooling | undefined;
  /** Number of directions D of the recurrent layers. */
  readonly directions: number;
  /** The states `[T, B, D H]` of the last layer. */
  readonly states: Tensor;
  /** The layers' last states `[layers D, B, H]`, or side by side `[1, B, sum of the sizes]` if they differ in size. */
  readonly last: Tensor;
  /** The length of each example. */
  readonly lengths: Int32Array;
  /** Number of equal parts of each example of which the maxima stand beside the pooled states. Default: none. */
  readonly regions?: number | null;
}

/** Pools the states into one vector for each example, `[B, K]`; the attention weights are `[B, T]`. */
export function poolStates(input: PoolingInput): { pooled: Tensor; attention: Tensor | undefined } {
  const { pooling, states, lengths, regions } = input;
  const weighted = input.attention?.forward(states, lengths);
  const poolings = {
    last: () => lastStates(input),
    mean: () => meanSteps(states, lengths),
    max: () => maxSteps(states, lengths),
    attention: () => weighted!.pooled,
  };
  const vectors = pooling === "concat" ? Object.values(poolings).map((pool) => pool()) : [poolings[pooling]()];
  if (regions) vectors.push(regionMaxima(states, lengths, regions));
  const pooled = vectors.length === 1 ? vectors[0] : concat(vectors, 1);
  return { pooled, attention: weighted?.weights };
}

/** Returns the last states of the top layer, `[B, D H]`. */
function lastStates({ last, directions, states }: PoolingInput): Tensor {
  const [count, B, H] = last.shape;
  const K = states.shape[2];
  if (directions * H !== K) return reshape(slice(last, 2, H - K, H), [B, K]);
  return reshape(permute(slice(last, 0, count - directions, count), [1, 0, 2]), [B, directions * H]);
}

/** Returns the maxima of regions side by side, `[B, regions D H]`, which tell where in an example a state was high. */
function regionMaxima(states: Tensor, lengths: Int32Array, regions: number): Tensor {
  const [, B, K] = states.shape;
  return reshape(permute(adaptiveMaxPool(states, lengths, regions), [1, 0, 2]), [B, regions * K]);
}

/** Computes the mean of tensors of the same shape. */
export function average(tensors: readonly Tensor[]): Tensor {
  return tensors.length === 1 ? tensors[0] : affine(tensors.reduce(add), 1 / tensors.length);
}
