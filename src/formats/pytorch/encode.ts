import { bytesOf, checkedDtype, type NamedArray } from "../elements.ts";
import { type Dtype, show } from "../safetensors_header.ts";
import { InputRangeError } from "../../../errors.ts";
import { encodeZipParts, type ZipContent } from "../zip_writer.ts";
import { PickleWriter } from "./pickle_writer.ts";
import { STORAGES, TORCH_DTYPES, UNTYPED } from "./tensors.ts";

/** The folder in the archive; PyTorch takes the name of the file. */
const FOLDER = "model";

/** The version of PyTorch's format, and the alignment of storages in it. */
const [VERSION, ALIGNMENT] = ["3\n", 64];

const [STORAGE_CLASSES, DTYPE_NAMES] = [invert(STORAGES), invert(TORCH_DTYPES)];

/**
 * Encodes tensors as a file that `torch.load(file, weights_only=True)` reads as a state dict, an ordinary dictionary of
 * tensors. The dtypes are those of `encodeSafetensors`. Tensors with the same array share one storage, as tied weights
 * do in PyTorch.
 *
 * @param tensors The tensors; each array is copied once, into the result.
 * @returns The whole file.
 * @throws {RangeError} If a shape does not fit its array, a name occurs twice, or the file would exceed 4 GiB.
 * @throws {TypeError} If the type of an array has no dtype.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodePyTorch, encodePyTorch } from "@elman/elman/formats";
 *
 * const weight = { name: "weight", shape: [2, 3], data: new Float32Array([0, 1, 2, 3, 4, 5]) };
 * const { tensors } = await decodePyTorch(encodePyTorch([weight]));
 * assertEquals(tensors.get("weight"), weight);
 * ```
 */
export function encodePyTorch(tensors: Iterable<NamedArray>): Uint8Array<ArrayBuffer> {
  const parts = encodePyTorchParts(tensors);
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

/**
 * Encodes tensors as the parts of one file of {@linkcode encodePyTorch} without copying their data: some parts are
 * views of the tensors' own memory, which must not change until the parts are written.
 *
 * @param tensors The tensors.
 * @returns The parts, in order.
 * @throws {RangeError} If a shape does not fit its array, a name occurs twice, or the file would exceed 4 GiB.
 * @throws {TypeError} If the type of an array has no dtype.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { encodePyTorchParts } from "@elman/elman/formats";
 *
 * const data = new Float32Array([1, 2]);
 * const parts = encodePyTorchParts([{ name: "bias", shape: [2], data }]);
 * assert(parts.some(({ buffer }) => buffer === data.buffer));
 * ```
 */
export function encodePyTorchParts(tensors: Iterable<NamedArray>): Uint8Array[] {
  const writer = new PickleWriter();
  const storages = new Map<string, Uint8Array>();
  const keys = new Map<ArrayBufferLike, Map<string, string>>();
  const names = new Set<string>();
  writer.begin();
  for (const tensor of tensors) {
    const dtype = checkedDtype(tensor);
    if (names.has(tensor.name)) throw new InputRangeError(`encode tensor ${show(tensor.name)}: expected a unique name`);
    names.add(tensor.name);
    const shared = keys.get(tensor.data.buffer) ?? new Map<string, string>();
    keys.set(tensor.data.buffer, shared);
    const view = `${dtype} ${tensor.data.byteOffset} ${tensor.data.length}`;
    const key = shared.get(view) ?? String(storages.size);
    shared.set(view, key);
    storages.set(key, bytesOf(tensor.data));
    writer.text(tensor.name);
    writeTensor(writer, tensor, dtype, key);
  }
  const files: ZipContent[] = [
    { name: `${FOLDER}/data.pkl`, bytes: writer.end() },
    { name: `${FOLDER}/byteorder`, bytes: new TextEncoder().encode("little") },
    ...storages.entries().map(([key, bytes]) => ({ name: `${FOLDER}/data/${key}`, bytes })),
    { name: `${FOLDER}/version`, bytes: new TextEncoder().encode(VERSION) },
  ];
  return encodeZipParts(files, ALIGNMENT);
}

/** Writes the call that rebuilds a tensor from its storage. */
function writeTensor(writer: PickleWriter, { shape, data }: NamedArray, dtype: Dtype, key: string): void {
  const storage = STORAGE_CLASSES.get(dtype);
  writer.global(`torch._utils _rebuild_tensor_v${storage ? 2 : 3}`);
  writer.mark();
  writer.mark();
  writer.text("storage");
  writer.global((storage ?? UNTYPED).replace(/\.(\w+)$/, " $1"));
  writer.text(key);
  writer.text("cpu");
  writer.integer(storage ? data.length : data.byteLength);
  writer.tuple();
  writer.persistent();
  writer.integer(0);
  writer.integers(shape);
  writer.integers(stridesOf(shape));
  writer.boolean(false);
  writer.global("collections OrderedDict");
  writer.integers([]);
  writer.call();
  if (!storage) writer.global(DTYPE_NAMES.get(dtype)!.replace(".", " "));
  writer.tuple();
  writer.call();
}

/** The strides of a row-major tensor. */
function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= Math.max(shape[d], 1);
  }
  return strides;
}

function invert(names: ReadonlyMap<string, Dtype>): Map<Dtype, string> {
  return new Map(names.entries().map(([name, dtype]) => [dtype, name]));
}
