import {
  additiveScores,
  affine,
  dotScores,
  formatShape,
  mean,
  mixSteps,
  Parameter,
  reshape,
  softmax,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Linear } from "./layers.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** How queries are compared with what they look at. */
export const ATTENTIONS = ["dot", "general", "additive", "multihead"] as const;
/** One of them. */
export type AttentionKind = typeof ATTENTIONS[number];

const MAKE = "make attention";
const KINDS = { kind: ATTENTIONS, query: "number", memory: "number", heads: "number" } as const;

/** Options of `Attention`. */
export interface AttentionOptions extends ModuleOptions {
  /** How queries are compared. */
  readonly kind: AttentionKind;
  /** Length Q of a query. */
  readonly query: number;
  /** Length M of a state that is looked at. */
  readonly memory: number;
  /** Heads of multi-head attention, of which Q is a multiple; 4 where absent. */
  readonly heads?: number;
}

/** What queries look at, made ready for them. */
export interface AttentionMemory {
  /** What queries are compared with [S, B, Q]. */
  readonly keys: Tensor;
  /** What is mixed [S, B, M], or [S, B, Q] with several heads. */
  readonly values: Tensor;
  /** How many of the S states each of the B sequences has. */
  readonly lengths: Int32Array;
}

/** What attention gives. */
export interface AttentionResult {
  /** The mixtures [T, B, M], or [T, B, Q] with several heads. */
  readonly context: Tensor;
  /** How much each query looked at each state, [B, T, S]: the mean of the heads. A row sums to 1, and is 0 beyond the sequence's length. */
  readonly weights: Tensor;
}

/**
 * Attention of queries q_t to the states m_1 ... m_S of their own sequence: weights a_t = softmax over s of score(q_t, m_s), context
 * sum_s a_ts m_s.
 *
 * - `dot`: score = q . m, with Q = M, and `general`: q . W m (Luong et al. 2015);
 * - `additive`: v . tanh(W_q q + W_m m) (Bahdanau et al. 2015);
 * - `multihead`: for each head its own q and m, W_q q . W_k m / sqrt(Q / heads), contexts of W_v m, joined and projected (Vaswani et al. 2017).
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
  /** How queries are compared. */
  readonly kind: AttentionKind;
  /** Length of a context: M, or Q with several heads. */
  readonly width: number;
  /** W_q, without a bias for additive attention; none for dot and general. */
  readonly queries: Linear | undefined;
  /** What makes keys of states; none for dot. */
  readonly keys: Linear | undefined;
  /** What makes values of states, for multi-head attention. */
  readonly values: Linear | undefined;
  /** What joins the heads. */
  readonly output: Linear | undefined;
  /** v [1, Q] of additive attention. */
  readonly score: Parameter | undefined;
  #query: number;
  #memory: number;
  #heads: number;

  /** Draws the weights as `Linear` does. Throws a RangeError for an impossible option. */
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
    // A bias of what products compare adds the same to all scores of a query, which the softmax takes away again.
    if (kind !== "dot") this.keys = project(memory, kind === "additive");
    if (isMultihead) this.values = project(memory, true);
    if (isMultihead) this.output = project(query, true);
    if (kind === "additive") {
      this.score = new Parameter([1, query], { engine: own.engine });
      initialiseUniform(this.score, 1 / Math.sqrt(query), own.random);
    }
  }

  /** Makes states[S, B, M] ready for queries. What stands beyond a sequence's length must be finite and reaches nothing. Throws a RangeError for another shape. */
  prepare(states: Tensor, lengths: Int32Array): AttentionMemory {
    const [, B, M] = states.shape;
    if (states.shape.length !== 3 || M !== this.#memory || lengths.length !== B) {
      throw new RangeError(
        `prepare attention: expected states [S, ${lengths.length}, ${this.#memory}], found ${
          formatShape(states.shape)
        }`,
      );
    }
    return { keys: this.keys?.forward(states) ?? states, values: this.values?.forward(states) ?? states, lengths };
  }

  /** Looks with queries[T, B, Q] at what `prepare` gave. Throws a RangeError for another shape. */
  forward(queries: Tensor, { keys, values, lengths }: AttentionMemory): AttentionResult {
    const [T, B, Q] = queries.shape;
    if (queries.shape.length !== 3 || Q !== this.#query || B !== keys.shape[1]) {
      throw new RangeError(
        `attend: expected queries [T, ${keys.shape[1]}, ${this.#query}], found ${formatShape(queries.shape)}`,
      );
    }
    const heads = this.#heads;
    // A head is to the products what a sequence is.
    const split = (x: Tensor): Tensor => reshape(x, [x.shape[0], B * heads, -1]);
    const own = this.queries?.forward(queries) ?? queries;
    const scores = this.score
      ? additiveScores(own, keys, this.score)
      : scaled(dotScores(split(own), split(keys)), heads === 1 ? 1 : Math.sqrt(heads / Q));
    const rows = Int32Array.from({ length: B * heads * T }, (_, row) => lengths[Math.floor(row / (heads * T))]);
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
    throw new RangeError(`${MAKE}: expected queries as long as states for dot, found ${query} and ${memory}`);
  }
  if (kind === "multihead" && query % heads !== 0) {
    throw new RangeError(`${MAKE}: expected a query size that ${heads} heads divide, found ${query}`);
  }
}
