// The header of a safetensors file: its dtypes, and the checks that protect a reader from malformed files.

import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { parseJSON } from "../schema/mod.ts";

/**
 * The arrays that hold each dtype's bits, in the order of the reference implementation, which lays tensors out by
 * descending dtype, then by name. Sizes fall along the file, so every tensor is aligned to its element size.
 */
export const ARRAY_TYPES = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
} as const;

export type Dtype = keyof typeof ARRAY_TYPES;

export const DTYPES = Object.keys(ARRAY_TYPES) as readonly Dtype[];

/** The dtype that each kind of array is saved as. */
export const DTYPE_OF_ARRAY = {
  Uint8Array: "U8",
  Int8Array: "I8",
  Int16Array: "I16",
  Uint16Array: "U16",
  Int32Array: "I32",
  Uint32Array: "U32",
  Float32Array: "F32",
  Float64Array: "F64",
  BigInt64Array: "I64",
  BigUint64Array: "U64",
} as const satisfies Readonly<Record<string, Dtype>>;

export const METADATA = "__metadata__";

/** Maximum size of a header in bytes, as in the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** One tensor of the header; its elements are bytes [begin, end) of the data. */
export interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

/** A validated header. */
export interface Header {
  /** Tensors in the order of their data, which they cover exactly. */
  entries: Entry[];
  metadata: Record<string, string>;
  /** The offset in the file at which the data begins. */
  dataStart: number;
}

/** Number of bytes that hold the header's length. */
export const LENGTH_BYTES = 8;

/**
 * Reads and validates the header of a file of `size` bytes, if that is known, from its beginning; error messages begin
 * with `context`.
 */
export function readHeader(bytes: Uint8Array, size: number | undefined, context: string): Header {
  const dataStart = LENGTH_BYTES + headerLength(bytes, size ?? Infinity, context);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), context);
  const metadata = checkMetadata(header[METADATA], context);
  const entries = Object.entries(header).filter(([name]) => name !== METADATA)
    .map(([name, value]) => checkEntry(name, value, context));
  checkLayout(entries, size === undefined ? undefined : size - dataStart, context);
  return { entries, metadata, dataStart };
}

/** Reads the length of the header from the first bytes of a file of `size` bytes. */
export function headerLength(bytes: Uint8Array, size: number, context: string): number {
  if (size < LENGTH_BYTES) throw new InputRangeError(`${context}: expected at least 8 bytes, found ${size}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new InputRangeError(`${context}: expected a header of at most 100 MB, found ${length} bytes`);
  }
  if (length > size - LENGTH_BYTES) {
    throw new InputRangeError(`${context}: expected a header of ${length} bytes, found ${size - LENGTH_BYTES}`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array, context: string): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw new InputSyntaxError(`${context}: expected a header that begins with {`);
  let text: string;
  try {
    // Copied because some platforms' decoders refuse shared memory.
    text = new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch (cause) {
    throw new InputSyntaxError(`${context}: expected a header in UTF-8`, { cause });
  }
  const header = parseJSON(text, `${context}: expected a header in JSON`, false) as Record<string, unknown>;
  const repeated = repeatedKey(text);
  if (repeated !== undefined) {
    throw new InputSyntaxError(`${context}: expected every name once, found ${show(repeated)} twice`);
  }
  return header;
}

/** Finds the first key that occurs twice in an object of a valid JSON text, since `JSON.parse` hides duplicates. */
function repeatedKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  let lastString = "";
  for (let i = 0; i < json.length; i++) {
    const start = i;
    switch (json[i]) {
      case "{":
        objects.push(new Set());
        break;
      case "}":
        objects.pop();
        break;
      case '"':
        for (i++; json[i] !== '"'; i++) if (json[i] === "\\") i++;
        lastString = json.slice(start, i + 1);
        break;
      case ":": {
        const keys = objects[objects.length - 1];
        const key = JSON.parse(lastString);
        if (keys.has(key)) return key;
        keys.add(key);
      }
    }
  }
}

function checkMetadata(value: unknown, context: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) {
    throw new InputSyntaxError(`${context}: expected ${METADATA} to be an object, found ${show(value)}`);
  }
  const wrong = Object.entries(value).find(([, text]) => typeof text !== "string");
  if (wrong === undefined) return value as Record<string, string>;
  throw new InputSyntaxError(`${context}: expected metadata ${show(wrong[0])} to be a string, found ${show(wrong[1])}`);
}

function checkEntry(name: string, value: unknown, context: string): Entry {
  const where = `${context}: tensor ${show(name)}`;
  if (!isObject(value)) throw new InputSyntaxError(`${where}: expected an object, found ${show(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw new InputSyntaxError(`${where}: expected a dtype of ${DTYPES.join(", ")}, found ${show(dtype)}`);
  }
  if (!isSizes(shape)) {
    throw new InputSyntaxError(`${where}: expected a shape of whole numbers below 2^53, found ${show(shape)}`);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new InputSyntaxError(`${where}: expected data_offsets [begin, end], found ${show(offsets)}`);
  }
  const byteCount = elementCount(shape) * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(byteCount)) {
    throw new InputRangeError(`${where}: expected a size below 2^53 bytes, found ${dtype} ${show(shape)}`);
  }
  const [begin, end] = offsets;
  if (end - begin !== byteCount) {
    throw new InputRangeError(
      `${where}: expected ${byteCount} bytes for ${dtype} ${show(shape)}, found ${show(offsets)}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Sorts the entries by offset and checks that they cover the data exactly: no overlap, no hole, no trailing bytes. */
function checkLayout(entries: Entry[], dataBytes: number | undefined, context: string): void {
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const fault = begin < covered ? "an overlap" : "a hole";
      throw new InputRangeError(
        `${context}: tensor ${show(name)}: expected data_offsets from ${covered}, found ${fault} at ${begin}`,
      );
    }
    covered = end;
  }
  if (dataBytes !== undefined && covered !== dataBytes) {
    throw new InputRangeError(`${context}: expected ${covered} bytes of data, found ${dataBytes}`);
  }
}

/** Multiplies the sizes of a shape; the result is a safe integer only if the true product is. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(ARRAY_TYPES, value);
}

export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Formats a value as short text on one line. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}
