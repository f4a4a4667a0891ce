import { type GenerateOptions, GENERATION, LanguageModel } from "../../tasks/language_modeling/mod.ts";
import { withoutEscapes } from "../../tasks/language_modeling/text_parts.ts";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import {
  giveUpReading,
  inputText,
  isPiped,
  jsonLine,
  promptForInput,
  writeErrorLine,
  writeOut,
} from "../terminal/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { ENCODING_OPTION, expectEncoding } from "./encoding_option.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  prompt: { kind: "string", group: "data", value: "TEXT", help: "Text to continue, instead of the operand PROMPT." },
  ...optionsOf(GENERATION),
  count: {
    kind: "integer",
    group: "sampling",
    min: 1,
    max: 1000,
    help: "Number of texts to generate, each with a seed one higher than the last.",
    default: "1",
  },
  quantize: {
    kind: "choice",
    group: "model",
    choices: ["int8"],
    help: "Quantize the weights to 8 bits; faster for large models.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per text and nothing else." },
} as const satisfies OptionSpecs;

type GenerateValues = Values<typeof OPTIONS>;

/** Makes the command that generates text with a trained language model. */
export function makeGenerateCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[PROMPT]",
    options: OPTIONS,
    run: async (values, operands) => {
      const prompt = await promptOf(values, operands);
      const engine = startEngine(values);
      const directory = await modelDirectory(values.model, "language-modeling", {
        tasks,
        texts: operands,
        isQuiet: values.json,
        ...verifying(values),
      });
      if (engine.blas && !values.json) writeErrorLine(describeEngine(engine));
      const model = await LanguageModel.load(directory, verifying(values));
      giveUpReading();
      if (values.quantize) model.quantize(values.quantize);
      if (values.count === undefined) await writeText(model, prompt, values);
      else await writeTexts(model, prompt, values, values.count);
      return 0;
    },
  };
}

/** Returns the prompt: the operand, `--prompt`, or standard input. */
async function promptOf({ prompt, encoding }: GenerateValues, operands: readonly string[]): Promise<string> {
  if (operands.length > 1) throw new UsageError(`expected one prompt, found ${operands.length}; quote it as a whole`);
  if (operands.length === 1 && prompt !== undefined) {
    throw new UsageError("--prompt: expected this option or the operand, found both");
  }
  expectEncoding(encoding);
  const given = operands[0] ?? prompt ?? (await isPiped() ? "-" : "");
  if (given !== "-") return given;
  promptForInput("a prompt");
  return (await inputText({ encoding })).replace(/\n$/, "");
}

function generateOptions(values: GenerateValues): GenerateOptions {
  const given: GenerateOptions = fieldsOf(GENERATION, values);
  if (given.stop === undefined) return given;
  const texts = [given.stop].flat();
  return { ...given, stop: texts.map(withoutEscapes) };
}

/** Writes one text, piece by piece as it is generated. */
async function writeText(model: LanguageModel, prompt: string, values: GenerateValues): Promise<void> {
  const { json } = values;
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

/** Generates several texts as one batch, then writes them with a line of dashes in between. */
async function writeTexts(model: LanguageModel, prompt: string, values: GenerateValues, count: number): Promise<void> {
  const { json } = values;
  const { seed: given } = values as { seed?: number };
  const seed = given ?? crypto.getRandomValues(new Uint32Array(1))[0];
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

/** Returns the microseconds per token since `start`, to one decimal place. */
function microseconds(start: number, tokens: number): number {
  return tokens === 0 ? 0 : Math.round((performance.now() - start) * 1e4 / tokens) / 10;
}
