import { InputRangeError } from "../../errors.ts";
import { path } from "../../src/schema/mod.ts";
import { FILE } from "../data/mod.ts";
import { describeHits, describeTest, drawConfusion, figureFields, formatLabels } from "../labels/mod.ts";
import { describeHiddenSizes } from "../task_model/hidden_sizes.ts";
import { count, countParameters, formatSpeed, percent, type Program, type Report } from "../task_model/mod.ts";
import type { Calibration, ClassifierEvaluation } from "./answers.ts";
import { describeFile, expectLabels, fileWarnings } from "./labelled_files.ts";
import {
  formatOf,
  LABELLED_FORMAT,
  LABELLED_PLAN,
  type LabelledData,
  type LabelledFormat,
  type LabelledPlan,
  makeTokenizer,
  readLabelled,
  readLabelledData,
} from "./labelled_plan.ts";
import type { Architecture } from "./hyperparameters.ts";
import { compareWithBaselines } from "./comparison.ts";
import { CLASSIFIER_FOLDS } from "./cross_validation.ts";
import { classifierTokens, initFrom } from "./init_from.ts";
import { describeLimit, type LinearConfig } from "./linear/mod.ts";
import { Classifier } from "./model.ts";
import { describeThresholds } from "./multi_label/mod.ts";
import { classifierPictures } from "./pictures.ts";
import { PRESETS } from "./presets.ts";
import { kindFor, letterWarnings, refuseShort } from "./sequence_data.ts";
import { suitOptions } from "./suited_options.ts";
import { measureFor } from "./suited_texts.ts";
import type { ClassifierTypes } from "./task.ts";
import { allStrands, strandsOf } from "./strands.ts";
import { allLabels, areMultiLabel, kmerLength, type LabelledCorpus, type LabelledText } from "./texts.ts";
import { remember } from "./remember.ts";
import { CLASSIFIER_TUNING } from "./tuning.ts";
import { coveredShare } from "./vectors.ts";

/** The data on which a classifier is evaluated. */
export interface LabelledEvaluationPlan extends LabelledFormat {
  /** The file with the labeled texts. */
  readonly data: string;
}

/** The commands that train and evaluate classifiers on files. */
export const CLASSIFIER_PROGRAM: Program<
  ClassifierTypes,
  Classifier,
  LabelledPlan,
  LabelledData,
  LabelledEvaluationPlan
