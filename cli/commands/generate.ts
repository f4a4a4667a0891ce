import { count } from "../../src/schema/mod.ts";
import {
  type Completion,
  type FinishReason,
  type GenerateOptions,
  GENERATION,
  type Generation,
  LanguageModel,
} from "../../tasks/language_modeling/mod.ts";
import { CACHE_FIELDS } from "../../tasks/language_modeling/cache_fields.ts";
import { type Command, optionsOf, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { announceEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
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
import { generateInteractively, refuseIdleOptions } from "./generate_interactively.ts";
import { generateOptions, LOGIT_BIAS_OPTION } from "./generate_options.ts";
import { knownPrompt } from "./known_prompt.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { isQuiet, QUIET_OPTION } from "./open_model.ts";
import { recordRows } from "./record_table.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  prompt: { kind: "string", group: "data", value: "TEXT", help: "Text to continue, instead of the operand PROMPT." },
  ...optionsOf(GENERATION),
  ...LOGIT_BIAS_OPTION,
  ...optionsOf(CACHE_FIELDS),
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
  interactive: {
    kind: "boolean",
    group: "run",
    help: "Show the likeliest next tokens, and let the user choose one, type a text, go on or go back.",
  },
  json: { kind: "boolean", group: "run", help: "Print one JSON object per text and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type GenerateValues = Values<typeof OPTIONS>;

/** Makes the command that generates text with a trained language model. */
export function makeGenerateCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[PROMPT]",
    options: OPTIONS,
    run: async (values, operands) => {
      const prompt = await promptOf(values, operands);
      const options = generateOptions(values);
      const engine = startEngine(values);
      const directory = await modelDirectory(values.model, "language-modeling", {
        tasks,
        texts: operands,
        isQuiet: isQuiet(values),
        ...verifying(values),
      });
      announceEngine(engine, isQuiet(values));
      const model = await LanguageModel.load(directory, verifying(values));
      refuseOtherTokens(model, options);
      giveUpReading();
      if (values.quantize) model.quantize(values.quantize);
      const { text, note } = knownPrompt(model.tokenizer, prompt, options.unknown);
      if (note !== undefined && !values.quiet) writeErrorLine(note);
      if (values.interactive) return await generateInteractively(model, text, options);
      if (isStreamed(values, options)) await writeText(model, text, values, options);
      else await writeTexts(model, text, values, options);
      return 0;
    },
  };
}

/** Returns the prompt: the operand, `--prompt`, or standard input. */
async function promptOf(values: GenerateValues, operands: readonly string[]): Promise<string> {
  const { prompt, encoding } = values;
  if (operands.length > 1) throw new UsageError(`expected one prompt, found ${operands.length}; quote it as a whole`);
  if (operands.length === 1 && prompt !== undefined) {
    throw new UsageError("--prompt: expected this option or the operand, found both");
  }
  const named = operands[0] ?? prompt;
  if (values.interactive) refuseIdleOptions(values, named);
  const given = named ?? (!values.interactive && await isPiped(isQuiet(values)) ? "-" : "");
  expectEncoding(encoding, [given]);
  if (given !== "-") return given;
  promptForInput("a prompt", values.quiet);
  return (await inputText({ encoding })).replace(/\n$/, "");
}

/** Throws `UsageError` if an option is about a token that the model does not have. */
function refuseOtherTokens({ tokenizer, config }: LanguageModel, { ignoreEnd, allowUnknown }: GenerateOptions): void {
  if (ignoreEnd && config.endOfText === null) {
    throw new UsageError(
      "--ignore-end: expected a model of documents, which ends its texts, found one of running text",
    );
  }
  if (allowUnknown && tokenizer.unknownId === undefined) {
    throw new UsageError("--allow-unknown: expected a vocabulary with a token for unknown symbols, found none");
  }
}

/** Whether to write one text while it is generated. */
function isStreamed({ json, count }: GenerateValues, { bestOf = 1 }: GenerateOptions): boolean {
  return !json && count === undefined && bestOf === 1;
}

/** Writes one text, or the table of its tokens, while it is generated. */
async function writeText(
  model: LanguageModel,
  prompt: string,
  values: GenerateValues,
  options: GenerateOptions,
): Promise<void> {
  const generation = model.generate(prompt, options);
  const { logprobs } = generation;
  let written = 0;
  if (!logprobs) writeOut(prompt);
  const writeNew = (piece: string): void => {
    writeOut(logprobs ? recordRows(logprobs.slice(written), { head: written === 0 }) : piece);
    written = logprobs?.length ?? 0;
  };
  for await (const piece of generation) writeNew(piece);
  writeNew("\n");
  if (logprobs) sayEnd(generation, values);
}

/** Phrases for the end of a text, by the reason that the library gives. */
const ENDS: Readonly<Record<FinishReason, string>> = {
  length: "at the maximum number of tokens",
  stop: "by a stop text",
  end: "by the token that ends a text",
};

/** Says why a text ended, beside the table of its tokens. */
function sayEnd({ finishReason, tokens }: Generation | Completion, values: GenerateValues): void {
  if (!isQuiet(values)) writeErrorLine(`Ended ${ENDS[finishReason!]}, after ${count(tokens, "token")}.`);
}

/** Generates texts as one batch, then writes them with a line of dashes in between. */
async function writeTexts(
  model: LanguageModel,
  prompt: string,
  values: GenerateValues,
  options: GenerateOptions,
): Promise<void> {
  const { json, count = 1 } = values;
  const { seed, bestOf = 1 } = options;
  if (!Number.isSafeInteger((seed ?? 0) + count * bestOf)) {
    const texts = count * bestOf;
    throw new UsageError(`--seed: expected it and the number of texts to stay below 2^53, found ${seed} and ${texts}`);
  }
  const start = performance.now();
  const texts = await model.completeAll(new Array<string>(count).fill(prompt), options);
  const us_per_token = microseconds(start, texts.reduce((sum, { tokens }) => sum + tokens, 0));
  for (const [i, text] of texts.entries()) {
    if (json) jsonLine({ ...describeText(text), us_per_token });
    else {
      writeOut(`${i === 0 ? "" : "---\n"}${showText(text, prompt)}`);
      if (text.logprobs) sayEnd(text, values);
    }
  }
}

/** Describes a text for `--json`. */
function describeText({ text, tokens, finishReason, seed, score, logprobs }: Completion): Record<string, unknown> {
  const measures = { ...score === undefined ? {} : { score }, ...logprobs === undefined ? {} : { logprobs } };
  return { event: "done", text, tokens, finish_reason: finishReason, seed, ...measures };
}

function showText({ text, logprobs }: Completion, prompt: string): string {
  return logprobs ? recordRows(logprobs, { head: true }) : `${prompt}${text}\n`;
}

/** Returns the microseconds per token since `start`, to one decimal place. */
function microseconds(start: number, tokens: number): number {
  return tokens === 0 ? 0 : Math.round((performance.now() - start) * 1e4 / tokens) / 10;
}
