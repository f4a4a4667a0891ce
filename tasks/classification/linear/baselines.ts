import { argmax } from "../../labels/metrics.ts";
import type { LabelledCorpus, LabelledText } from "../texts.ts";
import { FeatureReader, type LinearFeatures } from "./features.ts";
import { logitsInBlocks } from "./in_blocks.ts";
import { type LinearData, naiveBayesOn, trainLinear } from "./training.ts";
import { linearLogits } from "./weights.ts";

/** The share of texts whose label simple methods predict correctly. */
export interface BaselineAccuracies {
  /** The most frequent label of the training texts, for every text. */
  readonly majority: number;
  /** Multinomial Naive Bayes on the features of the linear model. */
  readonly naiveBayes: number;
  /** The linear model. */
  readonly linear: number;
}

/** Computes the logits of texts. */
type LogitsOf = (texts: readonly string[]) => Promise<Float32Array[]>;

/** A linear model that has been trained. */
export interface TrainedLinear {
  /** Its features. */
  readonly features: LinearFeatures;
  /** Computes the logits of texts. */
  readonly logits: LogitsOf;
}

/** Trains a linear model. */
export async function trainedLinear(data: LinearData): Promise<TrainedLinear> {
  const { features, weights } = await trainLinear(data);
  const reader = new FeatureReader(features);
  return { features, logits: (texts) => logitsInBlocks(texts, (own) => linearLogits(reader.read(own), weights)) };
}

/** Options of `Baselines.of`. */
export interface BaselinesOptions {
  /** The linear model. Default: one that is trained on the corpus. */
  readonly linear?: TrainedLinear;
  /** Stops the training. */
  readonly signal?: AbortSignal;
}

/** Measures simple methods, with which a model is compared. */
export class Baselines {
  #train: readonly LabelledText[];
  #labels: readonly string[];
  #linear: LogitsOf;
  #naiveBayes: LogitsOf;

  private constructor(
    { train, labels }: LinearData,
    methods: { readonly linear: LogitsOf; readonly naiveBayes: LogitsOf },
  ) {
    this.#train = train;
    this.#labels = labels;
    this.#linear = methods.linear;
    this.#naiveBayes = methods.naiveBayes;
  }

  /** Trains the methods on the corpus, the linear model only if none is given. */
  static async of(
    { train, valid }: LabelledCorpus,
    labels: readonly string[],
    { linear, signal }: BaselinesOptions = {},
  ): Promise<Baselines> {
    const { features, logits } = linear ?? await trainedLinear({ train, valid, labels, signal });
    const naiveBayes = await naiveBayesOn({ train, labels, signal }, features);
    return new Baselines({ train, labels }, { linear: logits, naiveBayes });
  }

  /** Measures the methods on texts. */
  async measure(texts: readonly LabelledText[]): Promise<BaselineAccuracies> {
    const [train, labels] = [this.#train, this.#labels];
    const counts = Map.groupBy(train, ({ label }) => label);
    const most = labels[argmax(labels.map((label) => counts.get(label)?.length ?? 0))];
    const plain = texts.map(({ text }) => text);
    const share = (isHit: (text: LabelledText, i: number) => boolean): number =>
      texts.filter(isHit).length / texts.length;
    const accuracyOf = (logits: readonly Float32Array[]): number =>
      share(({ label }, i) => labels[argmax(logits[i])] === label);
    return {
      majority: share(({ label }) => label === most),
      naiveBayes: accuracyOf(await this.#naiveBayes(plain)),
      linear: accuracyOf(await this.#linear(plain)),
    };
  }
}
