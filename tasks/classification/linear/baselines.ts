import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";
import { argmax } from "../../data/argmax.ts";
import { expectLabelled, expectLabelledTexts, type LabelledCorpus, type LabelledText, labelsIn } from "../texts.ts";
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

/** A linear model that has been trained. */
export interface TrainedLinear {
  /** Its features. */
  readonly features: LinearFeatures;
  /** Computes the logits of texts. */
  readonly logits: (texts: readonly string[]) => Promise<Float32Array[]>;
}

type LogitsOf = TrainedLinear["logits"];

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

/**
 * Measures simple methods, with which a classifier is compared. Each text has one label.
 *
 * @example
 * ```ts
 * import { labelsOf } from "@elman/elman";
 * import { type BaselineAccuracies, Baselines } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = ["fine", "a fine film", "dull"].map((text) => ({ text, label: text === "dull" ? "bad" : "good" }));
 * const baselines = await Baselines.of({ train }, labelsOf(train));
 * const test = [{ text: "a dull plot", label: "bad" }, { text: "fine acting", label: "good" }];
 * const { majority, linear }: BaselineAccuracies = await baselines.measure(test);
 * assertEquals([majority, linear], [0.5, 1]);
 * ```
 */
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

  /**
   * Trains the methods on a corpus, the linear model only if none is given. Throws `RangeError` if a text has another
   * label than those given, or several.
   */
  static async of(
    corpus: LabelledCorpus,
    labels: readonly string[],
    { linear, signal }: BaselinesOptions = {},
  ): Promise<Baselines> {
    const { train, valid } = expectLabelled("train baselines", corpus);
    expectOneLabel("train baselines", [...train, ...valid ?? []], labels);
    const { features, logits } = linear ?? await trainedLinear({ train, valid, labels, signal });
    const naiveBayes = await naiveBayesOn({ train, labels, signal }, features);
    return new Baselines({ train, labels }, { linear: logits, naiveBayes });
  }

  /** Measures the methods on texts. Throws `RangeError` if there are none. */
  async measure(texts: readonly LabelledText[]): Promise<BaselineAccuracies> {
    if (expectLabelledTexts("measure baselines", "texts", texts).length === 0) {
      throw new InputRangeError("measure baselines: expected at least 1 text, found none");
    }
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

function expectOneLabel(action: string, texts: readonly LabelledText[], labels: readonly string[]): void {
  const known = new Set(labels);
  const wrong = texts.find((text) => labelsIn(text).length !== 1 || !known.has(text.label));
  if (wrong === undefined) return;
  const found = labelsIn(wrong).length === 1 ? describeValue(wrong.label) : describeList(labelsIn(wrong)) || "none";
  throw new InputRangeError(`${action}: expected one of the labels ${describeList(labels)}, found ${found}`);
}
