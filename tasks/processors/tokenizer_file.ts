import {
  bertJSON,
  gpt2JSON,
  PipelineTokenizer,
  sentencePieceJSON,
  type Tokenizer,
  tokenizerFromJSON,
} from "../../tokenizers/mod.ts";
import { exists, isDirectory, readBytes } from "../data/mod.ts";

/** What a directory can hold, the best first. */
const NAMES = ["tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model"];

/**
 * Reads a tokenizer: a `tokenizer.json`, GPT-2's `vocab.json` (with `merges.txt` beside it), BERT's `vocab.txt`, a SentencePiece `.model`, or a directory
 * with one of these.
 *
 * Throws a RangeError or SyntaxError that names the file and what is wrong in it.
 */
export async function readTokenizer(path: string): Promise<Tokenizer> {
  const file = await fileOf(path);
  return named(file, tokenizerFromJSON, await readJSON(file));
}

/** As {@linkcode readTokenizer}; the tokenizer tells all that it knows of each token, whatever its kind. */
export async function readPipeline(path: string): Promise<PipelineTokenizer> {
  const file = await fileOf(path);
  return named(file, PipelineTokenizer.fromJSON, await readJSON(file));
}

/** A tokenizer's file in the form of a `tokenizer.json`. */
async function readJSON(file: string): Promise<unknown> {
  if (file.endsWith(".model")) return named(file, sentencePieceJSON, await readBytes(file));
  const text = await readText(file);
  if (file.endsWith(".txt")) return named(file, bertJSON, { vocab: text });
  if (!/(?:^|[/\\])vocab\.json$/.test(file)) return named(file, parseJSON, text);
  const merges = await readText(file.replace(/vocab\.json$/, "merges.txt"));
  return named(file, gpt2JSON, { vocab: text, merges });
}

/** The file that a path means, which may be a directory. */
async function fileOf(path: string): Promise<string> {
  if (!await isDirectory(path)) return path;
  for (const name of NAMES) {
    const file = `${path}/${name}`;
    if (await exists(file)) return file;
  }
  throw new RangeError(`read ${path}: expected a directory with one of ${NAMES.join(", ")}, found none of them`);
}

async function readText(file: string): Promise<string> {
  return named(file, decodeText, await readBytes(file));
}

function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError("expected UTF-8 text, found bytes that are none");
  }
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`expected JSON, found ${(error as Error).message}`);
  }
}

/** Calls a reader; its errors get the file's name. */
function named<T, R>(file: string, read: (contents: T) => R, contents: T): R {
  try {
    return read(contents);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`read ${file}: ${error.message}`);
    if (error instanceof RangeError) throw new RangeError(`read ${file}: ${error.message}`);
    throw error;
  }
}
