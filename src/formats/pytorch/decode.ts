import { InputRangeError, InputSyntaxError, isInputError } from "../../../errors.ts";
import type { NamedArray, TensorData } from "../elements.ts";
import { fileFacts } from "../file_kind.ts";
import type { DecodedSafetensors } from "../safetensors.ts";
import { ARRAY_TYPES, show } from "../safetensors_header.ts";
import { openZip, type ZipFiles } from "../zip.ts";
import { ForeignObject, type PickleContext, type Pickled, readPickle } from "./pickle.ts";
import { stateDictOf, wrapperOf } from "./state_dict.ts";
import {
  arrayBytes,
  readElements,
  type Storage,
  storageOf,
  STORAGES,
  type StoredTensor,
  tensorOf,
  TORCH_DTYPES,
  UNTYPED,
} from "./tensors.ts";

/** How many times the size of the file packed storages, and copied tensors, may take. */
const [MOST_UNPACKED, MOST_COPIED] = [64, 8];

/** Bytes that copied tensors may take in any case. */
const FREE_BYTES = 2 ** 16;

/** The classes that make the defaults of dictionaries; they are never called. */
const DEFAULTS = /^(?:__builtin__|builtins)\.(?:list|dict|int|float|str|bool)$/;

/** Options of `decodePyTorch`. */
export interface DecodePyTorchOptions {
  /** The name of the file, for error messages. */
  readonly source?: string;
}

/**
 * Decodes the tensors of a file that `torch.save` wrote: a state dict, or a checkpoint with a state dict in it. No code
 * of the file runs: it may have tensors, dictionaries (ordered ones, those with defaults, and counters too), lists,
 * tuples, shapes, numbers, texts, None and the names of dtypes and devices, and nothing else.
 *
 * The state dict of a checkpoint is found under a name such as `state_dict` or `model_state_dict`; names of other
 * nested dictionaries are joined by dots. Dtypes become arrays as in `decodeSafetensors`. Arrays are views of `bytes`
 * where they can be, and tensors that show the same elements share one. What is allocated is bounded by the file's own
 * size.
 *
 * @param bytes The whole file.
 * @param options The name of the file, for error messages.
 * @returns The tensors, and the numbers and texts beside them.
 * @throws {RangeError} If the file is in the format of PyTorch before 1.6, a TorchScript archive, or holds a whole
 * module or an object of another class, which the message names; or if a storage is missing or too short.
 * @throws {SyntaxError} If the file is damaged.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodePyTorch, encodePyTorch } from "@elman/elman/formats";
 *
 * const bytes = encodePyTorch([{ name: "bias", shape: [2], data: new Float32Array([1, 2]) }]);
 * const { tensors } = await decodePyTorch(bytes, { source: "model.pt" });
 * assertEquals([...tensors.get("bias")!.data], [1, 2]);
 * ```
 */
export async function decodePyTorch(
  bytes: Uint8Array<ArrayBuffer>,
  options: DecodePyTorchOptions = {},
): Promise<DecodedSafetensors> {
  const source = options.source ?? "a PyTorch file";
  const action = `read ${source}`;
  refuseOtherFormats(bytes, source);
  const zip = within(action, () => openZip(bytes, MOST_UNPACKED));
  const folder = folderOf(zip, source);
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return await zip.read(folder + name);
    } catch (error) {
      return rethrow(action, error);
    }
  };
  if (zip.names.includes(`${folder}byteorder`) && new TextDecoder().decode(await read("byteorder")) === "big") {
    throw new InputRangeError(`${action}: expected little-endian numbers, found big-endian ones`);
  }
  const pickle = await read("data.pkl");
  const pickled = readPickle(pickle, contextOf(action, pickle.length));
  refuseForeign(pickled, source);
  const { tensors: stored, metadata } = stateDictOf(pickled.value, { action, most: pickle.length });
  const tensors = await readTensors(stored, { action, read, size: bytes.length });
  return { tensors, metadata };
}

/** The functions and classes that a pickle of `size` bytes with tensors needs. */
function contextOf(action: string, size: number): PickleContext {
  const tensor = (hasDtype: boolean) => (args: readonly unknown[]) => tensorOf(args, action, hasDtype);
  return {
    action,
    calls: new Map<string, (args: readonly unknown[]) => unknown>([
      ["collections.OrderedDict", orderedDicts(action, size)],
      ["torch._utils._rebuild_tensor", tensor(false)],
      ["torch._utils._rebuild_tensor_v2", tensor(false)],
      ["torch._utils._rebuild_tensor_v3", tensor(true)],
      ["torch._utils._rebuild_parameter", ([data]) => data],
      ["torch._utils._rebuild_parameter_with_state", ([data]) => data],
      ["collections.defaultdict", () => new Map()],
      ["collections.Counter", ([counts]) => counts instanceof Map ? counts : new Map()],
      ["torch.Size", ([sizes]) => sizes],
      ["torch.device", ([kind]) => typeof kind === "string" ? kind : null],
    ]),
    isValue: (path) => path === UNTYPED || STORAGES.has(path) || TORCH_DTYPES.has(path) || DEFAULTS.test(path),
    persistent: (id) => storageOf(id, action),
  };
}

/**
 * Returns a function that makes ordered dictionaries, empty or of pairs: of at most `most` in all, since many may be
 * made of one list.
 */
function orderedDicts(action: string, most: number): (args: readonly unknown[]) => Map<unknown, unknown> {
  let left = most;
  return ([pairs = []]) => {
    if (Array.isArray(pairs) && (left -= pairs.length) < 0) {
      throw new InputRangeError(
        `${action}: expected each pair of a dictionary once, found pairs that repeat endlessly`,
      );
    }
    const isPairs = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
    if (isPairs) return new Map(pairs);
    throw new InputSyntaxError(`${action}: expected the pairs of an ordered dictionary, found another value`);
  };
}

