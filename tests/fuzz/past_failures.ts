// Inputs that once crashed, hung or exhausted a reader, or that it accepted or refused in the wrong words.

import { PIPELINES } from "./pipelines.ts";
import { PYTORCH_BOMBS } from "./pytorch_files.ts";

/** An input and the reader that failed on it. */
export interface PastFailure {
  /** The reader's name. */
  readonly reader: string;
  /** The failure, in words. */
  readonly what: string;
  /** Makes the input. */
  readonly input: () => Uint8Array<ArrayBuffer>;
}

const RUNS = new URL("../goldens/runs/command_line/", import.meta.url);
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

// deno-lint-ignore no-explicit-any
type Change = (json: any) => void;

/** A valid tokenizer with a change. */
function tokenizer(what: string, change: Change): PastFailure {
  const input = (): Uint8Array<ArrayBuffer> => {
    const json = structuredClone(PIPELINES[0]);
    change(json);
    return utf8(JSON.stringify(json));
  };
  return { reader: "tokenizer.json", what, input };
}

/** A valid JSON file of a model directory with a change. */
function model(reader: string, what: string, change: Change): PastFailure {
  const input = (): Uint8Array<ArrayBuffer> => {
    const json = JSON.parse(Deno.readTextFileSync(new URL(reader, RUNS)));
    change(json);
    return utf8(JSON.stringify(json));
  };
  return { reader, what, input };
}

const split = (pattern: string): Change => (json) => {
  json.pre_tokenizer = { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
};
const hostile = { toString: 1, valueOf: 2 };
const state = "language-modeling/training_state.json";
const config = "language-modeling/config.json";

/** Every input that failed once, and those that are made to exhaust a reader. */
export const PAST_FAILURES: readonly PastFailure[] = [
  ...PYTORCH_BOMBS,
  tokenizer(
    "padding to 20 million tokens took 4.3 GB",
    (json) => json.padding = { ...json.padding, strategy: { Fixed: 2e7 } },
  ),
  tokenizer("40 doublings of a letter took 6 GB", (json) => {
    const doubling = { type: "Replace", pattern: { String: "a" }, content: "aa" };
    json.normalizer = { type: "Sequence", normalizers: Array(40).fill(doubling) };
  }),
  tokenizer(
    "2,000 character classes kept 128 MB",
    split(Array.from({ length: 2000 }, (_, i) => `[\\u{${(i + 500).toString(16)}}b]`).join("|")),
  ),
  tokenizer("optional repetitions took 1.4 ms per character", split("(?:a?){1000}".repeat(6))),
  tokenizer("a special id beyond the vocabulary became another token", (json) => {
    json.post_processor = { type: "BertProcessing", sep: ["T", 70000], cls: ["h", 2] };
  }),
  tokenizer("an unknown field was lost when the file was saved", (json) => json.model.surplus = 1),
  model(config, "2^53 layers never ended", (json) => json.layers = 2 ** 53 - 1),
  model(config, "a hidden size of 11,000 beside a small file took 2 GB", (json) => json.hidden = 11000),
  model(config, "a version with methods of its own was an internal error", (json) => json.version = hostile),
  model(config, "a negative version was accepted", (json) => json.version = -3),
  model("classification/config.json", "a temperature as text was accepted", (json) => json.temperature = "2"),
  model(state, "a sum of losses as text was accepted", (json) => json.progress.lossSum = "1"),
  model(state, "a negative step was accepted", (json) => json.progress.step = -1),
  model(state, "a best score as text was accepted", (json) => json.best = { ...json.best, score: "abc" }),
  {
    reader: "word vectors",
    what: "a file without line ends had an unclear error, or ended the process",
    input: () => new Uint8Array(16 * 2 ** 20).fill(120),
  },
  {
    reader: "parallel texts in *.jsonl",
    what: "an escape sequence reached the terminal in a message",
    input: () => utf8("Go on.\u001b[31m\tWeiter.\n"),
  },
  {
    reader: "labeled texts in *.jsonl",
    what: "a line separator was an internal error",
    input: () => utf8('{"a": \u2028}\n'),
  },
  {
    reader: "tiktoken",
    what: "a message had two lines",
    input: () => utf8("QQ== 0\nCQlhbmQNCmxpbmVzIAoK\u2028 300\n"),
  },
];
