import {
  decodeSafetensors,
  encodeSafetensors,
  encodeSafetensorsParts,
  type FileContent,
  type NamedArray,
  readDirectory,
} from "../../src/formats/mod.ts";
import type { Module } from "../../src/nn/mod.ts";
import { parameterArrays } from "../../src/train/mod.ts";
import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { CONFIG, MODEL, TARGET_TOKENIZER, TOKENIZER } from "./model_directory.ts";

/** Version of the model directory's format. */
const FORMAT_VERSION = 1;

/** What a model is made of. */
export interface ModelParts {
  /** The task, as `config.json` names it. */
  readonly task: string;
  /** The rest of `config.json`. */
  readonly config: object;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Ids and text of the other side, where they have a tokenizer of their own. */
  readonly targetTokenizer?: Tokenizer;
  /** What has the parameters. */
  readonly network: Module;
}

/** What a model directory, or a model's bytes, hold. */
export interface ModelContents {
  /** The contents of `config.json`, whose task and version are right. */
  readonly config: Record<string, unknown>;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Ids and text of the other side, where they have a tokenizer of their own. */
  readonly targetTokenizer: Tokenizer | undefined;
  /** The parameters by name. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** Where the configuration and the parameters come from, for messages. */
  readonly sources: { readonly config: string; readonly model: string };
}

/** The files of a model directory. */
export function modelFiles({ tokenizer, targetTokenizer, network, ...parts }: ModelParts): Record<string, FileContent> {
  const write = (json: unknown): string => JSON.stringify(json, null, 2) + "\n";
  return {
    [CONFIG]: write(configJSON(parts)),
    [TOKENIZER]: write(tokenizer.toJSON()),
    ...(targetTokenizer ? { [TARGET_TOKENIZER]: write(targetTokenizer.toJSON()) } : {}),
    [MODEL]: encodeSafetensorsParts(parameterArrays(network), { format: "pt" }),
  };
}

/** The whole model as one safetensors file, for where there is no file system. */
export function modelBytes({ tokenizer, targetTokenizer, network, ...parts }: ModelParts): Uint8Array<ArrayBuffer> {
  const metadata = { config: JSON.stringify(configJSON(parts)), tokenizer: JSON.stringify(tokenizer.toJSON()) };
  const target: Record<string, string> = targetTokenizer
    ? { target_tokenizer: JSON.stringify(targetTokenizer.toJSON()) }
    : {};
  return encodeSafetensors(parameterArrays(network), { format: "pt", ...metadata, ...target });
}

function configJSON({ task, config }: Pick<ModelParts, "task" | "config">): Record<string, unknown> {
  return { format: "elman", version: FORMAT_VERSION, task, ...config };
}

/** Reads a model directory. Throws an error that names the file where one is missing, damaged, of another task or of a newer version. */
export async function readModelDirectory(directory: string, task: string): Promise<ModelContents> {
  const files = await readDirectory(directory, [CONFIG, TOKENIZER, MODEL], { optional: [TARGET_TOKENIZER] });
  const text = (name: string): string => new TextDecoder().decode(files.get(name));
  const sources = { config: `${directory}/${CONFIG}`, model: `${directory}/${MODEL}` };
  const config = parseConfig(text(CONFIG), sources.config);
  expectTask(config, task, sources.config);
  const parse = (name: string): Tokenizer => parseTokenizer(text(name), `${directory}/${name}`);
  const targetTokenizer = files.has(TARGET_TOKENIZER) ? parse(TARGET_TOKENIZER) : undefined;
  const { tensors } = decodeSafetensors(files.get(MODEL)!, { source: sources.model });
  return { config, tokenizer: parse(TOKENIZER), targetTokenizer, tensors, sources };
}

/** Reads what {@linkcode modelBytes} gave. */
export function readModelBytes(bytes: Uint8Array, task: string): ModelContents {
  const source = "model bytes";
  const { metadata, tensors } = decodeSafetensors(bytes, { source });
  if (!metadata.config || !metadata.tokenizer) {
    throw new SyntaxError(
      `read ${source}: expected a config and a tokenizer in the metadata, found none; toBytes writes them`,
    );
  }
  const sources = { config: `the config in ${source}`, model: source };
  const config = parseConfig(metadata.config, sources.config);
  expectTask(config, task, sources.config);
  const parse = (text: string): Tokenizer => parseTokenizer(text, `a tokenizer in ${source}`);
  const targetTokenizer = metadata.target_tokenizer ? parse(metadata.target_tokenizer) : undefined;
  return { config, tokenizer: parse(metadata.tokenizer), targetTokenizer, tensors, sources };
}

/** The task of the model in a directory, as its `config.json` names it. */
export async function readTask(directory: string): Promise<string> {
  const files = await readDirectory(directory, [CONFIG]);
  const source = `${directory}/${CONFIG}`;
  const { task } = parseConfig(new TextDecoder().decode(files.get(CONFIG)), source);
  if (typeof task === "string") return task;
  throw new RangeError(`read ${source}: expected a task, found ${JSON.stringify(task)}`);
}

function parseConfig(text: string, source: string): Record<string, unknown> {
  const json = parseJSON(text, source) as Record<string, unknown>;
  if (typeof json !== "object" || json === null || json.format !== "elman") {
    throw new SyntaxError(`read ${source}: expected "format": "elman", found ${JSON.stringify(json?.format)}`);
  }
  if (typeof json.version !== "number" || json.version > FORMAT_VERSION) {
    throw new RangeError(
      `read ${source}: expected a format version up to ${FORMAT_VERSION}, found ${json.version}; a newer Elman wrote it`,
    );
  }
  return json;
}

function expectTask(config: Record<string, unknown>, task: string, source: string): void {
  if (config.task === task) return;
  throw new RangeError(`read ${source}: expected the task ${task}, found ${JSON.stringify(config.task)}`);
}

function parseJSON(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`read ${source}: expected JSON, found ${(error as Error).message}`);
  }
}

function parseTokenizer(text: string, source: string): Tokenizer {
  const json = parseJSON(text, source);
  try {
    return tokenizerFromJSON(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`read ${source}: ${error.message}`);
    if (error instanceof RangeError) throw new RangeError(`read ${source}: ${error.message}`);
    throw error;
  }
}
