/** How the texts of a `.tiktoken` file are split, and its special tokens. */
export interface TiktokenEncoding {
  /** The regular expression of the pieces; `undefined` for GPT-2's, which the ByteLevel pre-tokenizer has. */
  readonly pattern: string | undefined;
  /** The number of ranks of the published file. */
  readonly ranks: number;
  /** The special tokens and their ids, given the id after the largest rank. */
  readonly specialTokens: (next: number) => ReadonlyMap<string, number>;
  /** Whether texts are brought to Unicode's normalization form C before they are split. */
  readonly isComposed?: boolean;
}

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const END_OF_TEXT = "<|endoftext|>";

/** Words with a character before them, groups of digits, punctuation and white space. */
function words(digits: string): string {
  return `${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|` +
    "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
}

/** As `words`, but a capital letter inside a word starts another piece. */
function casedWords(): string {
  const [upper, lower] = ["[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]", "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"];
  const word = (letters: string): string => `[^\\r\\n\\p{L}\\p{N}]?${letters}${CONTRACTIONS}?`;
  return `${word(`${upper}*${lower}+`)}|${word(`${upper}+${lower}*`)}|\\p{N}{1,3}|` +
    " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
}

/** Special tokens with fixed ids. */
function fixed(tokens: Readonly<Record<string, number>>): () => ReadonlyMap<string, number> {
  return () => new Map(Object.entries(tokens));
}

/** Special tokens with the ids after the ranks. */
function following(tokens: readonly string[]): (next: number) => ReadonlyMap<string, number> {
  return (next) => new Map(tokens.map((token, i) => [token, next + i]));
}

/** Llama 3's 256 special tokens: a few named ones among reserved ones. */
function llama3Tokens(): string[] {
  const reserved = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => `<|reserved_special_token_${from + i}|>`);
  return [
    ...["<|begin_of_text|>", "<|end_of_text|>", ...reserved(0, 4)],
    ...["<|start_header_id|>", "<|end_header_id|>", ...reserved(4, 5), "<|eot_id|>"],
    ...reserved(5, 251),
  ];
}

const GPT2: TiktokenEncoding = { pattern: undefined, ranks: 50_256, specialTokens: fixed({ [END_OF_TEXT]: 50_256 }) };

const QWEN: TiktokenEncoding = {
  pattern: words("\\p{N}"),
  ranks: 151_643,
  specialTokens: following([END_OF_TEXT, "<|im_start|>", "<|im_end|>"]),
  isComposed: true,
};

/** The encodings that are known by name. */
export const TIKTOKEN_ENCODINGS: Readonly<Record<string, TiktokenEncoding>> = {
  gpt2: GPT2,
  r50k_base: GPT2,
  p50k_base: { ...GPT2, ranks: 50_280 },
  cl100k_base: {
    pattern: words("\\p{N}{1,3}"),
    ranks: 100_256,
    specialTokens: fixed({
      [END_OF_TEXT]: 100_257,
      "<|fim_prefix|>": 100_258,
      "<|fim_middle|>": 100_259,
      "<|fim_suffix|>": 100_260,
      "<|endofprompt|>": 100_276,
    }),
  },
  o200k_base: {
    pattern: casedWords(),
    ranks: 199_998,
    specialTokens: fixed({ [END_OF_TEXT]: 199_999, "<|endofprompt|>": 200_018 }),
  },
  llama3: { pattern: words("\\p{N}{1,3}"), ranks: 128_000, specialTokens: following(llama3Tokens()) },
  qwen: QWEN,
  qwen2: QWEN,
};

/**
 * Converts a regular expression from the syntax of Rust's, which tiktoken takes, to Oniguruma's, which a
 * `tokenizer.json` takes: `^` and `$` there match at every line, and `{1,3}+` is a repeated repetition instead of a
 * possessive one.
 */
export function onigurumaPattern(pattern: string): string {
  const groups: number[] = [];
  let [written, atom, depth] = ["", 0, 0];
  const parts = pattern.matchAll(/\\[pPx]\{[^}]*\}|\\[^]|(\{\d*,?\d*\})(\+?)|[^]/gu);
  for (const [part, interval, plus] of parts) {
    if (depth > 0) {
      depth += part === "[" ? 1 : part === "]" ? -1 : 0;
      written += part;
    } else if (interval !== undefined) {
      written = plus === "+" ? `${written.slice(0, atom)}(?>${written.slice(atom)}${interval})` : written + part;
    } else if (/^[?*+]$/.test(part)) written += part;
    else {
      if (part === "(") groups.push(written.length);
      atom = part === ")" ? groups.pop() ?? 0 : written.length;
      if (part === "[") depth = 1;
      written += part === "^" ? "\\A" : part === "$" ? "\\z" : part;
    }
  }
  return written;
}

/**
 * The names of the patterns that `tiktokenJSON` knows.
 *
 * @example
 * ```ts
 * import { TIKTOKEN_PATTERNS } from "@elman/elman/tokenizers";
 * import { assert } from "@std/assert";
 *
 * assert(TIKTOKEN_PATTERNS.includes("cl100k_base"));
 * ```
 */
export const TIKTOKEN_PATTERNS: readonly string[] = Object.keys(TIKTOKEN_ENCODINGS);
