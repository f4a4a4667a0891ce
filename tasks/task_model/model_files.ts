import {
  decodeSafetensors,
  encodeSafetensors,
  encodeSafetensorsParts,
  type FileContent,
  type NamedArray,
  readDirectory,
} from "../../src/formats/mod.ts";
import { parameterArrays } from "../../src/train/mod.ts";
import { CONFIG, MODEL } from "./model_directory.ts";
import type { ModelParts, ProcessorFile, Task, TaskTypes } from "./task.ts";

/**
 * Version of the model directory's format: 2 since fields of `config.json` have the names that options have. What version 1 wrote is read.
 */
const FORMAT_VERSION = 2;

/** What a model directory, or a model's bytes, hold. */
export interface ModelContents<T extends TaskTypes> {
  /** The contents of `config.json` but for its head. */
  readonly config: Record<string, unknown>;
  /** The processors. */
  readonly processors: T["processors"];
  /** The parameters by name. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** Where the configuration and the parameters come from, for messages. */
  readonly sources: { readonly config: string; readonly model: string };
}

/** The files of a model directory. */
export function modelFiles<T extends TaskTypes>(parts: ModelParts<T>): Record<string, FileContent> {
  const write = (json: unknown): string => JSON.stringify(json, null, 2) + "\n";
  return {
    [CONFIG]: write(configJSON(parts)),
    ...Object.fromEntries(processorsJSON(parts).map(({ file, json }) => [file, write(json)])),
    [MODEL]: encodeSafetensorsParts(parameterArrays(parts.network), { format: "pt" }),
  };
}

/** The whole model as one safetensors file, for where there is no file system. */
export function modelBytes<T extends TaskTypes>(parts: ModelParts<T>): Uint8Array<ArrayBuffer> {
  const metadata = [
    ["config", configJSON(parts)],
    ...processorsJSON(parts).map(({ file, json }) => [metadataKey(file), json]),
  ];
  const texts = Object.fromEntries(metadata.map(([key, json]) => [key, JSON.stringify(json)]));
  return encodeSafetensors(parameterArrays(parts.network), { format: "pt", ...texts });
}

function configJSON<T extends TaskTypes>({ task, config }: ModelParts<T>): Record<string, unknown> {
  return { format: "elman", version: FORMAT_VERSION, task: task.name, ...config };
}

/** The processors that a model has: their files and contents. */
function processorsJSON<T extends TaskTypes>({ task, processors }: ModelParts<T>): { file: string; json: unknown }[] {
  return filesOf(task).flatMap(([name, file]) => {
    const json = processors[name]?.toJSON();
    return json === undefined ? [] : [{ file: file.file, json }];
  });
}

function filesOf<T extends TaskTypes>({ processors }: Task<T>): [name: string, ProcessorFile<unknown>][] {
  return Object.entries(processors) as [string, ProcessorFile<unknown>][];
}

/** The key of a processor in the metadata of a model's bytes. */
function metadataKey(file: string): string {
  return file.replace(/\.json$/, "");
}

/** Reads a model directory. Throws an error that names the file if one is missing, damaged, of another task or of a newer version. */
export async function readModelDirectory<T extends TaskTypes>(
  directory: string,
  task: Task<T>,
): Promise<ModelContents<T>> {
  const processors = filesOf(task).map(([, file]) => file);
  const required = processors.filter(({ isOptional }) => !isOptional).map(({ file }) => file);
  const optional = processors.filter(({ isOptional }) => isOptional).map(({ file }) => file);
  const sources = { config: `${directory}/${CONFIG}`, model: `${directory}/${MODEL}` };
  await refuseOtherTask(directory, task);
  const files = await readDirectory(directory, [CONFIG, ...required, MODEL], { optional });
  const text = (name: string): string => new TextDecoder().decode(files.get(name));
  const config = parseConfig(text(CONFIG), task, sources.config);
  const { tensors } = decodeSafetensors(files.get(MODEL)!, { source: sources.model });
  const read = (file: string): [string, string] | undefined =>
    files.has(file) ? [text(file), `${directory}/${file}`] : undefined;
  return { config, processors: readProcessors(task, read), tensors, sources };
}

/** Reads what {@linkcode modelBytes} gave. */
export function readModelBytes<T extends TaskTypes>(bytes: Uint8Array, task: Task<T>): ModelContents<T> {
  const source = "model bytes";
  const { metadata, tensors } = decodeSafetensors(bytes, { source });
  const keys = filesOf(task).filter(([, { isOptional }]) => !isOptional).map(([, { file }]) => metadataKey(file));
  const missing = ["config", ...keys].find((key) => !metadata[key]);
  if (missing !== undefined) {
    throw new SyntaxError(`read ${source}: expected a ${missing} in the metadata, found none; toBytes writes it`);
  }
  const sources = { config: `the config in ${source}`, model: source };
  const config = parseConfig(metadata.config, task, sources.config);
  const read = (file: string): [string, string] | undefined => {
    const text = metadata[metadataKey(file)];
    return text ? [text, `the ${metadataKey(file)} in ${source}`] : undefined;
  };
  return { config, processors: readProcessors(task, read), tensors, sources };
}

/** The processors whose text and source `read` finds. */
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
  const json = parseJSON(text, source);
  try {
    return fromJSON(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`read ${source}: ${error.message}`);
    if (error instanceof RangeError) throw new RangeError(`read ${source}: ${error.message}`);
    throw error;
  }
}

/** The task of the model in a directory, as its `config.json` names it. */
export async function readTask(directory: string): Promise<string> {
  const files = await readDirectory(directory, [CONFIG]);
  const source = `${directory}/${CONFIG}`;
  const { task } = parseHead(new TextDecoder().decode(files.get(CONFIG)), source);
  if (typeof task === "string") return task;
  throw new RangeError(`read ${source}: expected a task, found ${JSON.stringify(task)}`);
}

/** A model of another task may lack this task's files: it is refused before they are looked for. */
export async function refuseOtherTask<T extends TaskTypes>(directory: string, task: Task<T>): Promise<void> {
  const files = await readDirectory(directory, [], { optional: [CONFIG] });
  const config = files.get(CONFIG);
  if (config) parseConfig(new TextDecoder().decode(config), task, `${directory}/${CONFIG}`);
}

function parseConfig<T extends TaskTypes>(text: string, task: Task<T>, source: string): Record<string, unknown> {
  const { format: _format, version: _version, task: found, ...config } = parseHead(text, source);
  if (found === task.name || task.formerNames?.includes(found as string)) return config;
  throw new RangeError(`read ${source}: expected a model of the task ${task.name}, found ${JSON.stringify(found)}`);
}

function parseHead(text: string, source: string): Record<string, unknown> {
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

function parseJSON(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`read ${source}: expected JSON, found ${(error as Error).message}`);
  }
}
