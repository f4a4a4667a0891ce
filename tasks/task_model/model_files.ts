import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  encodeSafetensorsParts,
  type FileContent,
  type NamedArray,
  readDirectory,
} from "../../src/formats/mod.ts";
import { type FileSource, type OpenedFiles, openFiles, readFiles } from "../../src/formats/opened_files.ts";
import { openDirectory } from "../../src/formats/read_directory.ts";
import { CARD } from "../../src/formats/directory_names.ts";
import { elementCount } from "../../src/formats/safetensors_header.ts";
import { slabSize } from "../../src/tensor/slab.ts";
import { describeValue, expectKinds, parseJSON } from "../../src/schema/mod.ts";
import { parameterArrays } from "../../src/nn/mod.ts";
import { OtherRunError } from "../../src/train/mod.ts";
import { namedError } from "../data/named_error.ts";
import { CONFIG, isModelDirectory, MODEL } from "./model_directory.ts";
import { type ModelCardOptions, readCard, savedCard } from "./model_card.ts";
import { VERIFY_OPTION, type VerifyOption } from "./model_options.ts";
import { filesAt, type ModelSource } from "./model_source.ts";
import type { ModelParts, ProcessorFile, Task, TaskTypes } from "./task.ts";

/**
 * Version of the model directory format. Since version 2, fields of `config.json` have the names of the options;
 * version 1 is still read.
 */
const FORMAT_VERSION = 2;

/** The contents of a model directory or of a model's bytes, without the parameters. */
export interface ModelHead<T extends TaskTypes> {
  /** The contents of `config.json` without format, version, task and card. */
  readonly config: Record<string, unknown>;
  /** The facts of the model's card that the model itself does not have. */
  readonly card: ModelCardOptions;
  /** The processors. */
  readonly processors: T["processors"];
  /** The shapes of the parameters by name. */
  readonly shapes: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  /** Names of the places they were read from, for messages. */
  readonly sources: { readonly config: string; readonly model: string };
}

/** The parameters by name. */
export type ModelTensors = ReadonlyMap<string, NamedArray>;

/** The files of a model directory. */
export function modelFiles<T extends TaskTypes>(parts: ModelParts<T>): Record<string, FileContent> {
  const write = (json: unknown): string => JSON.stringify(json, null, 2) + "\n";
  return {
    [CONFIG]: write(configJSON(parts)),
    ...Object.fromEntries(processorsJSON(parts).map(({ file, json }) => [file, write(json)])),
    [MODEL]: encodeSafetensorsParts(parameterArrays(parts.network), { format: "pt" }),
    [CARD]: savedCard(parts, parts.card),
  };
}

/** Serializes the whole model as one safetensors file, for platforms without a file system. */
export function modelBytes<T extends TaskTypes>(parts: ModelParts<T>): Uint8Array<ArrayBuffer> {
  const metadata = [
    ["config", configJSON(parts)],
    ...processorsJSON(parts).map(({ file, json }) => [metadataKey(file), json]),
  ];
  const texts = Object.fromEntries(metadata.map(([key, json]) => [key, JSON.stringify(json)]));
  return encodeSafetensors(parameterArrays(parts.network), { format: "pt", ...texts });
}

function configJSON<T extends TaskTypes>({ task, config, card = {} }: ModelParts<T>): Record<string, unknown> {
  const known = Object.keys(card).length > 0 && { card };
  return { format: "elman", version: FORMAT_VERSION, task: task.name, ...config, ...known };
}

/** The files and contents of the processors that a model has. */
export function processorsJSON<T extends TaskTypes>(
  { task, processors }: ModelParts<T>,
): { file: string; json: unknown }[] {
  return filesOf(task).flatMap(([name, file]) => {
    const json = processors[name]?.toJSON();
    return json === undefined ? [] : [{ file: file.file, json }];
  });
}

function filesOf<T extends TaskTypes>({ processors }: Task<T>): [name: string, ProcessorFile<unknown>][] {
  return Object.entries(processors) as [string, ProcessorFile<unknown>][];
}

/** The key of a processor's file in the metadata of a model's bytes. */
function metadataKey(file: string): string {
  return file.replace(/\.json$/, "");
}

/** Options of `readModelFiles`. */
export interface ReadModelOptions<T extends TaskTypes, R> {
  /** Whether to verify the checksums of the files. */
  readonly verify?: boolean;
  /** Checks everything but the parameters, which are read only if it does not throw. */
  readonly check: (head: ModelHead<T>) => R;
}

/**
 * Reads a model's files, and returns its parameters with the result of `check`. Throws an error that names the file if
 * one is missing, damaged, for another task or from a newer version.
 */
