import { nullable, path } from "../../src/schema/mod.ts";
import { FILE } from "../data/mod.ts";
import { count, countParameters, formatSpeed, percent, type Program } from "../task_model/mod.ts";
import type { TranslatorEvaluation } from "./answers.ts";
import type { TranslatorSettings } from "./hyperparameters.ts";
import { Translator } from "./model.ts";
import type { ParallelCorpus } from "./pairs.ts";
import {
  describePairs,
  equalSides,
  makeTokenizers,
  PAIR_FORMAT,
  type PairData,
  type PairPlan,
  PARALLEL_PLAN,
  type ParallelPlan,
  readPairData,
  readPairs,
} from "./parallel_plan.ts";
import { translatorPictures } from "./pictures.ts";
import { PRESETS } from "./presets.ts";
import { SEARCH, type TranslateSettings } from "./search_options.ts";
import type { TranslatorTypes } from "./task.ts";

/** The data on which a translator is evaluated, and the search settings. */
export interface PairEvaluationPlan extends PairPlan, Omit<TranslateSettings, "nBest" | "replaceUnknown" | "batch"> {}

const { nBest: _nBest, replaceUnknown: _replaceUnknown, batch: _batch, ...SEARCH_FIELDS } = SEARCH;

/** The commands that train and evaluate translators on files. */
export const TRANSLATOR_PROGRAM: Program<
  TranslatorTypes,
  Translator,
  ParallelPlan,
  PairData,
  PairEvaluationPlan
> = {
  model: Translator,
  plan: PARALLEL_PLAN,
  sources: ["data", "src"],
  presets: PRESETS,
  nameOf: ({ from, to }, { cell }, data = `${from}-${to}`) => `${data}-${cell}`,
  read: readPairData,

  async create(plan, options, { corpus, dataFormat }) {
    const { source, target } = await makeTokenizers(plan, corpus.train);
    return Translator.create({ ...options, dataFormat, sourceTokenizer: source, targetTokenizer: target });
  },

  corpus: (_model, { corpus }) => Promise.resolve(corpus),

  introduce(model, _corpus, { corpus: { train, valid, test } }, { warnings, settings }) {
    const encoded = model.encode(train);
    const measured = { validation: valid && model.encode(valid), test: test && model.encode(test) };
    const { sourceVocabSize, targetVocabSize, maxTokens } = model.config;
    const { empty, long } = encoded;
    return {
      text: describeModel(model, encoded.sources.length),
      lines: [
        ...empty > 0 ? [`${count(empty, "training pair")} with an empty side skipped.`] : [],
        ...long > 0 ? [`${count(long, "training pair")} of more than ${count(maxTokens, "token")} skipped.`] : [],
        ...Object.entries(measured).flatMap(([part, found]) =>
          found ? lossless(found, `${part} pair`, maxTokens).map((note) => `${note}.`) : []
        ),
        describeSettings(settings, train.length),
      ],
      fields: {
        train: train.length,
        valid: valid?.length ?? 0,
        test: test?.length ?? 0,
        left_out: leftOut(encoded),
        no_loss: { valid: leftOut(measured.validation), test: leftOut(measured.test) },
        source_vocabulary: sourceVocabSize,
        target_vocabulary: targetVocabSize,
        warnings,
      },
    };
  },

  epoch: ({ validLoss, validBleu }) => ({
    text: validLoss === null
      ? ""
      : `, validation loss ${validLoss.toFixed(4)}${validBleu === null ? "" : `, greedy BLEU ${validBleu.toFixed(2)}`}`,
    fields: { valid_loss: validLoss, valid_bleu: validBleu },
  }),

  asking: {
    text: "Sentence",
    verb: "Translate",
    answer: async (model, text) => (await model.translate(text)).text,
  },

  async conclude(model, data, { last }) {
    const corpus = data as ParallelCorpus;
    const valid = corpus.valid && await model.evaluate(corpus.valid);
    const test = corpus.test && await model.evaluate(corpus.test);
    const example = (corpus.test ?? corpus.valid ?? corpus.train).find(({ source }) => source !== "")?.source ?? "";
    return {
      lines: [
        ...last ? [`Padding: ${percent(last.paddedShare)} of the tokens in the training batches.`] : [],
        ...valid ? [`Validation ${describeFigures(valid)}`] : [],
      ],
      results: test ? [`Test ${describeFigures(test)}`] : [],
      fields: {
        valid_bleu: valid?.bleu ?? null,
        valid_loss: valid?.loss ?? null,
        valid_exact_match: valid?.exactMatch ?? null,
        test_bleu: test?.bleu ?? null,
        test_chrf: test?.chrf ?? null,
        test_loss: test?.loss ?? null,
        test_exact_match: test?.exactMatch ?? null,
        bleu_signature: test?.bleuSignature ?? valid?.bleuSignature ?? null,
        padded_share: last?.paddedShare ?? 0,
      },
      tryWith: ["translate", example],
    };
  },

  pictures: translatorPictures,
  evaluation: {
    data: nullable(path({ ...FILE, insteadOf: ["src"], help: "Table of sentence pairs to evaluate on." })),
    src: nullable(path({ ...FILE, needs: ["tgt"], help: "Source sentences to evaluate on, one per line." })),
    tgt: nullable(path({ ...FILE, needs: ["src"], help: "Translations of the --src sentences, one per line." })),
    ...PAIR_FORMAT,
    ...SEARCH_FIELDS,
  },

  async evaluate(model, plan) {
    const file = await readPairs(plan, model.config.dataFormat);
    const { name, pairs } = file;
    const start = performance.now();
    const found = await model.evaluate(pairs, searchOf(plan));
    const perSecond = pairs.length / (performance.now() - start) * 1e3;
    return {
      lines: [
        describePairs(file),
        describeFigures(found),
        `BLEU|${found.bleuSignature}`,
        `${count(pairs.length, "sentence")}, ${formatSpeed(perSecond)} a second.`,
      ],
      warnings: [
        ...equalSides(file),
        ...lossless(found, "pair", model.config.maxTokens).map((note) => `${name}: ${note}`),
      ],
      fields: {
        ...(file.table && { table: file.table }),
        sentences: found.sentences,
        no_loss: { empty: found.empty, long: found.long },
        bleu: found.bleu,
        bleu_signature: found.bleuSignature,
        chrf: found.chrf,
        exact_match: found.exactMatch,
        loss: found.loss,
        next_token_accuracy: found.nextTokenAccuracy,
        sentences_per_second: perSecond,
      },
    };
  },
};

