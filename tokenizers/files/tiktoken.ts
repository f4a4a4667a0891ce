import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { byteSymbols } from "../byte_symbols.ts";
import { brief } from "../json_fields.ts";
import { MAX_RANKED_BYTES } from "../limits.ts";
import { checkOptions, type Kinds, OBJECT, TEXT } from "../options.ts";
import { onigurumaPattern, TIKTOKEN_ENCODINGS, type TiktokenEncoding } from "./tiktoken_patterns.ts";
import { bpeJSON } from "../tokenizer_json.ts";
import { tokenizerFile } from "./tokenizer_file.ts";

/** The inputs of {@linkcode tiktokenJSON}. */
export interface TiktokenFiles {
  /** The contents of the `.tiktoken` file: a token per line, as its bytes in base64, a space, and its rank. */
  readonly ranks: string;
  /**
   * How texts are split into pieces: `"gpt2"`, `"r50k_base"`, `"p50k_base"`, `"cl100k_base"`, `"o200k_base"`,
   * `"llama3"`, `"qwen"` or `"qwen2"`, whose special tokens come with it, or a regular expression in tiktoken's syntax.
   * Default: that of the published file with as many ranks.
   */
  readonly pattern?: string;
  /** The special tokens and their ids. Default: those of the named pattern; none for a regular expression. */
  readonly specialTokens?: Readonly<Record<string, number>>;
}

const KINDS: Kinds<TiktokenFiles> = { ranks: TEXT, pattern: TEXT, specialTokens: OBJECT };

const SYMBOLS = byteSymbols();

/**
 * Converts a `.tiktoken` file of ranks, as published for OpenAI's models, Llama 3 and Qwen, to a `tokenizer.json` that
 * gives the same ids. A token's id is its rank. The file has no merges; they are reconstructed: tiktoken merges the two
 * neighbors that form the token of lowest rank. Qwen's tokenizers bring a text to normalization form C first.
 *
 * Special tokens in a text are matched, as `allowed_special="all"` does in tiktoken; see the option `allowedSpecial` of
 * a tokenizer's `encode`.
 *
 * @throws {SyntaxError} If a line is not a token and its rank, or the pattern is not a regular expression.
 * @throws {RangeError} If a token or a rank occurs twice, a byte has no rank, or the pattern is not given and not known from the number of
 * ranks.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, tiktokenJSON } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
 * const ranks = [...bytes, "ab", " ab"].map((token, rank) => `${btoa(token)} ${rank}\n`).join("");
 * const specialTokens = { "<|end|>": 300 };
 * const json = tiktokenJSON({ ranks, pattern: " ?[a-z]+|\\s", specialTokens });
 * assertEquals([...PipelineTokenizer.fromJSON(json).encode("ab ab<|end|>")], [256, 257, 300]);
 * ```
 */
export function tiktokenJSON(options: TiktokenFiles): Record<string, unknown> {
  const { ranks, pattern, specialTokens } = checkOptions("read a tokenizer", options, KINDS, ["ranks"]);
  const vocabulary = readRanks(ranks);
  refuseMissingBytes(vocabulary);
  const encoding = encodingOf(pattern, vocabulary.size);
  const next = vocabulary.values().reduce((most, rank) => Math.max(most, rank), -1) + 1;
  const special = specialTokens === undefined ? encoding.specialTokens(next) : new Map(Object.entries(specialTokens));
  const byteLevel = (useRegex: boolean): unknown => ({
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: useRegex,
  });
  const split = { type: "Split", pattern: { Regex: encoding.pattern }, behavior: "Isolated", invert: false };
  return tokenizerFile({
    addedTokens: Array.from(special, ([content, id]) => ({ id, content, special: true })),
    ...encoding.isComposed && { normalizer: { type: "NFC" } },
    preTokenizer: encoding.pattern === undefined
      ? byteLevel(true)
      : { type: "Sequence", pretokenizers: [split, byteLevel(false)] },
    decoder: byteLevel(true),
    model: bpeJSON({
      ignore_merges: true,
      // Hugging Face's library numbers added tokens itself, unless the vocabulary has them.
      vocab: new Map([...vocabulary, ...special]),
      merges: mergesOf(vocabulary),
    }),
  });
}