> = {
  model: Classifier,
  plan: LABELLED_PLAN,
  sources: ["data"],
  presets: PRESETS,
  nameOf: ({ fileLabels }, { architecture, cell }, data = "reviews") =>
    `${fileLabels?.replaceAll(/[^\p{L}\p{N}]+/gu, "-") ?? data}-${architecture === "linear" ? "linear" : cell}`,
  read: readLabelledData,

  suitable: ["conv"],
  async suit(plan, { corpus: { train, valid }, sequences }, asked, reading) {
    const { model, fit = {} } = asked;
    if (plan.data === null || model?.architecture === "linear") return undefined;
    const kind = plan.initFrom === null
      ? kindFor(plan.tokenizer, sequences)
      : await classifierTokens(plan.initFrom, reading);
    if (kind === undefined) return undefined;
    const facts = measureFor(train, { ...sequences, kind });
    const given = new Set(
      Object.entries({ ...asked.plan, ...model, ...fit }).flatMap(([name, value]) => value === undefined ? [] : [name]),
    );
    const { optimizer, weightDecay } = fit;
    const hasValidation = valid !== undefined || plan.folds !== null && plan.validFraction > 0;
    const start = { hasVectors: plan.vectors !== null, hasValidation, multiLabel: areMultiLabel(train) };
    const suited = suitOptions(facts, { ...start, optimizer, weightDecay, given });
    if (plan.initFrom === null) return suited;
    // A classifier to go on from has its own tokenizer and network, which another learning rate may suit.
    const { learningRate: _, optimizer: __, ...training } = suited.fit;
    return { ...suited, plan: {}, model: {}, fit: training };
  },

  async create(plan, given, data, reading) {
    const { corpus, sequences } = data;
    if (plan.calibrate && !corpus.valid) throw new InputRangeError("calibrate: expected validation texts, found none");
    if (plan.initFrom !== null) return await initFrom(plan.initFrom, given, data, reading);
    const { reverseComplement = false } = given;
    const texts = corpus.train.flatMap(({ text }) => strandsOf(text, { ...sequences, reverseComplement }));
    const key = JSON.stringify([plan, reverseComplement]);
    const { tokenizer, vectors } = await remember(corpus, key, () => makeTokenizer(plan, texts, sequences));
    const model = Classifier.create({
      ...{ ...given, ...sequences, dataFormat: formatOf(data.files[0]), tokenizer, vectors },
      labels: allLabels(corpus),
      multiLabel: areMultiLabel(corpus.train),
    });
    if (vectors) covered.set(model, coveredShare(corpus.train.map(({ text }) => text), tokenizer, vectors));
    return model;
  },

  corpus: (_model, { corpus }) => Promise.resolve(corpus),

  introduce(model, data, { files }, { warnings }) {
    const { train, valid, test } = data as LabelledCorpus;
    return {
      text: describeModel(model, train.length),
      lines: describePart(model, train),
      fields: {
        files,
        train: train.length,
        valid: valid?.length ?? 0,
        test: test?.length ?? 0,
        labels: model.config.labels,
        vocabulary: model.config.vocabSize,
        ...(model.coverage && { vectors: { ...model.coverage, share_of_text: covered.get(model) } }),
        warnings,
      },
    };
  },

  epoch: ({ validLoss, validAccuracy, validMicroF1, validMacroF1 }) => ({
    text: validAccuracy === null || validMacroF1 === null || validLoss === null
      ? ""
      : `, validation ${describeHits({ accuracy: validAccuracy, microF1: validMicroF1 })} (macro F1 ${
        validMacroF1.toFixed(4)
      }, loss ${validLoss.toFixed(4)})`,
    fields: {
      valid_loss: validLoss,
      valid_accuracy: validAccuracy,
      ...(validMicroF1 !== undefined && { valid_micro_f1: validMicroF1 }),
      valid_macro_f1: validMacroF1,
    },
  }),

  asking: {
    text: "Text",
    verb: "Classify",
    async answer(model, text) {
      const { probabilities } = await model.classify(text);
      const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a).slice(0, 10);
      return ranked.map(([label, probability]) => `${probability.toFixed(4)} ${label}`).join("\n");
    },
  },

  async conclude(model, data, { plan, directory, last }) {
    const corpus = data as LabelledCorpus;
    const calibration = plan.calibrate && corpus.valid ? await model.calibrate(corpus.valid) : undefined;
    if (calibration) await model.save(directory);
    const valid = corpus.valid && await model.evaluate(corpus.valid, { intervals: false });
    const test = corpus.test && await model.evaluate(corpus.test);
    const { multiLabel, labels, thresholds } = model.config;
    const compared = await compareWithBaselines(model, corpus, { valid, test });
    const truncated = [last, valid, test].reduce((sum, found) => sum + (found?.truncated ?? 0), 0);
    return {
      lines: [
        ...last ? [`Padding: ${percent(last.paddedShare)} of the tokens in the training batches.`] : [],
        ...model.config.linear ? [describeLinear(model.config.linear, model.config.architecture)] : [],
        ...thresholds ? [describeThresholds(labels, thresholds)] : [],
        ...valid ? [describeFigures(`Validation ${describeHits(valid)}`, valid)] : [],
        ...calibration ? [describeCalibration(calibration)] : [],
        ...compared.lines,
      ],
      results: [...test ? [describeTest(test)] : [], ...compared.results],
      warnings: truncated > 0 ? [truncationWarning(truncated, model.config.maxTokens)] : [],
      fields: {
        valid_accuracy: valid?.accuracy ?? null,
        valid_loss: valid?.loss ?? null,
        valid_macro_f1: valid?.macroF1 ?? null,
        ...(multiLabel && { valid_micro_f1: valid?.microF1 ?? null, thresholds }),
        ...figureFields(test, "test_"),
        ...(calibration && { temperature: calibration.temperature }),
        ...compared.fields,
        ...(model.config.linear && { blend: model.config.linear.blend }),
        truncated,
        padded_share: last?.paddedShare ?? 0,
      },
      tryWith: [
        "classify",
        model.config.alphabet === null ? "A text of your own." : corpus.train[0].text.trim().slice(0, 80),
      ],
    };
  },

  pictures: classifierPictures,
  tuning: CLASSIFIER_TUNING,
  crossValidation: CLASSIFIER_FOLDS,

  evaluation: {
    data: path({ ...FILE, help: "Labeled texts to evaluate on." }),
    ...LABELLED_FORMAT,
  },

  draws: ({ config }) => !config.multiLabel,

  async evaluate(model, plan) {
    const file = await readLabelled(plan.data, plan, model.config);
    expectLabels(file, model.config.labels, "the model's labels");
    const k = kmerLength(model.tokenizer);
    if (k !== undefined) refuseShort(file, k);
    const letters = letterWarnings(file, model.config.alphabet);
    const start = performance.now();
    const evaluation = await model.evaluate(file.texts);
    const perSecond = file.texts.length / (performance.now() - start) * 1e3;
    return {
      ...report(evaluation, perSecond, describeFile(file)),
      ...evaluation.confusion.length > 0 &&
        { picture: drawConfusion(evaluation.labels.map(({ label }) => label), evaluation.confusion) },
      warnings: [...fileWarnings(file), ...letters],
    };
  },
};

