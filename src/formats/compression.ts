import type * as Zlib from "node:zlib";
import { builtinModule } from "./file_system.ts";

/** The formats of compressed files, each with the bytes that a file begins with. */
const SIGNATURES = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
} as const;

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
 * Throws `RangeError`, with `action` in front, if the bytes are damaged or the runtime cannot decompress them.
 */
export function decompress(bytes: Uint8Array<ArrayBuffer>, action: string): Uint8Array<ArrayBuffer> {
  const format = compressionOf(bytes);
  if (!format) return bytes;
  const { gunzipSync, zstdDecompressSync } = builtinModule<typeof Zlib>("node:zlib", action);
  const decoder = format === "gzip" ? gunzipSync : zstdDecompressSync;
  if (!decoder) throw new RangeError(`${action}: expected a runtime that reads ${format} files, found none`);
  try {
    const { buffer, byteOffset, length } = decoder(bytes);
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
  } catch (error) {
    throw new RangeError(`${action}: expected whole ${format} data, found ${(error as Error).message}`);
  }
}
