import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { decodeElements, type TensorData } from "../elements.ts";
import { ARRAY_TYPES, type Dtype, elementCount, isSizes, show } from "../safetensors_header.ts";
import { ForeignObject, PickleGlobal } from "./pickle.ts";

/** The classes of storages, and the dtype of their elements. */
export const STORAGES: ReadonlyMap<string, Dtype> = new Map([
  ["torch.FloatStorage", "F32"],
  ["torch.DoubleStorage", "F64"],
  ["torch.HalfStorage", "F16"],
  ["torch.BFloat16Storage", "BF16"],
  ["torch.CharStorage", "I8"],
  ["torch.ShortStorage", "I16"],
  ["torch.IntStorage", "I32"],
  ["torch.LongStorage", "I64"],
  ["torch.ByteStorage", "U8"],
  ["torch.BoolStorage", "BOOL"],
]);

/** The class of storages whose tensors tell their own dtype. */
export const UNTYPED = "torch.storage.UntypedStorage";

/** The dtypes of tensors in such storages. */
export const TORCH_DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ["torch.float32", "F32"],
  ["torch.float64", "F64"],
  ["torch.float16", "F16"],
  ["torch.bfloat16", "BF16"],
  ["torch.int8", "I8"],
  ["torch.int16", "I16"],
  ["torch.int32", "I32"],
  ["torch.int64", "I64"],
  ["torch.uint8", "U8"],
  ["torch.uint16", "U16"],
  ["torch.uint32", "U32"],
  ["torch.uint64", "U64"],
  ["torch.bool", "BOOL"],
]);

/** Maximum number of dimensions of a tensor, as in PyTorch. */
const MOST_DIMENSIONS = 64;

/** Maximum number of characters of a storage's name, which PyTorch makes of its number. */
const MOST_KEY = 100;

/** A storage that a checkpoint refers to. */
export class Storage {
  /** The name of its file in the archive. */
  readonly key: string;
  /** The dtype of its elements; undefined if its tensors tell theirs. */
  readonly dtype: Dtype | undefined;
  /** The number of elements, or of bytes if it has no dtype. */
  readonly size: number;

  constructor(key: string, dtype: Dtype | undefined, size: number) {
    this.key = key;
    this.dtype = dtype;
    this.size = size;
  }
}

/** A tensor that a checkpoint describes: a view of a storage. Sizes and offsets count elements. */
export class StoredTensor {
  readonly storage: Storage;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(fields: Pick<StoredTensor, "storage" | "dtype" | "offset" | "shape" | "strides">) {
    this.storage = fields.storage;
    this.dtype = fields.dtype;
    this.offset = fields.offset;
    this.shape = fields.shape;
    this.strides = fields.strides;
  }

  /** Identifies what the tensor shows, so that two tensors that share it become one array. */
  get view(): string {
    return JSON.stringify([this.storage.key, this.dtype, this.offset, this.shape, this.strides]);
  }

  /** Whether its elements are in row-major order, without gaps. */
  get isContiguous(): boolean {
    let expected = 1;
    for (let d = this.shape.length - 1; d >= 0; d--) {
      if (this.shape[d] !== 1 && this.strides[d] !== expected) return false;
      expected *= this.shape[d];
    }
    return true;
  }
}

/**
 * Reads the persistent id of a storage: ("storage", class, key, device, number of elements). One of a class that is not
 * known, such as that of complex numbers, is returned as such an object.
 */
export function storageOf(id: unknown, action: string): Storage | ForeignObject {
  const [kind, type, key, , size] = Array.isArray(id) ? id : [];
  if (type instanceof ForeignObject) return type;
  const path = type instanceof PickleGlobal ? type.path : undefined;
  const isKey = typeof key === "string" && key.length <= MOST_KEY;
  if (kind !== "storage" || path === undefined || !isKey || !Number.isSafeInteger(size) || size < 0) {
    throw new InputSyntaxError(`${action}: expected the description of a storage, found another value`);
  }
  return new Storage(key, STORAGES.get(path), size);
}

