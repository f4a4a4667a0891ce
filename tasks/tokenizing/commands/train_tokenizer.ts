import type { TrainingProgress } from "../../../tokenizers/mod.ts";
import {
  type Command,
  jsonLine,
  openText,
  type OptionSpecs,
  UsageError,
  type Values,
  writeError,
} from "../../command_line/mod.ts";
import { linesOf } from "../lines.ts";
import { MODELS, trainModel } from "../train_model.ts";

const OPTIONS = {
  data: { kind: "path", value: "FILE", help: "text to learn from" },
  model: { kind: "choice", choices: MODELS, help: "what the tokens are", default: "bpe" },
  "vocab-size": {
    kind: "integer",
    min: 1,
    help: "most tokens in the vocabulary",
    default: "8000; of words and characters all",
  },
  "min-count": {
    kind: "integer",
    min: 1,
    help: "leave out rarer words and characters; for bpe and wordpiece, rarer pairs",
    default: "1; for bpe and wordpiece 2",
  },
  special: {
    kind: "string",
    value: "TOKEN",
    repeatable: true,
    help: "a token with a part of its own, such as <pad>; may be given more than once",
  },
  out: { kind: "path", value: "FILE", help: "where the tokenizer is kept", default: "tokenizer.json" },
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
  quiet: { kind: "boolean", help: "show no progress" },
} as const satisfies OptionSpecs;

/** Trains a tokenizer on a file. */
export const trainTokenizerCommand: Command<typeof OPTIONS> = {
  name: "train-tokenizer",
  summary: "train a tokenizer on a text, and keep it in a tokenizer.json",
  options: OPTIONS,
  run: async (values) => {
    const { data, model = "bpe", out = "tokenizer.json" } = values;
    if (data === undefined) throw new UsageError("--data: expected a file to learn from, found none");
    refuseSpecials(values);
    const start = performance.now();
    const tokenizer = await trainModel(model, linesOf(await openText(data)), {
      vocabSize: values["vocab-size"],
      minCount: values["min-count"],
      specialTokens: values.special,
      onProgress: values.json || values.quiet ? undefined : reporter(),
    });
    if (!values.json && !values.quiet && Deno.stderr.isTerminal()) writeError(CLEAR_LINE);
    await replaceFile(out, JSON.stringify(tokenizer));
    const seconds = Math.round(performance.now() - start) / 1000;
    if (values.json) jsonLine({ event: "done", model, vocab_size: tokenizer.size, seconds, out });
    else if (!values.quiet) {
      console.log(`Trained ${tokenizer.size.toLocaleString("en")} tokens in ${seconds.toFixed(1)} s, kept in ${out}`);
      console.log(`Try it: echo "some text" | deno task tokenize --tokenizer ${out}`);
    }
    return 0;
  },
};

function refuseSpecials({ model, special }: Values<typeof OPTIONS>): void {
  if (special === undefined || (model !== "word" && model !== "char")) return;
  throw new UsageError(`--special: expected none with --model ${model}, found ${JSON.stringify(special[0])}`);
}

/** Milliseconds between lines where a line cannot be redrawn. */
const LINE_INTERVAL = 5000;
const CLEAR_LINE = "\r\x1b[K";

/** What shows progress on standard error: one line that is redrawn on a terminal, now and then a line elsewhere. */
function reporter(): (progress: TrainingProgress) => void {
  const isTerminal = Deno.stderr.isTerminal();
  let last = performance.now();
  return ({ stage, done, total }) => {
    const of = total === undefined ? "" : ` of ${total.toLocaleString("en")}`;
    const line = `${stage}: ${done.toLocaleString("en")}${of}`;
    if (isTerminal) return writeError(CLEAR_LINE + line);
    if (performance.now() - last < LINE_INTERVAL) return;
    last = performance.now();
    writeError(`${line}\n`);
  };
}

/** Writes a file under another name and renames it, so that there is the old one or the new one at every moment. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await Deno.writeTextFile(temporary, text, { createNew: true });
    using file = await Deno.open(temporary, { write: true });
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    if (error instanceof Deno.errors.NotFound) {
      throw new RangeError(`write ${path}: expected a directory that exists, found none`);
    }
    throw error;
  }
}
