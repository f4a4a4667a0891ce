import { InputRangeError } from "../../errors.ts";
import {
  engineOf,
  formatShape,
  linear,
  mul,
  Parameter,
  permute,
  reshape,
  softmax,
  sum,
  tanh,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Linear } from "./layers.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** Options of `AttentionPooling`. */
export interface AttentionPoolingOptions extends ModuleOptions {
  /** Input size K. */
  readonly input: number;
  /** Size A of the learned query. Default: K. */
  readonly width?: number;
}

/** The result of `AttentionPooling.forward`. */
export interface AttentionPoolingResult {
  /** Weighted means `[B, K]`. */
  readonly pooled: Tensor;
  /** Attention weights `[B, T]`; each row sums to 1 and is 0 beyond the sequence's length. */
  readonly weights: Tensor;
}

/**
 * Pools a sequence into a weighted mean of its states h_t, with weights from a learned query q: u_t = tanh(W h_t + b),
 * a = softmax(q . u_1, ..., q . u_T), output sum_t a_t h_t (Yang et al. 2016, equations 5 to 7).
 *
 * @example
 * ```ts
 * import { AttentionPooling, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const pooling = new AttentionPooling({ input: 4 });
 * inference(() => {
 *   const states = tensor(new Float32Array(3 * 2 * 4), [3, 2, 4]);
 *   const { pooled, weights } = pooling.forward(states, Int32Array.of(3, 2));
 *   assertEquals(pooled.shape, [2, 4]);
 *   assertEquals([...weights.toArray()].map((a) => a.toFixed(2)), ["0.33", "0.33", "0.33", "0.50", "0.50", "0.00"]);
 * });
 * ```
 */
export class AttentionPooling extends Module {
  /** W `[A, K]` and b `[A]`. */
  readonly projection: Linear;
  /** The learned query q `[1, A]`. */
  readonly query: Parameter;

  /** Initializes W, b and q as `Linear` does. */
  constructor(options: AttentionPoolingOptions) {
    super();
    const kinds = { input: "number", width: "number" } as const;
    const { input, width = input } = checkOptions("make an attention pooling", options, kinds);
    checkSize("make an attention pooling", "an input size", input);
    checkSize("make an attention pooling", "a width", width);
    const { engine, random } = resolveOptions(options);
    this.projection = new Linear({ input, output: width, engine, random });
    this.query = new Parameter([1, width], { engine });
    initialiseUniform(this.query, 1 / Math.sqrt(width), random);
  }

  /**
   * Pools x `[T, B, K]`. Padding beyond a sequence's length is ignored but must be finite. Throws `RangeError` if the
   * shape does not match, or if `lengths` does not hold a length from 1 to T for each sequence.
   */
  forward(x: Tensor, lengths: Int32Array): AttentionPoolingResult {
    engineOf("pool by attention", x, this.query);
    const [T, B, K] = x.shape;
    const input = this.projection.weight.shape[1];
    if (x.shape.length !== 3 || T < 1 || B < 1 || K !== input) {
      throw new InputRangeError(`pool by attention: expected an input [T, B, ${input}], found ${formatShape(x.shape)}`);
    }
    const scores = linear(tanh(this.projection.forward(x)), this.query, null);
    const weights = softmax(permute(reshape(scores, [T, B]), [1, 0]), lengths);
    const byStep = reshape(permute(weights, [1, 0]), [T, B, 1]);
    return { pooled: sum(mul(x, byStep), 0), weights };
  }
}
