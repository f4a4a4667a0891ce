import { InputRangeError } from "../../errors.ts";
import {
  additiveScores,
  affine,
  dotScores,
  engineOf,
  formatShape,
  mean,
  mixSteps,
  Parameter,
  reshape,
  Scope,
  softmax,
  type Tensor,
} from "../tensor/mod.ts";
import { expectKind } from "../schema/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Linear } from "./layers.ts";
import { Module, type ModuleOptions } from "./module.ts";

/**
 * The score functions of `Attention`.
 *
 * @example
 * ```ts
 * import { Attention, ATTENTIONS } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const made = ATTENTIONS.map((kind) => new Attention({ kind, query: 8, memory: 8 }));
 * assertEquals(made.filter((attention) => attention.parameters().length === 0).map(({ kind }) => kind), ["dot"]);
 * ```
 */
export const ATTENTIONS = ["dot", "general", "additive", "multihead"] as const;
/** A score function: dot product, bilinear, additive, or scaled dot product with several heads. */
export type AttentionKind = typeof ATTENTIONS[number];

const MAKE = "make attention";
const KINDS = { kind: ATTENTIONS, query: "number", memory: "number", heads: "number" } as const;

/** Options of `Attention`. */
export interface AttentionOptions extends ModuleOptions {
  /** The score function. */
  readonly kind: AttentionKind;
  /** Query size Q. */
  readonly query: number;
  /** Size M of the states that queries attend to. */
  readonly memory: number;
  /** Number of heads for `multihead`; must divide Q. Default: 4. */
  readonly heads?: number;
}

/** Keys and values that queries attend to, as `Attention.prepare` returns them. */
export interface AttentionMemory {
  /** Keys `[S, B, Q]`. */
  readonly keys: Tensor;
  /** Values: `[S, B, M]`, or `[S, B, Q]` for multi-head attention. */
  readonly values: Tensor;
  /** Number of valid states of each sequence `[B]`, from 1 to S. */
  readonly lengths: Int32Array;
}

/** The result of `Attention.forward`. */
export interface AttentionResult {
  /** Context vectors: `[T, B, M]`, or `[T, B, Q]` for multi-head attention. */
  readonly context: Tensor;
  /**
   * Attention weights `[B, T, S]`, averaged over the heads. Each row sums to 1 and is 0 beyond the sequence's length.
   */
  readonly weights: Tensor;
}

/**
 * Computes attention from queries q_t to the states m_1 ... m_S of the same sequence: weights a_t = softmax over s of
 * score(q_t, m_s), context sum_s a_ts m_s. The kinds differ in their score:
 *
 * - `dot`: q . m, which requires Q = M, and `general`: q . W m (Luong et al. 2015);
 * - `additive`: v . tanh(W_q q + W_m m) (Bahdanau et al. 2015);
 * - `multihead`: W_q q . W_k m / sqrt(Q / heads) in each head; the heads' contexts of W_v m are concatenated and
 *   projected (Vaswani et al. 2017).
 *
 * @example
 * ```ts
 * import { Attention, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const attention = new Attention({ kind: "general", query: 4, memory: 6 });
 * inference(() => {
 *   const states = attention.prepare(tensor(new Float32Array(3 * 2 * 6), [3, 2, 6]), Int32Array.of(3, 2));
 *   const { context, weights } = attention.forward(tensor(new Float32Array(5 * 2 * 4), [5, 2, 4]), states);
 *   assertEquals(context.shape, [5, 2, 6]);
 *   assertEquals(weights.shape, [2, 5, 3]);
 * });
 * ```
 */
export class Attention extends Module {
  /** The score function. */
  readonly kind: AttentionKind;
  /** Context size: M, or Q for multi-head attention. */
  readonly width: number;
  /** W_q; has no bias for `additive`. Undefined for `dot` and `general`. */
  readonly queries: Linear | undefined;
  /** Key projection. Undefined for `dot`. */
  readonly keys: Linear | undefined;
  /** Value projection of `multihead`. */
  readonly values: Linear | undefined;
  /** Output projection of `multihead`. */
  readonly output: Linear | undefined;
  /** v `[1, Q]` of `additive`. */
  readonly score: Parameter | undefined;
  #query: number;
  #memory: number;
  #heads: number;

