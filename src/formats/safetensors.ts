/**
 * Reads and writes the safetensors format: eight bytes with the header's length N (unsigned, little-endian), N bytes
 * of JSON, then the elements of every tensor, little-endian and in C order. The header maps each tensor's name to its
 * `dtype`, its `shape` and the `data_offsets` [begin, end) of its bytes, counted from the end of the header; the entry
 * `__metadata__` maps strings to strings.
 *
 * See https://github.com/huggingface/safetensors#format. Typed arrays are assumed to be little-endian, as they are on
 * every platform that the library runs on.
 *
 * @module
 */
import { InputRangeError, InputTypeError } from "../../errors.ts";
import { bytesOf, checkedDtype, decodeElements, type NamedArray, type TensorData } from "./elements.ts";
import { DTYPES, MAX_HEADER_BYTES, METADATA, readHeader, show } from "./safetensors_header.ts";

export type { NamedArray, TensorData };

/** Options of `decodeSafetensors`. */
export interface DecodeSafetensorsOptions {
  /** The name of the file, for error messages. */
  source?: string;
}

/** The result of `decodeSafetensors`. */
export interface DecodedSafetensors {
  /** Tensors by name, in the order of their data in the file. */
  tensors: Map<string, NamedArray>;
  /** The strings under `__metadata__`. */
  metadata: Record<string, string>;
}

/**
 * Encodes tensors as one safetensors file. The bytes depend on the tensors alone, not on their order: they are laid out
 * as in the reference implementation, by descending dtype, then by name, and the data begins at a multiple of 8.
 *
 * @param tensors The tensors; each array is copied once, into the result.
 * @param metadata Strings for the header's `__metadata__`.
 * @returns The whole file.
 * @throws {RangeError} If a shape does not fit its array, or a name occurs twice or is `__metadata__`.
 * @throws {TypeError} If the type of an array has no dtype, or a metadata value is not a string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeSafetensors, encodeSafetensors } from "@elman/elman/formats";
 *
 * const weight = { name: "weight", shape: [2, 3], data: new Float32Array([0, 1, 2, 3, 4, 5]) };
 * const bytes = encodeSafetensors([weight], { format: "pt" });
 *
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * assertEquals(tensors.get("weight"), weight);
 * assertEquals(metadata, { format: "pt" });
 * ```
 */
export function encodeSafetensors(
  tensors: Iterable<NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const parts = encodeSafetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

/**
 * Encodes tensors as the parts of one safetensors file without copying their data: the first part is the header, every
 * other one a view of a tensor's own memory, which must not change until the parts are written.
 *
 * @param tensors The tensors.
 * @param metadata Strings for the header's `__metadata__`.
 * @returns The parts, which make the file of {@linkcode encodeSafetensors} when they are written one after another.
 * @throws {RangeError} If a shape does not fit its array, or a name occurs twice or is `__metadata__`.
 * @throws {TypeError} If the type of an array has no dtype, or a metadata value is not a string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSafetensorsParts } from "@elman/elman/formats";
 *
 * const data = new Float32Array([1, 2]);
 * const [header, body] = encodeSafetensorsParts([{ name: "bias", shape: [2], data }]);
 * assertEquals(header.byteLength % 8, 0);
 * assertEquals(body.buffer, data.buffer);
 * ```
 */
export function encodeSafetensorsParts(
  tensors: Iterable<NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const sorted = [...tensors].map((tensor) => ({ ...tensor, dtype: checkedDtype(tensor) }))
    .sort((a, b) => DTYPES.indexOf(b.dtype) - DTYPES.indexOf(a.dtype) || (a.name < b.name ? -1 : 1));
  const fields: string[] = Object.keys(metadata).length > 0 ? [`"${METADATA}":${encodeMetadata(metadata)}`] : [];
  const names = new Set([METADATA]);
  let begin = 0;
  for (const { name, dtype, shape, data } of sorted) {
    if (names.has(name)) throw new InputRangeError(`encode tensor ${show(name)}: expected a unique name`);
    names.add(name);
    const end = begin + data.byteLength;
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  return [encodeHeader(`{${fields.join(",")}}`), ...sorted.map(({ data }) => bytesOf(data))];
}

function encodeMetadata(metadata: Readonly<Record<string, string>>): string {
  const fields = Object.keys(metadata).sort().map((key) => {
    const value: unknown = metadata[key];
    if (typeof value === "string") return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    throw new InputTypeError(`encode metadata ${show(key)}: expected a string, found ${show(value)}`);
  });
  return `{${fields.join(",")}}`;
}

/** Encodes the header: length, JSON, and spaces so that the data begins at a multiple of eight bytes. */
function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new InputRangeError(`encode safetensors: expected a header of at most 100 MB, found ${length} bytes`);
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

/**
 * Decodes a safetensors file. The whole header is checked before anything is allocated for the tensors.
 *
 * F16 and BF16 become `Float32Array`, BOOL becomes `Uint8Array` (0 or 1), every other dtype the typed array of its
 * name. Arrays are views of `bytes` where the file aligns them and the dtype needs no conversion, copies otherwise.
 *
 * @param bytes The whole file.
 * @param options The name of the file, for error messages.
 * @returns The tensors and the metadata.
 * @throws {SyntaxError} If the header is not the JSON that the format asks for. The message is one line that names the
 * file, what was expected and what was found; so it is for the next.
 * @throws {RangeError} If a length, a shape or an offset does not fit the others or the file.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { decodeSafetensors, encodeSafetensors } from "@elman/elman/formats";
 *
 * const bytes = encodeSafetensors([{ name: "h0", shape: [1, 2], data: new Float32Array([0.5, -0.5]) }]);
 * assertEquals(decodeSafetensors(bytes).tensors.get("h0")?.shape, [1, 2]);
 *
 * const cut = bytes.subarray(0, -1);
 * assertThrows(() => decodeSafetensors(cut, { source: "state.safetensors" }), RangeError, "state.safetensors");
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeSafetensorsOptions = {}): DecodedSafetensors {
  const context = `read ${options.source ?? "safetensors"}`;
  const { entries, metadata, dataStart } = readHeader(bytes, bytes.byteLength, context);
  const tensors = new Map<string, NamedArray>();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { name, shape, data: decodeElements(dtype, bytes.subarray(dataStart + begin, dataStart + end)) });
  }
  return { tensors, metadata };
}
