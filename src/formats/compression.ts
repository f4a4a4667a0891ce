import type * as Stream from "node:stream";
import type * as Zlib from "node:zlib";
import { InputRangeError } from "../../errors.ts";
import { builtinModule } from "./file_system.ts";
import { codeOf } from "./system_errors.ts";

/** The formats of compressed files, each with the bytes that a file begins with. */
const SIGNATURES = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
} as const;

/** Maximum number of bytes that are decompressed in memory: 1 GiB. */
const MAX_BYTES = 2 ** 30;

/** Endings of the names of compressed files. */
const ENDING = /\.(?:gz|gzip|zst|zstd)$/i;

/** A format of compressed files. */
export type Compression = keyof typeof SIGNATURES;

/** Returns the format of compressed bytes by their signature, or undefined if they are not compressed. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  const formats = Object.keys(SIGNATURES) as Compression[];
  return formats.find((format) => SIGNATURES[format].every((byte, i) => bytes[i] === byte));
}

/** Removes the ending of a compressed file from its name: `reviews.csv.gz` becomes `reviews.csv`. */
export function withoutCompressionEnding(path: string): string {
  return path.replace(ENDING, "");
}

/**
 * Decompresses gzip and Zstandard, and returns other bytes as they are. A gzip file may have several members.
 *
 * Throws `RangeError`, with `action` in front, if the bytes are damaged, if the runtime cannot decompress them, or if
 * they become more than `maxBytes`.
 */
export function decompress(
  bytes: Uint8Array<ArrayBuffer>,
  action: string,
  maxBytes: number = MAX_BYTES,
): Uint8Array<ArrayBuffer> {
  const format = compressionOf(bytes);
  if (!format) return bytes;
  const { gunzipSync, zstdDecompressSync } = zlib(action);
  const decode = format === "gzip" ? gunzipSync : zstdDecompressSync;
  if (!decode) throw unsupported(action, format);
  try {
    const { buffer, byteOffset, length } = decode(bytes, { maxOutputLength: maxBytes });
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
  } catch (error) {
    throw codeOf(error) === "ERR_BUFFER_TOO_LARGE" ? tooLarge(action, maxBytes) : damaged(action, format, error);
  }
}

/** Like `decompress`, for bytes that arrive in chunks and need not fit in memory. */
export async function* decompressChunks(
  chunks: AsyncIterable<Uint8Array>,
  action: string,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const format = compressionOf(first.value);
  const all = prepend(first.value, iterator);
  if (!format) return yield* all;
  const { createGunzip, createZstdDecompress } = zlib(action);
  const create = format === "gzip" ? createGunzip : createZstdDecompress;
  if (!create) throw unsupported(action, format);
  const { Readable } = builtinModule<typeof Stream>("node:stream", action);
  const decoder = create();
  const source = Readable.from(all).on("error", (error) => decoder.destroy(error));
  try {
    yield* source.pipe(decoder);
  } catch (error) {
    throw error instanceof InputRangeError ? error : damaged(action, format, error);
  }
}

async function* prepend(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => iterator };
}

function zlib(action: string): typeof Zlib {
  return builtinModule<typeof Zlib>("node:zlib", action);
}

function unsupported(action: string, format: Compression): RangeError {
  return new InputRangeError(`${action}: expected a runtime that reads ${format} files, found one that cannot`);
}

function tooLarge(action: string, maxBytes: number): RangeError {
  const advice = maxBytes < MAX_BYTES ? "" : "; decompress the file first, since plain files are read in parts";
  return new InputRangeError(`${action}: expected at most ${maxBytes} decompressed bytes, found more${advice}`);
}

function damaged(action: string, format: Compression, error: unknown): RangeError {
  return new InputRangeError(`${action}: expected whole ${format} data, found ${(error as Error).message}`);
}