  /** Initializes the weights as `Linear` does. Throws `RangeError` if an option is out of range. */
  constructor(options: AttentionOptions) {
    super();
    const { kind, query, memory, heads = 4 } = checkOptions(MAKE, options, KINDS);
    checkAttention(kind, query, memory, heads);
    const own = resolveOptions(options);
    const isMultihead = kind === "multihead";
    this.kind = kind;
    this.#query = query;
    this.#memory = memory;
    this.#heads = isMultihead ? heads : 1;
    this.width = isMultihead ? query : memory;
    const project = (input: number, bias: boolean): Linear => new Linear({ input, output: query, bias, ...own });
    if (kind === "additive" || isMultihead) this.queries = project(query, isMultihead);
    // With a product score, a key bias shifts all scores of a query equally, and softmax ignores the shift.
    if (kind !== "dot") this.keys = project(memory, kind === "additive");
    if (isMultihead) this.values = project(memory, true);
    if (isMultihead) this.output = project(query, true);
    if (kind === "additive") {
      this.score = new Parameter([1, query], { engine: own.engine });
      initialiseUniform(this.score, 1 / Math.sqrt(query), own.random);
    }
  }

  /**
   * Projects states `[S, B, M]` to keys and values. Padding beyond a sequence's length is ignored but must be finite.
   * Throws `RangeError` if the shape does not match.
   */
  prepare(states: Tensor, lengths: Int32Array): AttentionMemory {
    engineOf("prepare attention", states);
    expectKind("prepare attention", "lengths", lengths, Int32Array);
    const [, B, M] = states.shape;
    if (states.shape.length !== 3 || M !== this.#memory || lengths.length !== B) {
      throw new InputRangeError(
        `prepare attention: expected states [S, ${lengths.length}, ${this.#memory}], found ${
          formatShape(states.shape)
        }`,
      );
    }
    return { keys: this.keys?.forward(states) ?? states, values: this.values?.forward(states) ?? states, lengths };
  }

  /** Attends with queries `[T, B, Q]` to prepared states. Throws `RangeError` if the shape does not match. */
  forward(queries: Tensor, { keys, values, lengths }: AttentionMemory): AttentionResult {
    engineOf("attend", queries, keys, values);
    const [T, B, Q] = queries.shape;
    if (queries.shape.length !== 3 || Q !== this.#query || B !== keys.shape[1]) {
      throw new InputRangeError(
        `attend: expected queries [T, ${keys.shape[1]}, ${this.#query}], found ${formatShape(queries.shape)}`,
      );
    }
    const heads = this.#heads;
    // The products treat each head as one more sequence of the batch.
    const split = (x: Tensor): Tensor => reshape(x, [x.shape[0], B * heads, -1]);
    const own = this.queries?.forward(queries) ?? queries;
    const scores = this.score
      ? additiveScores(own, keys, this.score)
      : scaled(dotScores(split(own), split(keys)), this.kind === "multihead" ? Math.sqrt(heads / Q) : 1);
    const times = heads * T;
    const rows = Int32Array.from({ length: B * times }, (_, row) => lengths[Math.floor(row / times)]);
    Scope.of(queries.engine, "attend").note("repeatEach", [lengths], [rows], { times });
    const weights = softmax(scores, rows);
    const mixed = mixSteps(weights, split(values));
    if (!this.output) return { context: mixed, weights };
    const S = keys.shape[0];
    return {
      context: this.output.forward(reshape(mixed, [T, B, Q])),
      weights: reshape(mean(reshape(weights, [B, heads, T * S]), 1), [B, T, S]),
    };
  }
}

function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : affine(x, factor);
}

function checkAttention(kind: AttentionKind, query: number, memory: number, heads: number): void {
  checkSize(MAKE, "a query size", query);
  checkSize(MAKE, "a memory size", memory);
  checkSize(MAKE, "a number of heads", heads);
  if (kind === "dot" && query !== memory) {
    throw new InputRangeError(`${MAKE}: expected equal query and memory sizes for dot, found ${query} and ${memory}`);
  }
  if (kind === "multihead" && query % heads !== 0) {
    throw new InputRangeError(`${MAKE}: expected a query size divisible by ${heads} heads, found ${query}`);
  }
}