/** Throws `RangeError` if a byte has no rank, so that texts would lose it. */
function refuseMissingBytes(vocabulary: ReadonlyMap<string, number>): void {
  const bytes = vocabulary.keys().filter((token) => token.length === 1).toArray().length;
  if (bytes === 256) return;
  throw new InputRangeError(`read a tokenizer: expected a rank for each of 256 bytes, found ${bytes}`);
}

function encodingOf(pattern: string | undefined, ranks: number): TiktokenEncoding {
  const names = Object.keys(TIKTOKEN_ENCODINGS);
  const name = pattern === undefined
    ? names.find((name) => TIKTOKEN_ENCODINGS[name].ranks === ranks)
    : names.find((name) => name === pattern || name === `${pattern}_base`);
  if (name !== undefined) return TIKTOKEN_ENCODINGS[name];
  // A regular expression of letters and digits alone splits no text into words.
  if (pattern === undefined || /^[\w-]*$/.test(pattern)) {
    const found = pattern === undefined ? `none for ${ranks} ranks` : brief(pattern);
    throw new InputRangeError(
      `read a tokenizer: pattern: expected one of ${names.join(", ")}, or a regular expression, found ${found}`,
    );
  }
  return { pattern: onigurumaPattern(pattern), ranks, specialTokens: () => new Map() };
}

/** Reads the tokens, in byte symbols, and their ranks. */
function readRanks(text: string): Map<string, number> {
  const vocabulary = new Map<string, number>();
  const lines = new Map<number, number>();
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number++;
    if (line === "") continue;
    const wrong = (expected: string): string =>
      `read a tokenizer: line ${number}: expected ${expected}, found ${brief(line)}`;
    const [, base64, digits] = /^([A-Za-z0-9+/]+={0,2}) (\d{1,9})$/.exec(line) ?? [];
    const token = base64 === undefined ? undefined : symbolsOf(base64);
    if (token === undefined) throw new InputSyntaxError(wrong("base64, a space and a rank"));
    if (token.length > MAX_RANKED_BYTES) {
      throw new InputRangeError(wrong(`a token of at most ${MAX_RANKED_BYTES} bytes`));
    }
    const rank = Number(digits);
    if (vocabulary.has(token)) throw new InputRangeError(wrong("a token that no line before has"));
    if (lines.has(rank)) throw new InputRangeError(wrong(`a rank other than that of line ${lines.get(rank)}`));
    vocabulary.set(token, rank);
    lines.set(rank, number);
  }
  return vocabulary;
}

/** The symbols of base64-encoded bytes; `undefined` if the encoding is invalid. */
function symbolsOf(base64: string): string | undefined {
  try {
    return Array.from(atob(base64), (byte) => SYMBOLS[byte.charCodeAt(0)]).join("");
  } catch {
    return undefined;
  }
}

/**
 * All pairs of tokens that form a token, by the rank of that token. As in Hugging Face's conversion, pairs that form
 * the same token are in the order of their own ranks.
 */
function mergesOf(vocabulary: ReadonlyMap<string, number>): [left: string, right: string][] {
  const merges: [left: string, right: string][] = [];
  for (const [token] of [...vocabulary].sort(([, a], [, b]) => a - b)) {
    const pairs: [left: string, right: string, leftRank: number, rightRank: number][] = [];
    for (let cut = 1; cut < token.length; cut++) {
      const [left, right] = [token.slice(0, cut), token.slice(cut)];
      const leftRank = vocabulary.get(left);
      const rightRank = leftRank === undefined ? undefined : vocabulary.get(right);
      if (rightRank !== undefined) pairs.push([left, right, leftRank!, rightRank]);
    }
    pairs.sort((a, b) => a[2] - b[2] || a[3] - b[3]);
    for (const [left, right] of pairs) merges.push([left, right]);
  }
  return merges;
}
