import { InputRangeError, InputTypeError } from "../../errors.ts";
import { ARRAY_TYPES, type Dtype, DTYPE_OF_ARRAY, elementCount, isSizes, show } from "./safetensors_header.ts";

/** Elements of a tensor; the type of the array determines the dtype. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A named tensor: its shape and its elements in C order. */
export interface NamedArray {
  /** The name, unique in its file. */
  readonly name: string;
  /** The size of each dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements; their number is the product of the shape. May be a view of shared memory. */
  readonly data: TensorData;
}

/** Returns the dtype of an array. Throws if it has none, or if the shape does not fit it. */
export function checkedDtype({ name, shape, data }: NamedArray): Dtype {
  const kind = data[Symbol.toStringTag];
  const dtype: Dtype | undefined = DTYPE_OF_ARRAY[kind];
  if (dtype === undefined) {
    const kinds = Object.keys(DTYPE_OF_ARRAY).join(", ");
    throw new InputTypeError(`encode tensor ${show(name)}: expected one of ${kinds}, found ${kind}`);
  }
  if (!isSizes(shape) || elementCount(shape) !== data.length) {
    throw new InputRangeError(
      `encode tensor ${show(name)}: expected a shape of ${data.length} elements, found ${show(shape)}`,
    );
  }
  return dtype;
}

/**
 * Reads the little-endian elements of a dtype. F16 and BF16 become `Float32Array`, BOOL becomes `Uint8Array` (0 or 1).
 * The array is a view of the bytes where they are aligned and need no conversion, a copy otherwise.
 */
export function decodeElements(dtype: Dtype, bytes: Uint8Array): TensorData {
  const size = ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const ArrayType: new (buffer: ArrayBufferLike, offset: number, length: number) => TensorData = ARRAY_TYPES[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const data = new ArrayType(aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
  if (dtype === "F16") return Float32Array.from(data as Uint16Array, halfToNumber);
  if (dtype === "BF16") return widenBrainFloats(data as Uint16Array);
  return data;
}

/** Converts an IEEE 754 half: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Converts brain floats, each of which is the upper half of a float. */
function widenBrainFloats(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}

/** Returns the bytes of an array, without copying them. */
export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
