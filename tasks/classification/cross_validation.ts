import { type CrossValidation, Fingerprint, percent } from "../task_model/mod.ts";
import { baselineFields, baselinesOf, describeBaselines, judgeAgainst } from "./comparison.ts";
import { describeHits } from "../labels/figures.ts";
import { foldTexts, samenessOf } from "./folds.ts";
import type { LabelledData, LabelledPlan } from "./labelled_plan.ts";
import type { Classifier } from "./model.ts";
import { judgeOf, usualSelection } from "../labels/selection.ts";
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
    const evaluation = await model.evaluate(corpus.test, { intervals: false, signal });
    const { texts, accuracy, microF1, macroF1, mcc, ranking, loss, truncated } = evaluation;
    signal?.throwIfAborted();
    const { linear, ...others } = await (await baselinesOf(model, corpus, { signal }))(corpus.test);
    const { architecture, labels, multiLabel } = model.config;
    return {
      figures: {
        texts,
        accuracy,
        ...(microF1 !== undefined && { micro_f1: microF1 }),
        macro_f1: macroF1,
        ...(labels.length === 2 && !multiLabel && { mcc }),
        ...(ranking && { roc_auc: ranking.rocAuc, average_precision: ranking.averagePrecision }),
        loss,
        truncated,
        ...baselineFields(architecture === "linear" ? others : { ...others, linear }, multiLabel),
      },
      ...ranking && { notes: { ranked_label: ranking.label } },
    };
  },

  describe: ({ accuracy, micro_f1, macro_f1, mcc, roc_auc: area, average_precision: precision, loss }) =>
    list([
      describeHits({ accuracy, microF1: micro_f1 }),
      `macro F1 ${macro_f1.toFixed(4)}`,
      mcc !== undefined && `MCC ${mcc.toFixed(4)}`,
      area !== undefined && `ROC AUC ${area.toFixed(4)}`,
      precision !== undefined && `average precision ${precision.toFixed(4)}`,
      `loss ${loss.toFixed(4)}`,
    ]),

  conclude(mean, deviation, notes) {
    const both = (name: string): string => `${mean[name].toFixed(4)} (${deviation[name].toFixed(4)})`;
    const { accuracy, micro_f1: microF1 } = mean;
    const multiLabel = microF1 !== undefined;
    const judge = judgeOf(usualSelection(multiLabel));
    const { naive_bayes: naiveBayes } = mean;
    const [majority, linear] = multiLabel
      ? [mean.majority_micro_f1, mean.linear_micro_f1]
      : [mean.majority, mean.linear];
    const figures = list([
      multiLabel && `micro F1 ${both("micro_f1")}`,
      `${multiLabel ? "subset " : ""}accuracy ${percent(accuracy)} (standard deviation ${percent(deviation.accuracy)})`,
      `macro F1 ${both("macro_f1")}`,
      mean.mcc !== undefined && `MCC ${both("mcc")}`,
      mean.roc_auc !== undefined && `ROC AUC ${both("roc_auc")}`,
      mean.average_precision !== undefined &&
      `average precision ${both("average_precision")} (of ${notes[0].ranked_label})`,
      `loss ${both("loss")}`,
    ]);
    const verdict = linear === undefined ? undefined : judgeAgainst(linear, microF1 ?? accuracy, judge, "held-out");
    const truncated = (mean.truncated ?? 0) / mean.texts;
    const lines = [
      ...truncated > 0 ? [`${percent(truncated)} of the texts were truncated to the tokens of --max-tokens.`] : [],
      `Mean of the folds: ${figures}.`,
      `For comparison, mean ${judge.name}: ${describeBaselines({ majority, naiveBayes, linear }, judge)}.`,
      ...verdict?.lines ?? [],
    ];
    return { lines, fields: verdict?.fields };
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
