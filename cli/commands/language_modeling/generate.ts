import { type Command, type OptionSpecs, UsageError, type Values } from "../../arguments/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../../engine_options.ts";
import { jsonLine, writeOut } from "../../terminal/mod.ts";
import type { GenerateOptions } from "../../../tasks/language_modeling/continuation.ts";
import { LanguageModel } from "../../../tasks/language_modeling/model.ts";
import { QUANTIZE_OPTION } from "./model_options.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  prompt: { kind: "string", value: "TEXT", help: "what the text begins with", default: "the beginning of a line" },
  "max-tokens": { kind: "integer", min: 0, help: "most tokens to generate", default: "200" },
  temperature: {
    kind: "number",
    min: 0,
    help: "below 1 bolder, above 1 more varied, 0 always the likeliest",
    default: "0.8",
  },
  "top-k": { kind: "integer", min: 1, help: "draw from the K likeliest tokens", default: "all" },
  "top-p": {
    kind: "number",
    above: 0,
    max: 1,
    help: "draw from the likeliest tokens that together reach P",
    default: "1",
  },
  "min-p": {
    kind: "number",
    min: 0,
    max: 1,
    help: "draw from tokens at least P times as likely as the likeliest",
    default: "0",
  },
  "repetition-penalty": {
    kind: "number",
    above: 0,
    help: "above 1, make tokens that have occurred less likely",
    default: "1",
  },
  seed: { kind: "integer", min: 0, help: "seed of the choices", default: "a random one" },
  stop: { kind: "string", value: "TEXT", repeatable: true, help: "end before this text; may be given more than once" },
  count: {
    kind: "integer",
    min: 1,
    max: 1000,
    help: "texts that are written side by side, text I with the seed SEED + I",
    default: "1",
  },
  ...QUANTIZE_OPTION,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object for each text and nothing else" },
} as const satisfies OptionSpecs;

/** Writes text with a trained model. */
export const generateCommand: Command<typeof OPTIONS> = {
  name: "generate",
  summary: "continue a prompt with a trained language model",
  options: OPTIONS,
  run: async (values) => {
    const directory = requireModel(values.model);
    const engine = startEngine(values);
    if (engine.blas && !values.json) console.error(describeEngine(engine));
    const model = await LanguageModel.load(directory);
    if (values.quantize) model.quantize(values.quantize);
    if (values.count === undefined) await writeText(model, values);
    else await writeTexts(model, values, values.count);
    return 0;
  },
};

type GenerateValues = Values<typeof OPTIONS>;

function generateOptions(values: GenerateValues): GenerateOptions {
  return {
    maxTokens: values["max-tokens"],
    temperature: values.temperature ?? 0.8,
    topK: values["top-k"],
    topP: values["top-p"],
    minP: values["min-p"],
    repetitionPenalty: values["repetition-penalty"],
    seed: values.seed,
    stop: values.stop,
  };
}

/** Writes one text, piece by piece as it comes. */
async function writeText(model: LanguageModel, values: GenerateValues): Promise<void> {
  const { prompt = "", json } = values;
  const generation = model.generate(prompt, generateOptions(values));
  const start = performance.now();
  let text = "";
  if (!json) writeOut(prompt);
  for await (const piece of generation) {
    if (json) text += piece;
    else writeOut(piece);
  }
  if (!json) return writeOut("\n");
  const { tokens, seed } = generation;
  jsonLine({ event: "done", text, tokens, us_per_token: microseconds(start, tokens), seed });
}

/** Writes several texts, each when all are there, with a line between them. */
async function writeTexts(model: LanguageModel, values: GenerateValues, count: number): Promise<void> {
  const { prompt = "", json, seed = crypto.getRandomValues(new Uint32Array(1))[0] } = values;
  if (!Number.isSafeInteger(seed + count)) {
    throw new UsageError(`--seed: expected it and --count to stay below 2^53, found ${seed} and ${count}`);
  }
  const start = performance.now();
  const texts = await model.completeAll(new Array<string>(count).fill(prompt), { ...generateOptions(values), seed });
  const us_per_token = microseconds(start, texts.reduce((sum, { tokens }) => sum + tokens, 0));
  for (const [i, { text, tokens }] of texts.entries()) {
    if (json) jsonLine({ event: "done", text, tokens, us_per_token, seed: seed + i });
    else writeOut(`${i === 0 ? "" : "---\n"}${prompt}${text}\n`);
  }
}

/** Microseconds per token since `start`, to a tenth. */
function microseconds(start: number, tokens: number): number {
  return tokens === 0 ? 0 : Math.round((performance.now() - start) * 1e4 / tokens) / 10;
}

/** The model's directory. Throws a UsageError where none is named. */
export function requireModel(directory: string | undefined): string {
  if (directory === undefined) throw new UsageError("--model: expected the directory of a model, found none");
  return directory;
}
