import { type Engine, Module, Parameter } from "../../../src/nn/mod.ts";
import { FeatureReader, type LinearFeatures } from "./features.ts";
import type { LinearModel } from "./training.ts";
import { linearLogits } from "./weights.ts";

/** A trained linear model as a part of a network, which its files store. */
export class LinearPart extends Module {
  /** The weights `[buckets, labels]`. */
  readonly weight: Parameter;
  /** The biases `[labels]`. */
  readonly bias: Parameter;
  #reader: FeatureReader;

  /** Creates a part whose weights are 0. */
  constructor(features: LinearFeatures, labels: number, engine: Engine) {
    super();
    this.weight = new Parameter([features.buckets, labels], { engine });
    this.bias = new Parameter([labels], { engine });
    this.#reader = new FeatureReader(features);
  }

  /** Creates a part with the weights of a linear model. */
  static from({ features, weights: { labels, weight, bias } }: LinearModel, engine: Engine): LinearPart {
    const part = new LinearPart(features, labels, engine);
    part.weight.assign(weight);
    part.bias.assign(bias);
    return part;
  }

  /** Computes the logits of texts. */
  logits(texts: readonly string[]): Float32Array[] {
    const { engine, address, size, shape: [columns, labels] } = this.weight;
    const x = this.#reader.read(texts);
    return linearLogits(x, { columns, labels, weight: engine.floats(address, size), bias: this.bias.toArray() });
  }
}
