import { choice, nullable, path } from "../../src/schema/mod.ts";
import { FILE, openText } from "../data/mod.ts";
import { countParameters, type Program, type Report } from "../task_model/mod.ts";
import type { TextCorpus } from "./corpus.ts";
import { LanguageModel, type TextEvaluation } from "./model.ts";
import { PRESETS } from "./presets.ts";
import type { LanguageModelTypes } from "./task.ts";
import { encodeTexts, readCorpus, TEXT_PLAN, type TextPlan, trainTokenizer } from "./text_plan.ts";
import { encodeText, type TextSource, type TokenIds } from "./token_ids.ts";

/** Options of `evaluate` for language models. */
export interface TextEvaluationPlan {
  /** The file of the text to evaluate on. */
  readonly data: string;
  /** "int8" rounds the weights to 8 bits; null leaves them as they are. */
  readonly quantize: "int8" | null;
}

/** From this many characters on, encoding takes seconds and is announced. */
const LONG_TEXT = 2 ** 25;

/** Trains and evaluates language models from files. */
export const LANGUAGE_MODEL_PROGRAM: Program<
  LanguageModelTypes,
  LanguageModel,
  TextPlan,
  TextCorpus<TextSource>,
  TextEvaluationPlan
> = {
  model: LanguageModel,
  plan: TEXT_PLAN,
  sources: ["data"],
  presets: PRESETS,
  nameOf: (_plan, { cell }, data = "brown") => `${data}-${cell}`,

  async read(plan) {
    const data = await readCorpus(plan);
    const { length } = data.train;
    const notes = length < LONG_TEXT ? [] : [
      `Preparing ${length.toLocaleString("en")} characters; this takes a few seconds per hundred million.`,
    ];
    return { data, notes, warnings: [] };
  },

  async create(plan, options, data) {
    return LanguageModel.create({ ...options, tokenizer: await trainTokenizer(plan, data) });
  },

  corpus: (model, data) => encodeTexts(data, model.tokenizer),

  introduce(model, corpus) {
    const { cell, embed, hidden, layers, vocabSize } = model.config;
    const { characters } = (corpus as TextCorpus<TokenIds>).train;
    return {
      text: [
        `${cell} ${layers} x ${hidden}`,
        `embedding ${embed}`,
        `${vocabSize} symbols`,
        countParameters(model),
        `on ${characters.toLocaleString("en")} characters`,
      ].join(", "),
    };
  },

  epoch: ({ validLoss, perplexity }) => ({
    text: validLoss === null ? "" : `, validation loss ${validLoss.toFixed(4)} (perplexity ${perplexity?.toFixed(2)})`,
    fields: { valid_loss: validLoss, perplexity },
  }),

  async conclude(model, corpus) {
    const parts = corpus as TextCorpus<TokenIds>;
    const valid = parts.valid && await model.evaluate(parts.valid);
    const test = parts.test && await model.evaluate(parts.test);
    const sample = await model.complete("", { maxTokens: 300, temperature: 0.8, seed: 1 });
    return {
      lines: [
        `\nThe model writes:\n\n${sample.text.trim()}\n`,
        ...valid ? [describeLoss("Validation", valid)] : [],
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

  evaluation: {
    data: path({ ...FILE, help: "Text to evaluate on." }),
    quantize: nullable(choice(["int8"], { group: "model", help: "Quantize the weights to 8 bits." })),
  },

  async evaluate(model, { data, quantize }) {
    if (quantize) model.quantize(quantize);
    return report(await measure(model, data));
  },
};

function describeLoss(part: string, { loss, perplexity }: TextEvaluation): string {
  return `${part} perplexity ${perplexity.toFixed(3)} (loss ${loss.toFixed(4)}).`;
}

/** Evaluates a model on a file. Throws `RangeError` that names the file if the model cannot encode it. */
async function measure(model: LanguageModel, file: string): Promise<TextEvaluation> {
  const text = await openText(file);
  try {
    return await model.evaluate(await encodeText(text, model.tokenizer));
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`evaluate ${file}: ${error.message}`) : error;
  }
}

function report({ loss, perplexity, bitsPerCharacter, tokens }: TextEvaluation): Report {
  return {
    lines: [
      `loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}, ` +
      `${bitsPerCharacter.toFixed(4)} bits per character, ${tokens.toLocaleString("en")} tokens`,
    ],
    fields: { loss, perplexity, bits_per_char: bitsPerCharacter, tokens },
  };
}