/**
 * Reads the arguments of `_rebuild_tensor_v2`, or of `_rebuild_tensor_v3`, which has a dtype. Where the dtype is not
 * known, such as one of 8-bit floats, it returns that object.
 */
export function tensorOf(args: readonly unknown[], action: string, hasDtype: boolean): StoredTensor | ForeignObject {
  const [storage, offset, shape, strides] = args;
  const unknown = [storage, hasDtype ? args[6] : undefined].find((value) => value instanceof ForeignObject);
  if (unknown) return unknown;
  if (!(storage instanceof Storage)) throw new InputSyntaxError(`${action}: expected a tensor's storage, found none`);
  const found = args[6];
  const dtype = hasDtype && found instanceof PickleGlobal ? TORCH_DTYPES.get(found.path) : storage.dtype;
  if (!dtype) throw new InputSyntaxError(`${action}: expected the dtype of a tensor, found none`);
  if (!isSizes([offset]) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length) {
    throw new InputSyntaxError(`${action}: expected a tensor's offset, shape and strides, found other values`);
  }
  if (shape.length > MOST_DIMENSIONS) {
    throw new InputRangeError(`${action}: expected at most ${MOST_DIMENSIONS} dimensions, found ${shape.length}`);
  }
  // It is no number if it overflows before a size of 0, and no sum with it would exceed a limit.
  if (!Number.isSafeInteger(elementCount(shape))) {
    throw new InputRangeError(`${action}: expected fewer than 2^53 elements of a tensor, found ${show(shape)}`);
  }
  const metadata = args[hasDtype ? 7 : 6];
  if (metadata instanceof Map && metadata.get("neg") === true) {
    throw new InputRangeError(
      `${action}: expected tensors with their own elements, found one that is negated when it is read; save ` +
        "tensor.resolve_neg() instead",
    );
  }
  const tensor = new StoredTensor({ storage, dtype, offset: offset as number, shape, strides });
  refuseBeyond(tensor, action);
  return tensor;
}

/** Throws `RangeError` if a tensor shows elements beyond its storage. */
function refuseBeyond({ storage, dtype, offset, shape, strides }: StoredTensor, action: string): void {
  if (shape.includes(0)) return;
  const last = shape.reduce((sum, size, d) => sum + (size - 1) * strides[d], offset);
  const width = storage.dtype ? 1 : ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  if ((last + 1) * width <= storage.size) return;
  throw new InputRangeError(
    `${action}: expected a tensor ${show(shape)} within the ${storage.size / width} elements of its storage, ` +
      `found one that ends at ${last + 1}`,
  );
}

/** Number of bytes of the array that a tensor becomes. */
export function arrayBytes({ dtype, shape }: StoredTensor): number {
  const isHalf = dtype === "F16" || dtype === "BF16";
  return elementCount(shape) * (isHalf ? 4 : ARRAY_TYPES[dtype].BYTES_PER_ELEMENT);
}

/** Reads a tensor's elements in row-major order from the bytes of its storage: a view of them if it can be one. */
export function readElements(tensor: StoredTensor, bytes: Uint8Array): TensorData {
  const { dtype, offset, shape } = tensor;
  const width = ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const length = elementCount(shape);
  if (length === 0) return decodeElements(dtype, bytes.subarray(0, 0));
  if (tensor.isContiguous) return decodeElements(dtype, bytes.subarray(offset * width, (offset + length) * width));
  return decodeElements(dtype, gather(tensor, bytes, width));
}

/** Copies the elements of a strided tensor into row-major order. */
function gather({ offset, shape, strides }: StoredTensor, bytes: Uint8Array, width: number): Uint8Array {
  const length = elementCount(shape);
  const result = new Uint8Array(length * width);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < width; k++) result[i * width + k] = bytes[from * width + k];
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d];
      if (++index[d] < shape[d]) break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return result;
}
