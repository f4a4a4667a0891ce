import { convolve, maskSteps, Parameter, type Tensor } from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** Options of `Convolution`. */
export interface ConvolutionOptions extends ModuleOptions {
  /** Input size E. */
  readonly input: number;
  /** Number of filters F. */
  readonly filters: number;
  /** Number of steps W that a filter covers. */
  readonly width: number;
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
}

/**
 * Convolves sequences over time, as PyTorch's `Conv1d` with padding "same": filter f at step t sums W steps around t,
 * (W - 1) / 2 of them before it, rounded down. Steps outside a sequence count as zeros. Initialized from
 * uniform(-1/sqrt(E W), 1/sqrt(E W)), as in PyTorch.
 *
 * @example
 * ```ts
 * import { Convolution, inference, maxPool, relu, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const convolution = new Convolution({ input: 4, filters: 8, width: 3 });
 * inference(() => {
 *   const x = tensor(new Float32Array(6 * 2 * 4), [6, 2, 4]);
 *   const lengths = Int32Array.of(6, 5);
 *   const features = relu(convolution.forward(x, lengths));
 *   assertEquals(features.shape, [6, 2, 8]);
 *   assertEquals(maxPool(features, lengths, 2).shape, [3, 2, 8]);
 * });
 * ```
 */
export class Convolution extends Module {
  /** The filters `[F, E, W]`. */
  readonly weight: Parameter;
  /** b `[F]`, or null. */
  readonly bias: Parameter | null;

  /** Throws `RangeError` if a size is out of range. */
  constructor(options: ConvolutionOptions) {
    super();
    const kinds = { input: "number", filters: "number", width: "number", bias: "boolean" } as const;
    const { input, filters, width, bias = true } = checkOptions("make a convolution", options, kinds);
    checkSize("make a convolution", "an input size", input);
    checkSize("make a convolution", "a number of filters", filters);
    checkSize("make a convolution", "a width", width);
    const { engine, random } = resolveOptions(options);
    const range = 1 / Math.sqrt(input * width);
    this.weight = new Parameter([filters, input, width], { engine });
    initialiseUniform(this.weight, range, random);
    this.bias = bias ? new Parameter([filters], { engine }) : null;
    if (this.bias) initialiseUniform(this.bias, range, random);
  }

  /**
   * Maps x `[T, B, E]` to `[T, B, F]`, with zeros beyond the sequences' lengths. Without lengths, all sequences have T
   * steps. Throws `RangeError` if the shape does not match or a length is not from 1 to T.
   */
  forward(x: Tensor, lengths?: Int32Array): Tensor {
    if (lengths === undefined) return convolve(x, this.weight, this.bias);
    return maskSteps(convolve(maskSteps(x, lengths), this.weight, this.bias), lengths);
  }
}