export async function readModelFiles<T extends TaskTypes, R>(
  source: FileSource,
  task: Task<T>,
  { verify, check }: ReadModelOptions<T, R>,
): Promise<{ readonly checked: R; readonly tensors: ModelTensors }> {
  const processors = filesOf(task).map(([, file]) => file);
  const required = processors.filter(({ isOptional }) => !isOptional).map(({ file }) => file);
  const optional = processors.filter(({ isOptional }) => isOptional).map(({ file }) => file);
  await refuseOtherTask(source, task, verify);
  const files = await openFiles(source, [CONFIG, ...required, MODEL], { optional, verify });
  try {
    const head = await readHead(files, source, task);
    const checked = check(head);
    refuseLarge(head);
    const { tensors } = decodeSafetensors(await files.bytes(MODEL), { source: source.pathOf(MODEL) });
    return { checked, tensors };
  } finally {
    await files.close();
  }
}

/** Maximum number of parameters: a memory of 4 GiB holds no more. */
const MAX_PARAMETERS = 2 ** 30;

/** Throws `RangeError`, before any is read, if tensors that `check` lets pass unused are too large. */
function refuseLarge<T extends TaskTypes>({ shapes, sources }: ModelHead<T>): void {
  const found = shapes.values().reduce((sum, { shape }) => sum + elementCount(shape), 0);
  if (found <= MAX_PARAMETERS) return;
  throw new InputRangeError(
    `read ${sources.model}: expected at most ${MAX_PARAMETERS} numbers in all tensors, found ${found}`,
  );
}

async function readHead<T extends TaskTypes>(
  files: OpenedFiles,
  source: FileSource,
  task: Task<T>,
): Promise<ModelHead<T>> {
  const sources = { config: source.pathOf(CONFIG), model: source.pathOf(MODEL) };
  const { config, card } = parseConfig(await files.text(CONFIG), task, sources.config);
  const texts = new Map<string, string>();
  for (const [, { file }] of filesOf(task)) if (files.has(file)) texts.set(file, await files.text(file));
  const read = (file: string): [string, string] | undefined =>
    texts.has(file) ? [texts.get(file)!, source.pathOf(file)] : undefined;
  const { entries } = await files.header(MODEL);
  const shapes = new Map(entries.map((entry) => [entry.name, entry]));
  return { config, card, processors: readProcessors(task, read), shapes, sources };
}

/** Options of `refuseOtherModel`. */
export interface OtherModelOptions<T extends TaskTypes> {
  /** Whether to verify the checksums of the files. */
  readonly verify?: boolean;
  /** Reads the fields of a `config.json`. */
  readonly readConfig: (json: Record<string, unknown>, source: string) => T["config"];
}

/** Throws `OtherRunError` if a directory holds a different model. A directory without a model passes. */
export async function refuseOtherModel<T extends TaskTypes>(
  directory: string,
  parts: ModelParts<T>,
  { verify, readConfig }: OtherModelOptions<T>,
): Promise<void> {
  if (!await isModelDirectory(directory)) return;
  const { task, config, processors } = parts;
  const kinds = filesOf(task);
  const files = await readDirectory(directory, [CONFIG], { verify, optional: kinds.map(([, { file }]) => file) });
  const text = (file: string): string => new TextDecoder().decode(files.get(file));
  const source = `${directory}/${CONFIG}`;
  const kept = readConfig(parseConfig(text(CONFIG), task, source).config, source);
  for (const name of Object.keys(kept) as (keyof T["config"] & string)[]) {
    if (task.learned?.includes(name) || JSON.stringify(kept[name]) === JSON.stringify(config[name])) continue;
    const [expected, found] = [describeValue(kept[name]), describeValue(config[name])];
    throw new OtherRunError(`expected a model whose ${name} is ${expected}, as in ${source}, found ${found}`);
  }
  for (const [name, { file, fromJSON }] of kinds) {
    const own = JSON.stringify(processors[name]);
    const source = `${directory}/${file}`;
    const kept = files.has(file) ? text(file) : undefined;
    // An earlier version may have serialized the same processor differently, so it is parsed and serialized again.
    const rewrite = (text: string): string => JSON.stringify(parseProcessor(fromJSON, text, source));
    const isSame = kept === undefined
      ? own === undefined
      : JSON.stringify(parseFile(kept, source)) === own || rewrite(kept) === own;
    if (!isSame) throw new OtherRunError(`expected the processor in ${source}, found another`);
  }
}

