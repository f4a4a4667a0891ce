import { perplexity } from "../../src/train/mod.ts";
import { namesKnown } from "../data/data_format.ts";
import { describeHiddenSizes } from "../task_model/hidden_sizes.ts";
import { count, countParameters, percent, type Program } from "../task_model/mod.ts";
import type { TextCorpus } from "./corpus.ts";
import { evaluateFiles, TEXT_EVALUATION, type TextEvaluationPlan } from "./evaluate_files.ts";
import { gradientFlow } from "./gradient_flow.ts";
import { inheritFrom, initFrom, type Start, withUnknownTokens } from "./init_from.ts";
import type { LanguageModelEpoch } from "./learning.ts";
import { LanguageModel, type TextEvaluation } from "./model.ts";
import { languagePictures } from "./pictures.ts";
import { PRESETS } from "./presets.ts";
import type { LanguageModelTypes } from "./task.ts";
import { isDocumentIds, isDocuments, totalLength } from "./document_ids.ts";
import type { SourcePart } from "./text_parts.ts";
import { encodeTexts, endOfTextOf, readCorpus, TEXT_PLAN, type TextPlan, trainTokenizer } from "./text_plan.ts";
import type { TokenIds } from "./token_ids.ts";

/** From this many characters on, encoding takes seconds and is announced. */
const LONG_TEXT = 2 ** 25;

/** Trains and evaluates language models from files. */
export const LANGUAGE_MODEL_PROGRAM: Program<
  LanguageModelTypes,
  LanguageModel,
  TextPlan,
  TextCorpus<SourcePart>,
  TextEvaluationPlan
> = {
  model: LanguageModel,
  plan: TEXT_PLAN,
  sources: ["data"],
  presets: PRESETS,
  nameOf: (_plan, { cell }, data = "brown") => `${data}-${cell}`,

  async read(plan) {
    const { corpus, notes, warnings } = await readCorpus(plan);
    const length = isDocuments(corpus.train) ? totalLength(corpus.train) : corpus.train.length;
    const announcement = `Preparing ${count(length, "character")}; this takes a few seconds per hundred million.`;
    return { data: corpus, notes: length < LONG_TEXT ? notes : [...notes, announcement], warnings };
  },

  inherit: inheritFrom,

  async create(plan, given, data, reading) {
    const { textColumn, documentSeparator } = plan;
    const options = { ...given, dataFormat: namesKnown({ textColumn, documentSeparator }) };
    if (plan.initFrom !== null) {
      const start = await initFrom({ ...plan, initFrom: plan.initFrom }, options, data, reading);
      starts.set(start.model, start);
      return start.model;
    }
    const tokenizer = await trainTokenizer(plan, data);
    return LanguageModel.create({ ...options, tokenizer, endOfText: endOfTextOf(plan.tokenizer, tokenizer, data) });
  },

  async corpus(model, data) {
    const corpus = await encodeTexts(data, model.tokenizer, { endOfText: model.config.endOfText ?? undefined });
    const start = starts.get(model);
    if (start) starts.set(model, await withUnknownTokens(start, corpus));
    return corpus;
  },

  introduce(model, corpus) {
    const { lines, fields } = starts.get(model) ?? {};
    const { cell, embed, layers, vocabSize, cutoffs } = model.config;
    const { hiddenSizes } = model.network.rnn;
    const { train } = corpus as TextCorpus<TokenIds>;
    const documents = isDocumentIds(train) ? `${count(train.starts.length - 1, "document")} of ` : "";
    return {
      text: [
        `${cell} ${describeHiddenSizes({ hidden: hiddenSizes, layers })}`,
        `embedding ${embed}`,
        count(vocabSize, "symbol"),
        ...cutoffs ? [`adaptive softmax at ${cutoffs.join(" and ")}`] : [],
        countParameters(model),
        `on ${documents}${count(train.characters, "character")}`,
      ].join(", "),
      lines,
      fields,
    };
  },

  epoch: ({ validLoss, perplexity }) => ({
    text: validLoss === null ? "" : `, validation loss ${validLoss.toFixed(4)} (perplexity ${perplexity?.toFixed(2)})`,
    fields: { valid_loss: validLoss, perplexity },
  }),

  async sample(model, { prompt = "", length, temperature = 0.8, seed = 1 }) {
    const generation = model.generate(prompt, { maxTokens: length, temperature, seed });
    try {
      let text = prompt;
      for await (const piece of generation) {
        text += piece;
        if (text.length >= prompt.length + length) break;
      }
      return text;
    } finally {
      generation[Symbol.dispose]();
    }
  },

  pictures: languagePictures,
  gradientFlow,

  async conclude(model, corpus, { kept, prompt = "" }) {
    const parts = corpus as TextCorpus<TokenIds>;
    const valid = parts.valid && (lossOf(kept) ?? await model.evaluate(parts.valid));
    const test = parts.test && await model.evaluate(parts.test);
    const sample = await model.complete(prompt, { maxTokens: 300, temperature: 0.8, seed: 1 });
    return {
      lines: [
        `\nThe model writes:\n\n${(prompt + sample.text).trim()}\n`,
        ...valid ? [describeLoss("Validation", valid, kept?.validationShare)] : [],
      ],
      results: test ? [describeLoss("Test", test)] : [],
      fields: {
        valid_loss: valid?.loss ?? null,
        test_loss: test?.loss ?? null,
        perplexity: (valid ?? test)?.perplexity ?? null,
      },
      tryWith: ["generate"],
    };
  },

  evaluation: TEXT_EVALUATION,
  evaluate: evaluateFiles,
};

type TextLoss = Pick<TextEvaluation, "loss" | "perplexity">;

/** For models that start from others: how they do. */
const starts = new WeakMap<LanguageModel, Start>();

/** Returns what the epoch whose parameters are kept has measured. */
function lossOf(kept: LanguageModelEpoch | undefined): TextLoss | undefined {
  if (kept === undefined || kept.validLoss === null) return undefined;
  return { loss: kept.validLoss, perplexity: perplexity(kept.validLoss) };
}

function describeLoss(part: string, { loss, perplexity }: TextLoss, share = 1): string {
  const measured = share === 1 ? "" : ` on ${percent(share)} of the data`;
  return `${part} perplexity ${perplexity.toFixed(3)} (loss ${loss.toFixed(4)})${measured}.`;
}
