import { InputRangeError } from "../../errors.ts";
import {
  add,
  type CrossEntropyOptions,
  dropout,
  engineOf,
  expectShape,
  formatShape,
  gather,
  layerNorm,
  linear,
  linearCrossEntropy,
  type LinearScores,
  linearScores,
  lockedDropout,
  Parameter,
  type Tensor,
  tensor,
} from "../tensor/mod.ts";
import { expectKind } from "../schema/mod.ts";
import { checkOptions, checkRate, checkSize } from "./checks.ts";
import { dropEmbeddings } from "./embedding_dropout.ts";
import { initialiseConstant, initialiseNormal, initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Module, type ModuleOptions } from "./module.ts";
import type { ClassSample } from "./sampled_softmax.ts";

/** Options of `Embedding`. */
export interface EmbeddingOptions extends ModuleOptions {
  /** Vocabulary size V. */
  readonly size: number;
  /** Embedding size E. */
  readonly width: number;
  /** Rate of ids whose vectors are dropped in training, wherever they occur (Gal and Ghahramani 2016). Default: 0. */
  readonly dropout?: number;
}

/**
 * Looks up a vector for each id. The vectors are initialized from normal(0, 1), as in PyTorch.
 *
 * @example
 * ```ts
 * import { Embedding, inference } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const embedding = new Embedding({ size: 10, width: 4 });
 * inference(() => {
 *   const ids = Int32Array.of(7, 2, 2, 9, 0, 1);
 *   assertEquals(embedding.forward(ids, [3, 2]).shape, [3, 2, 4]);
 * });
 * ```
 */
export class Embedding extends Module {
  /** Embedding vectors `[V, E]`. */
  readonly weight: Parameter;
  #dropout: number;

  /** Throws `RangeError` if a size is out of range. */
  constructor(options: EmbeddingOptions) {
    super();
    const kinds = { size: "number", width: "number", dropout: "number" } as const;
    const { size, width, dropout = 0 } = checkOptions("make an embedding", options, kinds);
    checkSize("make an embedding", "a number of symbols", size);
    checkSize("make an embedding", "a width", width);
    checkRate("make an embedding", dropout);
    this.#dropout = dropout;
    const { engine, random } = resolveOptions(options);
    this.weight = new Parameter([size, width], { engine });
    this.weight.isTable = true;
    initialiseNormal(this.weight, 1, random);
  }

  /**
   * Looks up ids whose shape is `lead`: ids of shape `[T, B]` give `[T, B, E]`. Throws `RangeError` if an id is not
   * from 0 to V - 1.
   */
  forward(ids: Int32Array, lead: readonly number[] = [ids?.length]): Tensor {
    expectKind("embed", "ids", ids, Int32Array);
    const [V] = this.weight.shape;
    const wrong = ids.findIndex((id) => id < 0 || id >= V);
    if (wrong >= 0) {
      throw new InputRangeError(`embed: expected ids from 0 to ${V - 1}, found ${ids[wrong]} at ${wrong}`);
    }
    return dropEmbeddings(gather(this.weight, ids, lead), ids, V, this.#dropout);
  }
}

/** Options of `Linear`. */
export interface LinearOptions extends ModuleOptions {
  /** Input size I. */
  readonly input: number;
  /** Output size O. */
  readonly output: number;
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
  /** A weight `[O, I]` to share with another module, such as an `Embedding`. */
  readonly weight?: Parameter;
}

/**
 * Computes x W^T + b. Initialized from uniform(-1/sqrt(I), 1/sqrt(I)), as in PyTorch.
 *
 * @example
 * ```ts
 * import { inference, Linear, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const readout = new Linear({ input: 4, output: 10 });
 * inference(() => {
 *   const x = tensor(new Float32Array(3 * 2 * 4), [3, 2, 4]);
 *   assertEquals(readout.forward(x).shape, [3, 2, 10]);
 *   const loss = readout.loss(x, Int32Array.of(0, 1, 2, 3, 4, 5));
 *   assertEquals(loss.shape, []);
 * });
 * ```
 */
export class Linear extends Module {
  /** W `[O, I]`. */
  readonly weight: Parameter;
  /** b `[O]`, or null. */
  readonly bias: Parameter | null;

  /**
   * Initializes the bias, and the weight unless it is shared. Throws `RangeError` if a size or the shared weight does
   * not fit.
   */
  constructor(options: LinearOptions) {
    super();
    const kinds = { input: "number", output: "number", bias: "boolean", weight: Parameter } as const;
    const { input, output, bias = true, weight } = checkOptions("make a linear layer", options, kinds);
    checkSize("make a linear layer", "an input size", input);
    checkSize("make a linear layer", "an output size", output);
    const { engine, random } = resolveOptions(options);
    const range = 1 / Math.sqrt(input);
    if (weight) expectShape("share a weight", weight, [output, input]);
    if (weight && weight.engine !== engine) {
      throw new InputRangeError("share a weight: expected a weight in the layer's engine, found one in another");
    }
    this.weight = weight ?? new Parameter([output, input], { engine });
    this.weight.isTable = false;
    if (!weight) initialiseUniform(this.weight, range, random);
    this.bias = bias ? new Parameter([output], { engine }) : null;
    if (this.bias) initialiseUniform(this.bias, range, random);
  }

