/**
 * Reads the tensors of a checkpoint that was trained elsewhere: a file of PyTorch or safetensors, one that is split
 * into shards, or a folder with one of them.
 *
 * @module
 */
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { parseJSON } from "../schema/mod.ts";
import type { NamedArray } from "./elements.ts";
import { fileFacts } from "./file_kind.ts";
import { fileSystem } from "./file_system.ts";
import { MAX_TEXT_BYTES } from "./plain_file.ts";
import { decodePyTorch } from "./pytorch/mod.ts";
import { decodeSafetensors } from "./safetensors.ts";
import { show } from "./safetensors_header.ts";
import { readWhole } from "./whole_file.ts";

/**
 * The files that a folder with a checkpoint may have, in the order of Hugging Face's libraries: a whole file before the
 * index of shards, which may be of an earlier save.
 */
const NAMES = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
  "model.pt",
  "model.pth",
];

/** The part of names that `torch.compile` adds, and the prefix of `DataParallel`. */
const [COMPILED, PARALLEL] = ["_orig_mod", "module."];

/** Most shards that a message names. */
const MOST_NAMED = 5;

/** The tensors of a checkpoint. */
export interface Checkpoint {
  /** The tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** The texts and numbers beside them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The format, by the file's first bytes. */
  readonly format: "safetensors" | "pytorch";
  /** The paths of the files that were read. */
  readonly files: readonly string[];
  /** The prefixes that were removed from the names, such as `module.`. */
  readonly removed: readonly string[];
}

/**
 * Reads a checkpoint: a file of `torch.save` or safetensors, recognized by its first bytes whatever its name; the
 * `*.index.json` of one that is split into shards; or a folder that has one of them under its usual name, a file of
 * safetensors before one of PyTorch, and a whole file before an index.
 *
 * The prefixes that `torch.compile` and `DataParallel` put before names, `_orig_mod.` and `module.`, are removed.
 *
 * @param path The path of the file or folder.
 * @returns The tensors.
 * @throws {RangeError} If the file is missing or of another format, which the message names; if shards are missing or
 * lack tensors of the index; or as {@linkcode decodePyTorch} and {@linkcode decodeSafetensors} do.
 * @throws {SyntaxError} If a file is damaged.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodePyTorch, readCheckpoint } from "@elman/elman/formats";
 *
 * const folder = await Deno.makeTempDir();
 * const bias = { name: "module.bias", shape: [1], data: new Float32Array([3]) };
 * await Deno.writeFile(`${folder}/weights.bin`, encodePyTorch([bias]));
 *
 * const { tensors, format, removed } = await readCheckpoint(`${folder}/weights.bin`);
 * assertEquals([...tensors.keys(), format, ...removed], ["bias", "pytorch", "module."]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await fileOf(path);
  return await checkpointOf(file, await readWhole(file), path);
}

/** Reads a checkpoint whose bytes are at hand; `path` is what messages name. */
export async function checkpointOf(file: string, bytes: Uint8Array<ArrayBuffer>, path = file): Promise<Checkpoint> {
  const { kind } = fileFacts(bytes);
  const read = kind === "json" ? await readShards(file, bytes) : await decode(file, bytes);
  const { tensors, removed } = withoutPrefixes(read.tensors, `read ${path}`);
  return { ...read, tensors, removed };
}

/** The tensors of files, before prefixes are removed. */
type Decoded = Omit<Checkpoint, "removed">;

/** Returns the path of a file, or of a folder's checkpoint. */
async function fileOf(path: string): Promise<string> {
  const { stat } = fileSystem(`read ${path}`);
  const isFolder = await stat(path).then((stats) => stats.isDirectory(), () => false);
  if (!isFolder) return path;
  for (const name of NAMES) {
    const file = `${path.replace(/\/+$/, "")}/${name}`;
    if (await stat(file).then((stats) => stats.isFile(), () => false)) return file;
  }
  const isSavedModel = await stat(`${path}/saved_model.pb`).then(() => true, () => false);
  const found = isSavedModel
    ? "a SavedModel of TensorFlow; of Keras, model.save('model.keras') is read"
    : "none of them";
  throw new InputRangeError(`read ${path}: expected a folder with one of ${NAMES.join(", ")}, found ${found}`);
}

async function decode(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const { kind, noun } = fileFacts(bytes);
  if (kind === "safetensors") {
    return { ...decodeSafetensors(bytes, { source: file }), format: "safetensors", files: [file] };
  }
  if (kind === "zip" || kind === "pytorch") {
    return { ...await decodePyTorch(bytes, { source: file }), format: "pytorch", files: [file] };
  }
  throw new InputRangeError(`read ${file}: expected a file of PyTorch or safetensors, found ${noun}`);
}

