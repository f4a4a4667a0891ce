import { add, type Engine, gather, Module, mul, Parameter, reshape, sum, type Tensor } from "../../../src/nn/mod.ts";
import { FeatureReader, type LinearFeatures } from "./features.ts";
import type { LinearModel } from "./training.ts";
import { linearLogits } from "./weights.ts";

/**
 * A linear model as a part of a classifier's network: the logits are the sum of the weights of the n-grams in a text.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import type { LinearPart } from "@elman/elman/tasks";
 * import { assert } from "@std/assert";
 *
 * const train = ["fine", "a fine film", "dull", "a dull film"].map((text) => ({
 *   text,
 *   label: text.includes("fine") ? "good" : "bad",
 * }));
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const model = Classifier.create({ tokenizer, labels: ["bad", "good"], architecture: "linear" });
 * await model.fit(train);
 * const linear: LinearPart = model.network.linear!;
 * const [[bad, good]] = linear.logits(["A fine plot."]);
 * assert(good > bad);
 * ```
 */
export class LinearPart extends Module {
  /** The weights `[buckets, labels]`. */
  readonly weight: Parameter;
  /** The biases `[labels]`. */
  readonly bias: Parameter;
  #reader: FeatureReader;

  /** Creates a part for features and a number of labels; its weights are 0. */
  constructor(features: LinearFeatures, labels: number, engine: Engine) {
    super();
    this.weight = new Parameter([features.buckets, labels], { engine });
    this.bias = new Parameter([labels], { engine });
    this.#reader = new FeatureReader(features);
  }

  /** Computes the logits of texts. */
  logits(texts: readonly string[]): Float32Array[] {
    const { engine, address, size, shape: [columns, labels] } = this.weight;
    const x = this.#reader.read(texts);
    return linearLogits(x, { columns, labels, weight: engine.floats(address, size), bias: this.bias.toArray() });
  }

  /** Computes the logits `[B, labels]` in an open step from features `[B, F]`, as `linearInputs` returns them. */
  forward(features: Int32Array, values: Tensor): Tensor {
    const [B, F] = values.shape;
    const weights = gather(this.weight, features, [B, F]);
    return add(sum(mul(weights, reshape(values, [B, F, 1])), 1), this.bias);
  }
}

/** Returns a part with the weights of a linear model. */
export function linearPart({ features, weights: { labels, weight, bias } }: LinearModel, engine: Engine): LinearPart {
  const part = new LinearPart(features, labels, engine);
  part.weight.assign(weight);
  part.bias.assign(bias);
  return part;
}
