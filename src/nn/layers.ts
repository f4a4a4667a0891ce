import {
  dropout,
  expectShape,
  formatShape,
  gather,
  layerNorm,
  linear,
  lockedDropout,
  Parameter,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions, checkRate, checkSize } from "./checks.ts";
import { initialiseConstant, initialiseNormal, initialiseUniform, resolveOptions } from "./initialisation.ts";
import { Module, type ModuleOptions } from "./module.ts";

/** Options of `Embedding`. */
export interface EmbeddingOptions extends ModuleOptions {
  /** Number of symbols V. */
  readonly size: number;
  /** Length E of a vector. */
  readonly width: number;
}

/** A vector for each of V symbols; first values normal(0, 1), as in PyTorch. */
export class Embedding extends Module {
  /** The vectors [V, E]. */
  readonly weight: Parameter;

  /** Draws the vectors. */
  constructor(options: EmbeddingOptions) {
    super();
    const { size, width } = checkOptions("make an embedding", options, { size: "number", width: "number" });
    checkSize("make an embedding", "a number of symbols", size);
    checkSize("make an embedding", "a width", width);
    const { engine, random } = resolveOptions(options);
    this.weight = new Parameter([size, width], { engine });
    initialiseNormal(this.weight, 1, random);
  }

  /** The vectors of ids, with the dimensions `lead` in front: ids of [T, B] give [T, B, E]. Throws a RangeError for an id that is not of 0 to V - 1. */
  forward(ids: Int32Array, lead: readonly number[] = [ids.length]): Tensor {
    const [V] = this.weight.shape;
    const wrong = ids.findIndex((id) => id < 0 || id >= V);
    if (wrong >= 0) throw new RangeError(`embed: expected ids from 0 to ${V - 1}, found ${ids[wrong]} at ${wrong}`);
    return gather(this.weight, ids, lead);
  }
}

/** Options of `Linear`. */
export interface LinearOptions extends ModuleOptions {
  /** Input size I. */
  readonly input: number;
  /** Output size O. */
  readonly output: number;
  /** Whether there is a bias; true where absent. */
  readonly bias?: boolean;
  /** A weight [O, I] to share, such as an embedding's. */
  readonly weight?: Parameter;
}

/** x W^T + b; first values uniform(-1/sqrt(I), 1/sqrt(I)), as in PyTorch. */
export class Linear extends Module {
  /** [O, I] */
  readonly weight: Parameter;
  /** [O], or null. */
  readonly bias: Parameter | null;

  /** Draws the weight, unless it is shared, and the bias. */
  constructor(options: LinearOptions) {
    super();
    const kinds = { input: "number", output: "number", bias: "boolean", weight: Parameter } as const;
    const { input, output, bias = true, weight } = checkOptions("make a linear layer", options, kinds);
    checkSize("make a linear layer", "an input size", input);
    checkSize("make a linear layer", "an output size", output);
    const { engine, random } = resolveOptions(options);
    const range = 1 / Math.sqrt(input);
    if (weight) expectShape("share a weight", weight, [output, input]);
    this.weight = weight ?? new Parameter([output, input], { engine });
    if (!weight) initialiseUniform(this.weight, range, random);
    this.bias = bias ? new Parameter([output], { engine }) : null;
    if (this.bias) initialiseUniform(this.bias, range, random);
  }

  /** x[..., I] to [..., O]. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** Drops elements in training and scales the others by 1 / (1 - rate) (Srivastava et al. 2014). */
export class Dropout extends Module {
  /** The probability of dropping an element. */
  readonly rate: number;

  /** `rate`: from 0 to below 1. */
  constructor(rate: number) {
    super();
    checkRate("make a dropout layer", rate);
    this.rate = rate;
  }

  /** Drops; x itself in inference. */
  forward(x: Tensor): Tensor {
    return dropout(x, this.rate);
  }
}

/** Dropout with one mask for all time steps (Gal and Ghahramani 2016). */
export class LockedDropout extends Module {
  /** The probability of dropping a unit. */
  readonly rate: number;

  /** `rate`: from 0 to below 1. */
  constructor(rate: number) {
    super();
    checkRate("make a dropout layer", rate);
    this.rate = rate;
  }

  /** Drops units of x[T, B, H]; x itself in inference. */
  forward(x: Tensor): Tensor {
    if (x.shape.length !== 3) throw new RangeError(`locked dropout: expected [T, B, H], found ${formatShape(x.shape)}`);
    return lockedDropout(x, this.rate);
  }
}

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends ModuleOptions {
  /** Extent H of the last dimension. */
  readonly width: number;
  /** Added to the variance; 1e-5 where absent. */
  readonly epsilon?: number;
}

/** Layer normalisation (Ba et al. 2016) over the last dimension. */
export class LayerNorm extends Module {
  /** Scales [H]; ones at first. */
  readonly weight: Parameter;
  /** Shifts [H]; zeros at first. */
  readonly bias: Parameter;
  #epsilon: number;

  /** Begins as the mere normalisation. */
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

  /** Normalises x[..., H]. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, this.#epsilon);
  }
}
