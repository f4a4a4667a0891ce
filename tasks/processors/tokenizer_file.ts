import { InputRangeError } from "../../errors.ts";
import { readDirectory } from "../../src/formats/mod.ts";
import { parseJSON, refuse } from "../../src/schema/mod.ts";
import {
  bertJSON,
  gpt2JSON,
  PipelineTokenizer,
  sentencePieceJSON,
  TIKTOKEN_PATTERNS,
  type TiktokenFiles,
  tiktokenJSON,
  type Tokenizer,
  tokenizerFromJSON,
} from "../../tokenizers/mod.ts";
import { isSpecialSymbol } from "../../tokenizers/char.ts";
import { exists, isDirectory, readBytes } from "../data/mod.ts";
import { namedError } from "../data/named_error.ts";
import { isSavedByElman } from "../task_model/model_directory.ts";

/** Names of tokenizer files in a directory, the preferred one first. */
const FILE_NAMES = ["tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model", "qwen.tiktoken"];

/** Options of reading a tokenizer. */
export interface TokenizerFileOptions {
  /**
   * The pattern of a tiktoken file, as in `tiktokenJSON`. Default: the one that the file is named after, as
   * `cl100k_base.tiktoken` is, or that of the published file with as many ranks.
   */
  readonly pattern?: string;
  /** Whether the tokenizer in a model's directory is compared with its checksum. Default: true. */
  readonly verify?: boolean;
}

/**
 * Reads a tokenizer from a `tokenizer.json`, GPT-2's `vocab.json` (with `merges.txt` beside it), BERT's `vocab.txt`, a
 * SentencePiece `.model`, tiktoken's ranks in a `.tiktoken` or `.model` file, or a directory that holds one of these. A
 * directory that Elman saved is read as `load` reads it, with checksums and without following links. Texts for a
 * `vocab.txt` are lowercased if `tokenizer_config.json` beside it says so, or else if no token has a capital letter.
 *
 * Throws `RangeError` or `SyntaxError` that names the file and the problem.
 */
export async function readTokenizer(path: string, options: TokenizerFileOptions = {}): Promise<Tokenizer> {
  const found = await findTokenizer(path, options);
  return named(found.file, tokenizerFromJSON, await readJSON(found, options));
}

/** Like {@linkcode readTokenizer}, but always returns a `PipelineTokenizer`, which gives full details of each token. */
export async function readPipeline(path: string, options: TokenizerFileOptions = {}): Promise<PipelineTokenizer> {
  const found = await findTokenizer(path, options);
  return named(found.file, PipelineTokenizer.fromJSON, await readJSON(found, options));
}

/** Reads a tokenizer file and converts it to the form of a `tokenizer.json`. */
async function readJSON({ file, bytes }: FoundFile, { pattern }: TokenizerFileOptions): Promise<unknown> {
  if (file.endsWith(".tiktoken") || (file.endsWith(".model") && areRanks(bytes))) {
    const ranks = named(file, decodeText, bytes);
    return named(file, readRanks, { ranks, pattern: pattern ?? patternIn(file) });
  }
  if (pattern !== undefined) {
    throw new InputRangeError(
      `read ${file}: pattern: expected none except for tiktoken's ranks, found ${JSON.stringify(pattern)}`,
    );
  }
  if (file.endsWith(".model")) return named(file, sentencePieceJSON, bytes);
  const text = named(file, decodeText, bytes);
  if (file.endsWith(".txt")) {
    return named(file, bertJSON, { vocab: text, lowercase: await lowercaseBeside(file) ?? !isCased(text) });
  }
  if (!/(?:^|[/\\])vocab\.json$/.test(file)) return named(file, (text) => parseJSON(text, "expected JSON"), text);
  const mergesFile = file.replace(/vocab\.json$/, "merges.txt");
  const merges = named(file, decodeText, await readBytes(mergesFile, { maxBytes: MAX_BYTES }));
  return named(file, gpt2JSON, { vocab: text, merges });
}

/** Whether the `tokenizer_config.json` beside BERT's `vocab.txt` has texts lowercased; undefined if it does not say. */
async function lowercaseBeside(file: string): Promise<boolean | undefined> {
  const path = file.replace(/[^/\\]*$/, "tokenizer_config.json");
  if (!await exists(path)) return undefined;
  const text = named(path, decodeText, await readBytes(path, { maxBytes: MAX_BYTES }));
  const config = named(path, (text) => parseJSON(text, "expected JSON"), text) as { do_lower_case?: unknown } | null;
  const lowercase = config?.do_lower_case ?? undefined;
  if (lowercase === undefined || typeof lowercase === "boolean") return lowercase;
  return refuse(`read ${path}`, "do_lower_case", "true or false", lowercase);
}

/** Whether a token of BERT's `vocab.txt` has a capital letter, but for those in brackets, such as `[CLS]` and `<S>`. */
function isCased(vocab: string): boolean {
  return vocab.split("\n").some((line) => line !== line.toLowerCase() && !isSpecialSymbol(line.trim()));
}

/** Like `tiktokenJSON`, but says how to name the file if nothing tells its pattern. */
function readRanks(files: TiktokenFiles): Record<string, unknown> {
  try {
    return tiktokenJSON(files);
  } catch (error) {
    if (files.pattern !== undefined || !(error instanceof RangeError) || !error.message.includes("pattern: ")) {
      throw error;
    }
    throw new InputRangeError(
      `${error.message}; a file named after one, such as cl100k_base.tiktoken, has that pattern`,
    );
  }
}

/** Whether a file begins with a token in base64 and its rank, as Llama 3's `tokenizer.model` does. */
function areRanks(bytes: Uint8Array): boolean {
  return /^[A-Za-z0-9+/]+={0,2} \d+\r?\n/.test(new TextDecoder("latin1").decode(bytes.subarray(0, 1000)));
}

/** The name of the pattern that a file is named after; `undefined` if there is none. */
function patternIn(file: string): string | undefined {
  const name = file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "").toLowerCase();
  return TIKTOKEN_PATTERNS.find((pattern) => name === pattern || `${name}_base` === pattern);
}

/** A tokenizer file and its contents. */
interface FoundFile {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Finds and reads the tokenizer file at a path, which may be a directory. */
async function findTokenizer(path: string, { verify }: TokenizerFileOptions): Promise<FoundFile> {
  if (!await isDirectory(path)) return { file: path, bytes: await readBytes(path, { maxBytes: MAX_BYTES }) };
  const [own] = FILE_NAMES;
  if (await isSavedByElman(path)) {
    return { file: `${path}/${own}`, bytes: (await readDirectory(path, [own], { verify })).get(own)! };
  }
  for (const name of FILE_NAMES) {
    const file = `${path}/${name}`;
    if (await exists(file)) return { file, bytes: await readBytes(file, { maxBytes: MAX_BYTES }) };
  }
  throw new InputRangeError(`read ${path}: expected a directory with one of ${FILE_NAMES.join(", ")}, found none`);
}

/** Maximum size of a tokenizer file in bytes: half of the longest string in V8, 256 MiB. */
const MAX_BYTES = 2 ** 28;

function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputRangeError("expected UTF-8 text, found invalid bytes");
  }
}

/** Calls a reader and adds the file's name to its errors. */
function named<T, R>(file: string, read: (contents: T) => R, contents: T): R {
  try {
    return read(contents);
  } catch (error) {
    throw namedError(file, error);
  }
}
