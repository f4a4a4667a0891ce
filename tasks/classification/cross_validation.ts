import { type CrossValidation, Fingerprint, percent } from "../task_model/mod.ts";
import { baselinesOf, refute } from "./comparison.ts";
import { foldTexts, samenessOf } from "./folds.ts";
import type { LabelledData, LabelledPlan } from "./labelled_plan.ts";
import type { Classifier } from "./model.ts";
import { splitTexts } from "./split_texts.ts";
import type { ClassifierTypes } from "./task.ts";
import type { LabelledCorpus, LabelledText } from "./texts.ts";

/** The cross-validation of classifiers. */
export const CLASSIFIER_FOLDS: CrossValidation<Classifier, LabelledPlan, LabelledData, ClassifierTypes["data"]> = {
  divide({ folds: count, seed, validFraction }, data) {
    const { corpus: { train: texts }, sequences: { alphabet } } = data;
    const keyOf = samenessOf(alphabet);
    const folds = foldTexts(texts, { folds: count!, seed, keyOf });
    const corpora = folds.map((held): LabelledCorpus => {
      const isHeld = new Set(held);
      const others = texts.filter((_, i) => !isHeld.has(i));
      return { ...splitTexts(others, { validFraction, seed, keyOf }), test: held.map((i) => texts[i]) };
    });
    return { folds: corpora.map((corpus) => ({ ...data, corpus })), fingerprint: fingerprintOf(corpora) };
  },

  async measure(model, data, signal) {
    const corpus = data as LabelledCorpus & { test: readonly LabelledText[] };
    const { texts, accuracy, macroF1, mcc, loss, labels } = await model.evaluate(corpus.test, { signal });
    signal?.throwIfAborted();
    const { majority, naiveBayes, linear } = (await baselinesOf(model, corpus)).measure(corpus.test);
    const isLinear = model.config.architecture === "linear";
    return {
      texts,
      accuracy,
      macro_f1: macroF1,
      ...(labels.length === 2 && { mcc }),
      loss,
      majority,
      naive_bayes: naiveBayes,
      ...(!isLinear && { linear }),
    };
  },

  describe: ({ accuracy, macro_f1, mcc, loss }) =>
    list([
      `accuracy ${percent(accuracy)}`,
      `macro F1 ${macro_f1.toFixed(4)}`,
      mcc !== undefined && `MCC ${mcc.toFixed(4)}`,
      `loss ${loss.toFixed(4)}`,
    ]),

  conclude(mean, deviation) {
    const both = (name: string): string => `${mean[name].toFixed(4)} (${deviation[name].toFixed(4)})`;
    const { accuracy, majority, naive_bayes, linear } = mean;
    const figures = list([
      `accuracy ${percent(accuracy)} (standard deviation ${percent(deviation.accuracy)})`,
      `macro F1 ${both("macro_f1")}`,
      mean.mcc !== undefined && `MCC ${both("mcc")}`,
      `loss ${both("loss")}`,
    ]);
    return [
      `Mean of the folds: ${figures}.`,
      `For comparison, mean accuracy: most frequent label ${percent(majority)}, Naive Bayes ${percent(naive_bayes)}` +
      (linear === undefined ? "." : `, linear model ${percent(linear)}.`),
      ...linear === undefined ? [] : refute(accuracy, linear, "held-out"),
    ];
  },
};

function list(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(", ");
}

/** Computes a fingerprint of all texts and labels, in the order of the parts. */
function fingerprintOf(corpora: readonly LabelledCorpus[]): number {
  const fingerprint = new Fingerprint();
  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) fingerprint.add(text.charCodeAt(i));
    fingerprint.add(text.length);
  };
  for (const { train, valid = [], test = [] } of corpora) {
    for (const part of [train, valid, test]) {
      for (const { text, label } of part) [text, label].forEach(add);
      fingerprint.add(part.length);
    }
  }
  return fingerprint.value;
}
