import { convolve2d, Parameter, type Tensor } from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** Options of `PictureConvolution`. */
export interface PictureConvolutionOptions extends ModuleOptions {
  /** Number of input channels C. */
  readonly input: number;
  /** Number of filters F. */
  readonly filters: number;
  /** Height and width K of a filter. */
  readonly width: number;
  /** Number of values from one place of a filter to the next. Default: 1. */
  readonly stride?: number;
  /** Number of zeros around the pictures. Default: 0. */
  readonly padding?: number;
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
}

/**
 * Convolves pictures, as PyTorch's `Conv2d`, with channels last. Initialized from uniform(-1/sqrt(C K K), 1/sqrt(C K
 * K)), as in PyTorch.
 *
 * @example
 * ```ts
 * import { inference, PictureConvolution, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const convolution = new PictureConvolution({ input: 1, filters: 8, width: 3, stride: 2, padding: 1 });
 * inference(() => {
 *   const pictures = tensor(new Float32Array(5 * 16 * 12), [5, 16, 12, 1]);
 *   assertEquals(convolution.forward(pictures).shape, [5, 8, 6, 8]);
 * });
 * ```
 */
export class PictureConvolution extends Module {
  /** The filters `[F, C, K, K]`. */
  readonly weight: Parameter;
  /** b `[F]`, or null. */
  readonly bias: Parameter | null;
  #stride: number;
  #padding: number;

  /** Throws `RangeError` if a size is out of range. */
  constructor(options: PictureConvolutionOptions) {
    super();
    const sizes = { input: "number", filters: "number", width: "number", stride: "number", padding: "number" } as const;
    const action = "make a convolution of pictures";
    const { input, filters, width, stride = 1, padding = 0, bias = true } = checkOptions(action, options, {
      ...sizes,
      bias: "boolean",
    });
    checkSize(action, "a number of channels", input);
    checkSize(action, "a number of filters", filters);
    checkSize(action, "a width", width);
    checkSize(action, "a stride", stride);
    const { engine, random } = resolveOptions(options);
    const range = 1 / Math.sqrt(input * width * width);
    this.#stride = stride;
    this.#padding = padding;
    this.weight = new Parameter([filters, input, width, width], { engine });
    initialiseUniform(this.weight, range, random);
    this.bias = bias ? new Parameter([filters], { engine }) : null;
    if (this.bias) initialiseUniform(this.bias, range, random);
  }

  /** Maps pictures `[N, H, W, C]` to `[N, H', W', F]`. Throws `RangeError` if the shape does not match. */
  forward(x: Tensor): Tensor {
    return convolve2d(x, this.weight, this.bias, { stride: this.#stride, padding: this.#padding });
  }
}
