import { InputRangeError } from "../../errors.ts";
import type { Address, Engine } from "../engine/mod.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** Throws `RangeError` unless the queries are [T, B, D] and the keys [S, B, D]. */
function checkPair(action: string, queries: Tensor, keys: Tensor): void {
  const [, B, D] = queries.shape;
  if (queries.shape.length === 3 && keys.shape.length === 3 && keys.shape[1] === B && keys.shape[2] === D) return;
  throw new InputRangeError(
    `${action}: expected shapes [T, B, D] and [S, B, D], found ${formatShape(queries.shape)} and ${
      formatShape(keys.shape)
    }`,
  );
}

/** The matrices of all sequences: the address of the first, the row length and the distance to the next in floats. */
type Each = readonly [address: Address, pitch: number, next: number];

/** Multiplies one pair of matrices per sequence. */
type ProductOfEach = (
  transposed: readonly [a: number, b: number],
  extents: readonly [m: number, n: number, k: number],
  a: Each,
  b: Each,
  c: Each,
  accumulate: 0 | 1,
) => void;

function multiplyEach(engine: Engine, B: number): ProductOfEach {
  return (transposed, extents, a, b, c, accumulate) =>
    engine.run("batched_matmul", B, ...transposed, ...extents, ...a, ...b, ...c, accumulate);
}

/**
 * Computes dot-product attention scores [B, T, S] between queries[T, B, D] and keys[S, B, D] of the same sequence.
 *
 * @example
 * ```ts
 * import { dotScores, inference, mixSteps, softmax, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const memory = tensor([1, 0, 0, 1], [2, 1, 2]);
 *   const weights = softmax(dotScores(tensor([100, 0], [1, 1, 2]), memory));
 *   assertEquals([...mixSteps(weights, memory).toArray()].map(Math.round), [1, 0]); // The query chose the first state.
 * });
 * ```
 */
export function dotScores(queries: Tensor, keys: Tensor): Tensor {
  const engine = engineOf("dot scores", queries, keys);
  checkPair("dot scores", queries, keys);
  const [T, B, D] = queries.shape;
  const [S] = keys.shape;
  const y = allocateTensor(engine, [B, T, S], "dot scores");
  const run = multiplyEach(engine, B);
  run([0, 1], [T, S, D], [queries.address, B * D, D], [keys.address, B * D, D], [y.address, S, T * S], 0);
  Scope.of(engine, "dot scores").record("dotScores", [queries, keys], [y], () => {
    const dy = [y.claimGradient(), S, T * S] as const;
    if (queries.requiresGradient) {
      run([0, 0], [T, D, S], dy, [keys.address, B * D, D], [queries.zeroedGradient(), B * D, D], 1);
    }
    if (keys.requiresGradient) {
      run([1, 0], [S, D, T], dy, [queries.address, B * D, D], [keys.zeroedGradient(), B * D, D], 1);
    }
  });
  return y;
}

/**
 * Computes additive attention scores v[A] . tanh(q + k), [B, T, S], between queries[T, B, A] and keys[S, B, A] of the
 * same sequence (Bahdanau et al. 2015).
 *
 * @example
 * ```ts
 * import { additiveScores, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const queries = tensor([20, -20], [2, 1, 1]);
 *   const keys = tensor([0, 0, 0], [3, 1, 1]);
 *   const scores = additiveScores(queries, keys, tensor([0.5]));
 *   assertEquals(scores.shape, [1, 2, 3]);
 *   assertEquals([...scores.toArray()], [0.5, 0.5, 0.5, -0.5, -0.5, -0.5]);
 * });
 * ```
 */
export function additiveScores(queries: Tensor, keys: Tensor, v: Tensor): Tensor {
  const engine = engineOf("additive scores", queries, keys, v);
  checkPair("additive scores", queries, keys);
  const [T, B, A] = queries.shape;
  const [S] = keys.shape;
  if (v.size !== A) throw new InputRangeError(`additive scores: expected ${A} weights, found ${formatShape(v.shape)}`);
  const y = allocateTensor(engine, [B, T, S], "additive scores");
  const operands = [B, T, S, A, queries.address, keys.address, v.address] as const;
  engine.run("additive_scores", ...operands, y.address);
  Scope.of(engine, "additive scores").record("additiveScores", [queries, keys, v], [y], () => {
    // The kernel writes all three gradients; unused ones go to scratch memory.
    const [dQueries, dKeys, dV] = [queries, keys, v].map((x) =>
      x.requiresGradient ? x.zeroedGradient() : engine.arena.allocate(x.size * 4)
    );
    engine.run("additive_scores_backward", ...operands, y.claimGradient(), dQueries, dKeys, dV);
  });
  return y;
}

/**
 * Computes the sums of values[S, B, V], weighted by attention weights[B, T, S]: [T, B, V].
 *
 * @example
 * ```ts
 * import { inference, mixSteps, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const weights = tensor([0.25, 0.75], [1, 1, 2]);
 *   const values = tensor([4, 0, 0, 8], [2, 1, 2]);
 *   assertEquals([...mixSteps(weights, values).toArray()], [1, 6]);
 * });
 * ```
 */
export function mixSteps(weights: Tensor, values: Tensor): Tensor {
  const engine = engineOf("mix steps", weights, values);
  const [B, T, S] = weights.shape;
  const V = values.shape[2];
  if (weights.shape.length !== 3 || values.shape.length !== 3 || values.shape[0] !== S || values.shape[1] !== B) {
    throw new InputRangeError(
      `mix steps: expected weights [B, T, S] and values [S, B, V], found ${formatShape(weights.shape)} and ${
        formatShape(values.shape)
      }`,
    );
  }
  const y = allocateTensor(engine, [T, B, V], "mix steps");
  const run = multiplyEach(engine, B);
  run([0, 0], [T, V, S], [weights.address, S, T * S], [values.address, B * V, V], [y.address, B * V, V], 0);
  Scope.of(engine, "mix steps").record("mixSteps", [weights, values], [y], () => {
    const dy = [y.claimGradient(), B * V, V] as const;
    if (weights.requiresGradient) {
      run([0, 1], [T, S, V], dy, [values.address, B * V, V], [weights.zeroedGradient(), S, T * S], 1);
    }
    if (values.requiresGradient) {
      run([1, 0], [S, V, T], [weights.address, S, T * S], dy, [values.zeroedGradient(), B * V, V], 1);
    }
  });
  return y;
}
