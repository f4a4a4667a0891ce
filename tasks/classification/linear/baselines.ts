import { argmax } from "../../labels/metrics.ts";
import type { LabelledCorpus, LabelledText } from "../texts.ts";
import { FeatureReader, type LinearFeatures } from "./features.ts";
import { type LinearData, naiveBayesLogits, trainLinear } from "./training.ts";
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

/** A linear model that has been trained. */
export interface TrainedLinear {
  /** Its features. */
  readonly features: LinearFeatures;
  /** Computes the logits of texts. */
  readonly logits: (texts: readonly string[]) => Float32Array[];
}

/** Trains a linear model. */
export async function trainedLinear(data: LinearData): Promise<TrainedLinear> {
  const { features, weights } = await trainLinear(data);
  return { features, logits: (texts) => linearLogits(new FeatureReader(features).read(texts), weights) };
}

/** Measures simple methods, with which a model is compared. */
export class Baselines {
  #train: readonly LabelledText[];
  #labels: readonly string[];
  #linear: TrainedLinear;

  private constructor(train: readonly LabelledText[], labels: readonly string[], linear: TrainedLinear) {
    this.#train = train;
    this.#labels = labels;
    this.#linear = linear;
  }

  /** Prepares the methods; trains a linear model on the corpus if none is given. */
  static async of(
    { train, valid }: LabelledCorpus,
    labels: readonly string[],
    linear?: TrainedLinear,
  ): Promise<Baselines> {
    return new Baselines(train, labels, linear ?? await trainedLinear({ train, valid, labels }));
  }

  /** Measures the methods on texts. */
  measure(texts: readonly LabelledText[]): BaselineAccuracies {
    const [train, labels] = [this.#train, this.#labels];
    const counts = labels.map((own) => train.filter(({ label }) => label === own).length);
    const most = labels[argmax(counts)];
    const plain = texts.map(({ text }) => text);
    const share = (isHit: (text: LabelledText, i: number) => boolean): number =>
      texts.filter(isHit).length / texts.length;
    const accuracyOf = (logits: readonly Float32Array[]): number =>
      share(({ label }, i) => labels[argmax(logits[i])] === label);
    return {
      majority: share(({ label }) => label === most),
      naiveBayes: accuracyOf(naiveBayesLogits({ train, labels }, this.#linear.features, plain)),
      linear: accuracyOf(this.#linear.logits(plain)),
    };
  }
}
