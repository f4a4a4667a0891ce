import { invocation, quoted } from "../invocation.ts";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import {
  clearCount,
  countReporter,
  isPiped,
  jsonLine,
  promptForInput,
  writeError,
  writeLine,
} from "../terminal/mod.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { complete, count, type Schema } from "../../src/schema/mod.ts";
import { ENCODING } from "../../tasks/data/fields.ts";
import { findFiles } from "../../tasks/data/find_files.ts";
import {
  DOCUMENT_FIELDS,
  type DocumentPlan,
  holdDocuments,
  readPart,
  trainingTexts,
} from "../../tasks/language_modeling/text_parts.ts";
import { MODELS, trainModel } from "../../tasks/processors/train_model.ts";
import { checkPlace } from "./output_file.ts";

/** How the texts are read. */
const READING: Schema<DocumentPlan> = { encoding: ENCODING, ...DOCUMENT_FIELDS };

const OPTIONS = {
  data: {
    kind: "path",
    group: "data",
    value: "FILE",
    repeatable: true,
    help: "Text to train on: a file, a folder, or a pattern such as 'texts/*.txt'; may be given more than once.",
  },
  ...optionsOf(READING),
  model: { kind: "choice", group: "model", choices: MODELS, help: "Kind of tokenizer.", default: "bpe" },
  "vocab-size": {
    kind: "integer",
    group: "model",
    min: 1,
    help: "Maximum vocabulary size.",
    default:
      "8000 for bpe, wordpiece and unigram, more with many characters; 65537 for kmer, 30000 for abc and events, " +
      "otherwise no limit",
  },
  "min-count": {
    kind: "integer",
    group: "model",
    min: 1,
    help: "Minimum number of times that a character, word or merged pair must occur to be included.",
    default: "2 for bpe and wordpiece, otherwise 1",
  },
  "max-distinct": {
    kind: "integer",
    group: "model",
    min: 1,
    help: "Number of distinct words to count exactly; if there are more, the rarest are dropped, to save memory.",
    default: "33554432",
  },
  k: { kind: "integer", group: "model", min: 1, max: 12, help: "Letters of a k-mer.", default: "3" },
  stride: {
    kind: "integer",
    group: "model",
    min: 1,
    help: "Letters from the start of a k-mer to the start of the next.",
    default: "1",
  },
  special: {
    kind: "string",
    group: "model",
    value: "TOKEN",
    repeatable: true,
    help: "Special token to add, such as <pad>; may be given more than once.",
  },
  out: { kind: "path", group: "run", value: "FILE", help: "File to save the tokenizer in.", default: "tokenizer.json" },
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Print only errors." },
} as const satisfies OptionSpecs;

/** Trains a tokenizer on a file. */
export const trainTokenizerCommand: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async (values) => {
    const { model = OPTIONS.model.default, out = OPTIONS.out.default } = values;
    const data = values.data ?? (await isPiped(values.json || values.quiet) ? ["-"] : undefined);
    if (data === undefined) throw new UsageError("--data: expected a file to train on, found none");
    refuseOthers(values);
    await checkPlace(out);
    const start = performance.now();
    const reading = complete(READING, fieldsOf(READING, values), "train a tokenizer");
    if (data.includes("-")) promptForInput("a text", values.quiet);
    const found = await findFiles(data);
    const { part, notes, warnings } = await readPart(found, { ...reading, isDocuments: holdDocuments(found, reading) });
    if (!values.quiet) { for (const warning of warnings) writeError(`warning: ${warning}\n`); }
    if (!values.json && !values.quiet) notes.forEach(writeLine);
    const tokenizer = await trainModel(model, trainingTexts(model, part), {
      vocabSize: values["vocab-size"],
      minCount: values["min-count"],
      maxDistinct: values["max-distinct"],
      k: values.k,
      stride: values.stride,
      specialTokens: values.special,
      onProgress: values.json || values.quiet ? undefined : countReporter(),
    });
    if (!values.json && !values.quiet) clearCount();
    const kept = await replaceFile(out, JSON.stringify(tokenizer), { keepOld: true });
    if (kept !== undefined && !values.json && !values.quiet) writeLine(`Moved the existing file ${out} to ${kept}.`);
    const seconds = Math.round(performance.now() - start) / 1000;
    if (values.json) jsonLine({ event: "done", model, vocab_size: tokenizer.size, seconds, out });
    else if (!values.quiet) {
      writeLine(`Trained ${count(tokenizer.size, "token")} in ${seconds.toFixed(1)} s, saved to ${out}`);
      const size = values["vocab-size"];
      if (size !== undefined && tokenizer.size < size) writeLine(shortfall(size, values));
      writeLine(`Try it: echo "some text" | ${invocation("tokenize", "--tokenizer", quoted(out))}`);
    }
    return 0;
  },
};

/** Says why a vocabulary is smaller than asked for. */
function shortfall(
  size: number,
  { model = OPTIONS.model.default, "min-count": minCount }: Values<typeof OPTIONS>,
): string {
  const often = (least: number): string => least === 1 ? "" : ` that occur at least ${least} times`;
  const missing = {
    bpe: `pairs of tokens to merge${often(minCount ?? 2)}`,
    wordpiece: `pairs of tokens to merge${often(minCount ?? 2)}`,
    unigram: "parts that recur",
    word: `words${often(minCount ?? 1)}`,
    char: `characters${often(minCount ?? 1)}`,
    kmer: `k-mers${often(minCount ?? 1)}`,
    abc: `notes${often(minCount ?? 1)}`,
    events: `events${often(minCount ?? 1)}`,
    steps: "pitches",
  }[model];
  return `Fewer than the ${size.toLocaleString("en")} asked for: the text has no more ${missing}.`;
}

/** The models that support an option. */
const MODELS_BY_OPTION = {
  "vocab-size": ["bpe", "wordpiece", "unigram", "word", "char", "kmer", "abc", "events"],
  "min-count": ["bpe", "wordpiece", "word", "char", "kmer", "abc", "events"],
  "max-distinct": ["bpe", "wordpiece", "unigram", "word", "kmer", "abc", "events"],
  k: ["kmer"],
  stride: ["kmer"],
} as const;

function refuseOthers(values: Values<typeof OPTIONS>): void {
  const { model = OPTIONS.model.default } = values;
  for (const [option, models] of Object.entries(MODELS_BY_OPTION)) {
    if (values[option as keyof typeof MODELS_BY_OPTION] === undefined || models.some((other) => other === model)) {
      continue;
    }
    throw new UsageError(`--${option}: expected --model ${models.join(", ")} with it, found ${model}`);
  }
}
