import {
  bertJSON,
  gpt2JSON,
  PipelineTokenizer,
  sentencePieceJSON,
  type Tokenizer,
  tokenizerFromJSON,
} from "../../tokenizers/mod.ts";
import { exists, isDirectory, readBytes } from "../data/mod.ts";

/** Names of tokenizer files in a directory, the preferred one first. */
const FILE_NAMES = ["tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model"];

/**
 * Reads a tokenizer from a `tokenizer.json`, GPT-2's `vocab.json` (with `merges.txt` beside it), BERT's `vocab.txt`, a
 * SentencePiece
 * `.model`, or a directory that holds one of these.
 *
 * Throws `RangeError` or `SyntaxError` that names the file and the problem.
 */
export async function readTokenizer(path: string): Promise<Tokenizer> {
  const file = await fileOf(path);
  return named(file, tokenizerFromJSON, await readJSON(file));
}

/** Like {@linkcode readTokenizer}, but always returns a `PipelineTokenizer`, which gives full details of each token. */
export async function readPipeline(path: string): Promise<PipelineTokenizer> {
  const file = await fileOf(path);
  return named(file, PipelineTokenizer.fromJSON, await readJSON(file));
}

/** Reads a tokenizer file and converts it to the form of a `tokenizer.json`. */
async function readJSON(file: string): Promise<unknown> {
  if (file.endsWith(".model")) return named(file, sentencePieceJSON, await readBytes(file));
  const text = await readText(file);
  if (file.endsWith(".txt")) return named(file, bertJSON, { vocab: text });
  if (!/(?:^|[/\\])vocab\.json$/.test(file)) return named(file, parseJSON, text);
  const merges = await readText(file.replace(/vocab\.json$/, "merges.txt"));
  return named(file, gpt2JSON, { vocab: text, merges });
}

/** Finds the tokenizer file at a path, which may be a directory. */
async function fileOf(path: string): Promise<string> {
  if (!await isDirectory(path)) return path;
  for (const name of FILE_NAMES) {
    const file = `${path}/${name}`;
    if (await exists(file)) return file;
  }
  throw new RangeError(`read ${path}: expected a directory with one of ${FILE_NAMES.join(", ")}, found none`);
}

async function readText(file: string): Promise<string> {
  return named(file, decodeText, await readBytes(file));
}

function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError("expected UTF-8 text, found invalid bytes");
  }
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`expected JSON, found ${(error as Error).message}`);
  }
}

/** Calls a reader and adds the file's name to its errors. */
function named<T, R>(file: string, read: (contents: T) => R, contents: T): R {
  try {
    return read(contents);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`read ${file}: ${error.message}`);
    if (error instanceof RangeError) throw new RangeError(`read ${file}: ${error.message}`);
    throw error;
  }
}