function refuseOtherFormats(bytes: Uint8Array, source: string): void {
  const { kind, noun } = fileFacts(bytes);
  if (kind === "zip") return;
  const file = show(source);
  if (kind === "pytorch") {
    throw new InputRangeError(
      `read ${source}: expected the zip format of PyTorch 1.6 and later, found the legacy format; with two lines of ` +
        `Python: state = torch.load(${file}, map_location="cpu"), then torch.save(state, ${file})`,
    );
  }
  throw new InputRangeError(`read ${source}: expected a file of torch.save, found ${noun}`);
}

/** Returns the folder of an archive that has the pickle. */
function folderOf({ names }: ZipFiles, source: string): string {
  const pickle = names.find((name) => /^(?:[^/]*\/)?data\.pkl$/.test(name));
  if (pickle === undefined) {
    const kind = names.length > 0 && names.every((name) => name.endsWith(".npy"))
      ? "a NumPy archive"
      : names.includes("model.weights.h5")
      ? "a Keras model, which importLayers reads"
      : "another zip archive";
    throw new InputRangeError(`read ${source}: expected a file of torch.save, found ${kind}`);
  }
  const folder = pickle.slice(0, -"data.pkl".length);
  if (!names.includes(`${folder}constants.pkl`)) return folder;
  const file = show(source);
  throw new InputRangeError(
    `read ${source}: expected a state dict, found a TorchScript archive, whose code is not run; with two lines of ` +
      `Python: model = torch.jit.load(${file}), then torch.save(model.state_dict(), "state.pt")`,
  );
}

/** Throws `RangeError` if a pickle has objects of other classes; a module's message says how to save it instead. */
function refuseForeign({ value, foreign }: Pickled, source: string): void {
  if (foreign.length === 0) return;
  const module = foreign.find(({ state }) => state instanceof Map && state.has("_modules"));
  if (module) {
    const file = show(source);
    const root = value instanceof ForeignObject ? value : module;
    throw new InputRangeError(
      `read ${source}: expected a state dict, found a whole module of the class ${root.path}, whose code is not run; ` +
        `with two lines of Python: model = torch.load(${file}, weights_only=False), then ` +
        `torch.save(model.state_dict(), "state.pt")`,
    );
  }
  const [first, ...others] = [...new Set(foreign.map(({ path }) => path))];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  throw new InputRangeError(
    `read ${source}: expected tensors, dictionaries, lists, numbers and texts, found the class ${first}${more}, which ` +
      `is not run; ${adviceFor(value, source)}`,
  );
}

/** Says how to save the state dict of a checkpoint without the rest. */
function adviceFor(value: unknown, source: string): string {
  const name = wrapperOf(value);
  const [file, state] = [show(source), name === undefined ? "model.state_dict()" : `checkpoint[${show(name)}]`];
  if (name === undefined) return `save the state dict alone: torch.save(${state}, "state.pt")`;
  return `if you trust the file, save the state dict alone: checkpoint = torch.load(${file}, weights_only=False), then ` +
    `torch.save(${state}, "state.pt")`;
}

interface TensorSource {
  readonly action: string;
  readonly read: (name: string) => Promise<Uint8Array<ArrayBuffer>>;
  /** The size of the file in bytes. */
  readonly size: number;
}

async function readTensors(
  stored: ReadonlyMap<string, StoredTensor>,
  { action, read, size }: TensorSource,
): Promise<Map<string, NamedArray>> {
  const storages = new Map<string, Uint8Array<ArrayBuffer>>();
  const views = new Map<string, TensorData>();
  const tensors = new Map<string, NamedArray>();
  let copied = 0;
  for (const [name, tensor] of stored) {
    const { storage, shape, view } = tensor;
    const bytes = storages.get(storage.key) ?? await read(`data/${storage.key}`);
    storages.set(storage.key, bytes);
    refuseShort(tensor, bytes, `${action}: tensor ${show(name)}`);
    if (!views.has(view) && !isView(tensor, bytes)) copied += arrayBytes(tensor);
    if (copied > MOST_COPIED * size + FREE_BYTES) {
      throw new InputRangeError(
        `${action}: expected tensors of at most ${MOST_COPIED} times the size of the file, found ${show(name)} ` +
          `${show(shape)} beyond it`,
      );
    }
    const data = views.get(view) ?? readElements(tensor, bytes);
    views.set(view, data);
    tensors.set(name, { name, shape, data });
  }
  return tensors;
}

/** Whether a tensor's array is a view of its storage. */
function isView(tensor: StoredTensor, bytes: Uint8Array): boolean {
  const isHalf = tensor.dtype === "F16" || tensor.dtype === "BF16";
  return !isHalf && tensor.isContiguous && bytes.byteOffset % ARRAY_TYPES[tensor.dtype].BYTES_PER_ELEMENT === 0;
}

function refuseShort({ storage, dtype }: StoredTensor, bytes: Uint8Array, where: string): void {
  const expected = bytesOf(storage, dtype);
  if (bytes.length >= expected) return;
  throw new InputRangeError(`${where}: expected ${expected} bytes in its storage, found ${bytes.length}`);
}

function bytesOf({ size, dtype }: Storage, own: StoredTensor["dtype"]): number {
  return dtype === undefined ? size : size * ARRAY_TYPES[own].BYTES_PER_ELEMENT;
}

function within<T>(action: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    return rethrow(action, error);
  }
}

function rethrow(action: string, error: unknown): never {
  if (!isInputError(error)) throw error;
  throw new InputRangeError(`${action}: ${(error as Error).message}`, { cause: error });
}