/** Reads the bytes that {@linkcode modelBytes} returned. */
export function readModelBytes<T extends TaskTypes>(
  bytes: Uint8Array,
  task: Task<T>,
): { readonly head: ModelHead<T>; readonly tensors: ModelTensors } {
  const source = "model bytes";
  const { metadata, tensors } = decodeSafetensors(bytes, { source });
  const keys = filesOf(task).filter(([, { isOptional }]) => !isOptional).map(([, { file }]) => metadataKey(file));
  const missing = ["config", ...keys].find((key) => !metadata[key]);
  if (missing !== undefined) {
    throw new InputSyntaxError(`read ${source}: expected a ${missing} in the metadata, found none; toBytes writes it`);
  }
  const sources = { config: `the config in ${source}`, model: source };
  const { config, card } = parseConfig(metadata.config, task, sources.config);
  const read = (file: string): [string, string] | undefined => {
    const text = metadata[metadataKey(file)];
    return text ? [text, `the ${metadataKey(file)} in ${source}`] : undefined;
  };
  return { head: { config, card, processors: readProcessors(task, read), shapes: tensors, sources }, tensors };
}

/** Reads the processors; `read` finds the text and the source of a file. */
function readProcessors<T extends TaskTypes>(
  task: Task<T>,
  read: (file: string) => [text: string, source: string] | undefined,
): T["processors"] {
  return Object.fromEntries(
    filesOf(task).map(([name, { file, fromJSON }]) => {
      const found = read(file);
      return [name, found && parseProcessor(fromJSON, ...found)];
    }),
  ) as T["processors"];
}

function parseProcessor(fromJSON: (json: unknown) => unknown, text: string, source: string): unknown {
  const json = parseFile(text, source);
  try {
    return fromJSON(json);
  } catch (error) {
    throw namedError(source, error);
  }
}

/**
 * Reads the name of a model's task from its `config.json`.
 *
 * @param source The path or URL of the model's directory, or its files.
 * @param options Whether to verify the checksum of `config.json`.
 * @throws {RangeError} If the file is missing or cannot be read, differs from its checksum or is not that of a model.
 * @throws {SyntaxError} If it is not JSON, or not the configuration of a model.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { readTask } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * await LanguageModel.create({ tokenizer: CharTokenizer.train("abc"), hidden: 4 }).save(directory);
 * assertEquals(await readTask(directory), "language-modeling");
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function readTask(source: ModelSource, options: VerifyOption = {}): Promise<string> {
  const place = filesAt("read a task", source);
  const files = await readFiles(place, [CONFIG], expectKinds("read a task", options, VERIFY_OPTION));
  const path = place.pathOf(CONFIG);
  const { task } = parseHead(new TextDecoder().decode(files.get(CONFIG)), path);
  if (typeof task === "string") return task;
  throw new InputRangeError(`read ${path}: expected a task, found ${describeValue(task)}`);
}

/**
 * Returns the size of a slab with the parameters in a model directory, by the header of their file; undefined if there
 * is none.
 */
export async function savedParameters(directory: string): Promise<number | undefined> {
  const files = await openDirectory(directory, [], { optional: [MODEL], verify: false });
  try {
    if (!files.has(MODEL)) return undefined;
    return (await files.header(MODEL)).entries.reduce((sum, { shape }) => sum + slabSize(elementCount(shape)), 0);
  } finally {
    await files.close();
  }
}

/**
 * Throws `RangeError` if a place holds a model of another task. Called before this task's files are read, since
 * such a model may lack them.
 */
export async function refuseOtherTask<T extends TaskTypes>(
  source: FileSource,
  task: Task<T>,
  verify?: boolean,
): Promise<void> {
  const files = await readFiles(source, [], { optional: [CONFIG], verify });
  const config = files.get(CONFIG);
  if (config) parseConfig(new TextDecoder().decode(config), task, source.pathOf(CONFIG));
}

function parseConfig<T extends TaskTypes>(
  text: string,
  task: Task<T>,
  source: string,
): Pick<ModelHead<T>, "config" | "card"> {
  const { format: _format, version: _version, task: found, card, ...config } = parseHead(text, source);
  if (found === task.name || task.formerNames?.includes(found as string)) return { config, card: readCard(card) };
  throw new InputRangeError(`read ${source}: expected a model of the task ${task.name}, found ${describeValue(found)}`);
}

function parseHead(text: string, source: string): Record<string, unknown> {
  const json = parseFile(text, source);
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  const head = (isObject ? json : {}) as Record<string, unknown>;
  if (head.format !== "elman") {
    throw new InputSyntaxError(
      `read ${source}: expected "format": "elman", found ${describeValue(isObject ? head.format : json)}`,
    );
  }
  const { version } = head;
  const isWhole = Number.isInteger(version);
  if (!isWhole || (version as number) < 1 || (version as number) > FORMAT_VERSION) {
    const why = isWhole && (version as number) > FORMAT_VERSION ? "; a newer Elman wrote it" : "";
    throw new InputRangeError(
      `read ${source}: expected a format version from 1 to ${FORMAT_VERSION}, found ${describeValue(version)}${why}`,
    );
  }
  return head;
}

function parseFile(text: string, source: string): unknown {
  return parseJSON(text, `read ${source}: expected JSON`);
}