  /** Maps x `[..., I]` to `[..., O]`. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  /**
   * Computes the mean cross-entropy of the outputs as logits, without storing them all: the value of
   * `crossEntropy(this.forward(x), targets, options)` in less memory and time. See `linearCrossEntropy`.
   */
  loss(x: Tensor, targets: Int32Array, options?: CrossEntropyOptions): Tensor {
    return linearCrossEntropy(x, this.weight, this.bias, targets, options);
  }

  /**
   * Computes the mean cross-entropy of x `[..., I]` over a sample of the classes, from `ClassSampler.draw` for the
   * targets of all rows. Only the weights of these classes take part and receive a gradient.
   */
  sampledLoss(x: Tensor, { classes, targets, shifts }: ClassSample): Tensor {
    const shift = tensor(shifts, [shifts.length], { engine: this.weight.engine });
    const bias = this.bias ? add(gather(this.bias, classes), shift) : shift;
    return linearCrossEntropy(x, gather(this.weight, classes), bias, targets);
  }

  /**
   * Computes the cross-entropy of each row of the outputs as logits, and the indexes of its `count` largest logits,
   * without storing all logits. Default of `count`: 0. See `linearScores`.
   */
  scores(x: Tensor, targets: Int32Array, count?: number): LinearScores {
    return linearScores(x, this.weight, this.bias, targets, count);
  }
}

/**
 * Zeroes random elements in training and scales the others by 1 / (1 - rate) (Srivastava et al. 2014).
 *
 * @example
 * ```ts
 * import { Dropout, inference, tensor, training } from "@elman/elman/nn";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const dropout = new Dropout(0.5);
 * const ones = new Float32Array(100).fill(1);
 * assert(training(() => dropout.forward(tensor(ones)).toArray()).includes(0));
 * assertEquals(inference(() => dropout.forward(tensor(ones)).toArray()), ones);
 * ```
 */
export class Dropout extends Module {
  /** Probability of zeroing an element. */
  readonly rate: number;

  /** Throws `RangeError` if `rate` is not at least 0 and below 1. */
  constructor(rate: number) {
    super();
    checkRate("make a dropout layer", rate);
    this.rate = rate;
  }

  /** Applies dropout to x of any shape. Returns x itself in inference. */
  forward(x: Tensor): Tensor {
    return dropout(x, this.rate);
  }
}

/**
 * Applies dropout with the same mask at every time step (Gal and Ghahramani 2016).
 *
 * @example
 * ```ts
 * import { LockedDropout, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const dropout = new LockedDropout(0.5);
 * const ones = new Float32Array(2 * 3 * 4).fill(1);
 * const kept = training(() => dropout.forward(tensor(ones, [2, 3, 4])).toArray());
 * assertEquals(kept.subarray(0, 12), kept.subarray(12)); // Both steps have the same mask.
 * ```
 */
export class LockedDropout extends Module {
  /** Probability of zeroing a unit. */
  readonly rate: number;

  /** Throws `RangeError` if `rate` is not at least 0 and below 1. */
  constructor(rate: number) {
    super();
    checkRate("make a dropout layer", rate);
    this.rate = rate;
  }

  /** Applies dropout to x `[T, B, H]`. Returns x itself in inference. */
  forward(x: Tensor): Tensor {
    engineOf("locked dropout", x);
    if (x.shape.length !== 3) {
      throw new InputRangeError(`locked dropout: expected [T, B, H], found ${formatShape(x.shape)}`);
    }
    return lockedDropout(x, this.rate);
  }
}

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends ModuleOptions {
  /** Size H of the last dimension. */
  readonly width: number;
  /** Added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Normalizes the last dimension, then scales and shifts it (layer normalization; Ba et al. 2016).
 *
 * @example
 * ```ts
 * import { inference, LayerNorm, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const norm = new LayerNorm({ width: 2 });
 * const y = inference(() => norm.forward(tensor([1, 3, 10, 30], [2, 2])).toArray());
 * assertEquals([...y].map(Math.round), [-1, 1, -1, 1]);
 * ```
 */
export class LayerNorm extends Module {
  /** Scale `[H]`, initially 1. */
  readonly weight: Parameter;
  /** Shift `[H]`, initially 0. */
  readonly bias: Parameter;
  #epsilon: number;

  /** Throws `RangeError` if the width is not a whole number of at least 1. */
  constructor(options: LayerNormOptions) {
    super();
    const kinds = { width: "number", epsilon: "number" } as const;
    const { width, epsilon = 1e-5 } = checkOptions("make a layer norm", options, kinds);
    checkSize("make a layer norm", "a width", width);
    const { engine } = resolveOptions(options);
    this.weight = new Parameter([width], { engine });
    this.bias = new Parameter([width], { engine });
    initialiseConstant(this.weight, 1);
    this.#epsilon = epsilon;
  }

  /** Normalizes x `[..., H]`. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, this.#epsilon);
  }
}