/** For models with word vectors: the share of words in the training texts that have a vector. */
const covered = new WeakMap<Classifier, number>();

function describeModel(model: Classifier, texts: number): string {
  const { config, coverage } = model;
  const { architecture, wide, cell, embed, conv, filters, convPool, hidden, layers, members, vocabSize } = config;
  const { bidirectional, pooling, poolRegions, labels, multiLabel } = config;
  const on = [count(labels.length, multiLabel ? "independent label" : "label"), `on ${count(texts, "text")}`];
  if (architecture === "linear") return ["linear model of n-grams", ...on].join(", ");
  const vectors = coverage
    ? `, ${coverage.found.toLocaleString("en")} of them with a pretrained vector (${
      percent(covered.get(model) ?? 0)
    } of the text)`
    : "";
  return [
    `${members > 1 ? `${members} members, each ` : ""}${cell} ${describeHiddenSizes({ hidden, layers })}${
      bidirectional ? " bidirectional" : ""
    }`,
    `pooling ${pooling}${poolRegions ? ` and ${count(poolRegions, "region")}` : ""}`,
    `embedding ${embed}`,
    ...conv ? [`${count(filters ?? embed, "filter")} of width ${conv}${convPool ? `, pool ${convPool}` : ""}`] : [],
    `${count(vocabSize, "symbol")}${vectors}`,
    countParameters(model),
    ...wide ? ["with a linear model of n-grams"] : [],
    ...on,
  ].join(", ");
}

/** Says which part of the texts the linear model will read, if it does not read all. */
function describePart({ config }: Classifier, train: readonly LabelledText[]): string[] {
  const { architecture, wide, linear, labels, reverseComplement } = config;
  if (architecture === "network" && !wide || linear !== null) return [];
  return describeLimit(allStrands(train, config), { labels: labels.length, group: reverseComplement ? 2 : 1 });
}

function describeFigures(accuracy: string, { macroF1, loss }: ClassifierEvaluation): string {
  return `${accuracy}, macro F1 ${macroF1.toFixed(4)}, loss ${loss.toFixed(4)}.`;
}

/** Describes a trained linear model: its features, and its part in the logits. */
function describeLinear(linear: LinearConfig, architecture: Architecture): string {
  const { words, letters, positions, regions, gaps = 0, openings, marks, blend } = linear;
  const features = [
    ...words > 0 ? [`1 to ${words} words`] : [],
    ...gaps > 0 ? [`pairs of ${words > 0 ? "words" : "3 letters"} with up to ${gaps} between`] : [],
    ...openings ? ["the first words with later ones"] : [],
    ...letters ? [`${letters[0]} to ${letters[1]} letters${words > 0 ? " of a word" : marks ? " or ends" : ""}`] : [],
    ...positions === null ? [] : [`letters at ${positions.toLocaleString("en")} positions`],
    ...regions === undefined ? [] : [`3 to 6 letters in regions of ${regions}`],
  ].join(", ");
  const factors = architecture === "linear"
    ? ""
    : `; its scores count ${blend[1].toFixed(2)}, the network's ${blend[0].toFixed(2)}`;
  return `The linear model reads ${features}${factors}.`;
}

function describeCalibration({ temperature, before, after }: Calibration): string {
  return `Calibrated with temperature ${temperature.toFixed(3)}: expected calibration error on the validation texts ` +
    `${before.toFixed(4)} before, ${after.toFixed(4)} after.`;
}

/** Returns a warning that some texts were truncated. */
export function truncationWarning(texts: number, maxTokens: number): string {
  return `${count(texts, "text")} truncated to the first ${count(maxTokens, "token")}`;
}

function report(evaluation: ClassifierEvaluation, perSecond: number, file: string): Report {
  const { texts, labels, confusion, truncated, paddedShare } = evaluation;
  return {
    lines: [file, formatEvaluation(evaluation, perSecond)],
    fields: {
      texts,
      ...figureFields(evaluation),
      labels,
      confusion,
      truncated,
      padded_share: paddedShare,
      texts_per_second: perSecond,
    },
  };
}

/** Formats an evaluation as a summary, a table of scores by label and a confusion matrix. */
function formatEvaluation(evaluation: ClassifierEvaluation, perSecond: number): string {
  const { texts, truncated, paddedShare } = evaluation;
  return [
    ...formatLabels(evaluation, "texts"),
    "",
    `${count(texts, "text")}, ${formatSpeed(perSecond)} a second, ${percent(paddedShare)} padding` +
    (truncated === 0 ? "" : `; ${count(truncated, "text")} truncated`),
  ].join("\n");
}