async function readShards(index: string, bytes: Uint8Array): Promise<Decoded> {
  const action = `read ${index}`;
  const weights = weightMap(bytes, action);
  const folder = index.replace(/[^/\\]*$/, "");
  const shards = [...new Set(weights.values())];
  await refuseMissing(shards, folder, action);
  const tensors = new Map<string, NamedArray>();
  const metadata: Record<string, string> = {};
  const formats = new Set<Checkpoint["format"]>();
  for (const shard of shards) {
    const file = folder + shard;
    const read = await decode(file, await readWhole(file));
    const expected = [...weights].filter(([, own]) => own === shard).map(([name]) => name);
    const lacking = expected.filter((name) => !read.tensors.has(name));
    if (lacking.length > 0) {
      throw new InputRangeError(`read ${file}: expected the tensors that ${index} lists, found no ${listed(lacking)}`);
    }
    for (const name of expected) tensors.set(name, read.tensors.get(name)!);
    Object.assign(metadata, read.metadata);
    formats.add(read.format);
  }
  const [format = "safetensors"] = formats;
  return { tensors, metadata, format, files: [index, ...shards.map((shard) => folder + shard)] };
}

/** Reads the shard of each tensor from an index. */
function weightMap(bytes: Uint8Array, action: string): Map<string, string> {
  const expected = "an index with a weight_map of tensors to files";
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new InputRangeError(`${action}: expected ${expected}, found ${bytes.length} bytes`);
  }
  const json = parseJSON(new TextDecoder().decode(bytes), `${action}: expected ${expected}`);
  const { weight_map: map, modelTopology } = (json ?? {}) as { weight_map?: unknown; modelTopology?: unknown };
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    const found = modelTopology === undefined ? "other JSON" : "a model of TensorFlow.js";
    throw new InputSyntaxError(`${action}: expected ${expected}, found ${found}`);
  }
  for (const [name, file] of Object.entries(map)) {
    // A shard lies beside its index: a path could lead anywhere.
    if (typeof file === "string" && /^[^/\\\0]+$/.test(file) && file !== ".." && file !== ".") continue;
    throw new InputRangeError(`${action}: expected ${show(name)} in a file beside the index, found ${show(file)}`);
  }
  return new Map(Object.entries(map));
}

async function refuseMissing(shards: readonly string[], folder: string, action: string): Promise<void> {
  const { stat } = fileSystem(action);
  const isThere = await Promise.all(shards.map((shard) => stat(folder + shard).then(() => true, () => false)));
  const missing = shards.filter((_, i) => !isThere[i]);
  if (missing.length === 0) return;
  throw new InputRangeError(`${action}: expected ${shards.length} shards beside it, found no ${listed(missing)}`);
}

function listed(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return names.slice(0, MOST_NAMED).join(", ") + more;
}

/**
 * Removes the prefixes of wrappers: `_orig_mod.` of `torch.compile` wherever it stands, and `module.` of `DataParallel`
 * where every name has it.
 */
function withoutPrefixes(
  tensors: ReadonlyMap<string, NamedArray>,
  action: string,
): { readonly tensors: Map<string, NamedArray>; readonly removed: string[] } {
  const given = [...tensors.keys()];
  const plain = given.map(withoutCompiled);
  const times = plain.reduce((least, name) => Math.min(least, timesParallel(name)), given.length > 0 ? Infinity : 0);
  const names = plain.map((name) => name.slice(times * PARALLEL.length));
  const isCompiled = plain.some((name, i) => name !== given[i]);
  const removed = [...isCompiled ? [`${COMPILED}.`] : [], ...times > 0 ? [PARALLEL] : []];
  const result = new Map<string, NamedArray>();
  for (const [i, tensor] of [...tensors.values()].entries()) {
    const name = names[i];
    if (result.has(name)) {
      throw new InputRangeError(
        `${action}: expected names that differ beside their prefixes, found ${show(name)} twice`,
      );
    }
    result.set(name, { ...tensor, name });
  }
  return { tensors: result, removed };
}

/** Removes the parts of a name that `torch.compile` adds; the last part is the tensor's own. */
function withoutCompiled(name: string): string {
  if (!name.includes(COMPILED)) return name;
  const parts = name.split(".");
  return parts.filter((part, i) => part !== COMPILED || i === parts.length - 1).join(".");
}

/** Returns how many times a name begins with the prefix of `DataParallel`. */
function timesParallel(name: string): number {
  let times = 0;
  while (name.startsWith(PARALLEL, times * PARALLEL.length)) times++;
  return times;
}