/** The search settings of an evaluation. */
function searchOf(plan: PairEvaluationPlan): Omit<TranslateSettings, "nBest" | "replaceUnknown" | "batch"> {
  const names = Object.keys(SEARCH_FIELDS) as (keyof typeof SEARCH_FIELDS)[];
  return Object.fromEntries(names.map((name) => [name, plan[name]])) as ReturnType<typeof searchOf>;
}

/** Counts of the pairs that have no loss. */
interface LeftOut {
  readonly empty: number;
  readonly long: number;
}

function leftOut({ empty, long }: LeftOut = { empty: 0, long: 0 }): LeftOut {
  return { empty, long };
}

/** Returns notes on the pairs that count for BLEU and chrF but have no loss. */
function lossless({ empty, long }: LeftOut, noun: string, maxTokens: number): string[] {
  const describe = (n: number, what: string): string[] =>
    n === 0 ? [] : [`${count(n, noun)} ${what} ${n === 1 ? "counts" : "count"} for BLEU and chrF, not for the loss`];
  return [...describe(empty, "with an empty side"), ...describe(long, `of more than ${count(maxTokens, "token")}`)];
}

function describeModel(model: Translator, pairs: number): string {
  const { cell, embed, hidden, encoderHidden, layers, attention, inputFeeding, joint, ...sizes } = model.config;
  const [source, target] = [sizes.sourceVocabSize, sizes.targetVocabSize].map((size) => size.toLocaleString("en"));
  return [
    `${cell} ${layers} x (2 x ${encoderHidden}) to ${layers} x ${hidden}`,
    attention === "none" ? "no attention" : `${attention} attention`,
    ...inputFeeding ? ["input feeding"] : [],
    `embedding ${embed}`,
    joint ? `${source} joint symbols` : `${source} and ${target} symbols`,
    countParameters(model),
    `on ${count(pairs, "pair")}`,
  ].join(", ");
}

/** Describes the settings whose defaults depend on the number of pairs. */
function describeSettings({ epochs, minutes, batchTokens, averaging }: TranslatorSettings, pairs: number): string {
  const length = minutes === null ? count(epochs, "epoch") : count(minutes, "minute");
  const batches = `batches of ${count(batchTokens, "token")}`;
  return `For ${count(pairs, "training pair")}: ${length}, ${batches}, averaging ${averaging ?? "none"}.`;
}

/** Formats the scores of an evaluation as one line. */
function describeFigures({ bleu, chrf, exactMatch, loss, nextTokenAccuracy }: TranslatorEvaluation): string {
  return `BLEU ${bleu.toFixed(2)}, chrF ${chrf.toFixed(2)}, exact match ${percent(exactMatch)}, loss ${
    loss.toFixed(4)
  }, next-token accuracy ${percent(nextTokenAccuracy)}.`;
}
