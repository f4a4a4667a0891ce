import type * as FileSystem from "node:fs";
import { fileSystem, isDirectory, isMissing, nameOf, readWhole, STANDARD_INPUT } from "./file_system.ts";

/** A UTF-8 file that is read in parts. Indices count UTF-16 code units, as in strings. */
export interface TextFile {
  /** Number of code units. */
  readonly length: number;
  /** Returns the text from index `start` to before `end`, both from 0 to the length. */
  slice(start: number, end: number): string;
}

/** Bytes read at a time. */
const CHUNK = 2 ** 16;

/**
 * Opens a UTF-8 file: checks all of it, then reads parts of it as they are needed, so that it can be larger than
 * memory. A pipe or standard input (`-`) is kept in memory instead. A byte-order mark is dropped.
 *
 * Throws `RangeError` that names the file if it is missing, a directory, empty or not UTF-8. A later read throws
 * `RangeError` if the file has changed since.
 *
 * @example
 * ```ts
 * import { openText } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "to be or not to be");
 * const text = await openText(file);
 * assertEquals([text.length, text.slice(9, 12)], [18, "not"]);
 * await Deno.remove(file);
 * ```
 */
export async function openText(
  path: string,
  options: { /** Bytes to read at a time, at least 4. Default: 65,536. */ readonly chunk?: number } = {},
): Promise<TextFile> {
  const [name, bytes] = [nameOf(path), await openBytes(path)];
  if (bytes.size === 0) throw new RangeError(`read ${name}: expected some text, found an empty file`);
  const text = new Utf8Text(name, bytes, options.chunk ?? CHUNK);
  if (text.length === 0) throw new RangeError(`read ${name}: expected some text, found only a byte-order mark`);
  return text;
}

/** Bytes that can be read by position. */
interface Bytes {
  readonly size: number;
  /** Returns bytes that the next read may overwrite. */
  read(start: number, end: number): Uint8Array;
}

async function openBytes(path: string): Promise<Bytes> {
  try {
    const stats = path === STANDARD_INPUT ? undefined : await fileSystem().promises.stat(path);
    // Pipes, and system files that are generated as they are read, report a size of 0.
    if (stats?.isFile() && stats.size > 0) return new FileBytes(path, stats);
    const bytes = await readWhole(path);
    return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
  } catch (error) {
    return await refuse(path, error);
  }
}

/**
 * Reads the bytes of a file, or of standard input for `-`.
 *
 * Throws `RangeError` that names the file if it is missing, a directory or not readable.
 *
 * @example
 * ```ts
 * import { readBytes } from "@elman/elman/data";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeFile(file, Uint8Array.of(1, 2, 3));
 * assertEquals(await readBytes(file), Uint8Array.of(1, 2, 3));
 * await Deno.remove(file);
 * await assertRejects(() => readBytes(file), RangeError, "expected a file, found none");
 * ```
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readWhole(path);
  } catch (error) {
    return await refuse(path, error);
  }
}

async function refuse(path: string, error: unknown): Promise<never> {
  if (path === STANDARD_INPUT) throw error;
  if (isMissing(error)) throw new RangeError(`read ${path}: expected a file, found none`);
  if (await isDirectory(path)) throw new RangeError(`read ${path}: expected a file, found a directory`);
  throw new RangeError(`read ${path}: expected a readable file, found ${(error as Error).message}`);
}

/** Opens the file for each read, so that nothing has to be closed. */
class FileBytes implements Bytes {
  readonly size: number;
  #path: string;
  #modified: number;
  #buffer = new Uint8Array(0);

  constructor(path: string, { size, mtimeMs }: FileSystem.Stats) {
    this.#path = path;
    this.size = size;
    this.#modified = mtimeMs;
    // An unreadable file should fail when it is opened, not at the first read.
    this.read(0, 1);
  }

  read(start: number, end: number): Uint8Array {
    if (this.#buffer.length < end - start) this.#buffer = new Uint8Array(end - start);
    const bytes = this.#buffer.subarray(0, end - start);
    const { openSync, closeSync } = fileSystem();
    const file = openSync(this.#path, "r");
    try {
      this.#fill(bytes, file, start);
    } finally {
      closeSync(file);
    }
    return bytes;
  }

  #fill(bytes: Uint8Array, file: number, start: number): void {
    const { fstatSync, readSync } = fileSystem();
    const { size, mtimeMs } = fstatSync(file);
    if (size !== this.size || mtimeMs !== this.#modified) {
      throw new RangeError(`read ${this.#path}: expected the file to stay the same while it is read, found it changed`);
    }
    for (let done = 0; done < bytes.length;) {
      const count = readSync(file, bytes, done, bytes.length - done, start + done);
      if (count === 0) throw new RangeError(`read ${this.#path}: expected ${size} bytes, found ${start + done}`);
      done += count;
    }
  }
}

class Utf8Text implements TextFile {
  readonly length: number;
  #path: string;
  #bytes: Bytes;
  /** The start of each chunk: byte offsets, with the end of the last chunk at the end, and code unit indices. */
  #offsets: number[] = [];
  #places: number[] = [];
  /** The chunk that was read last, so that sequential reads decode each chunk once. */
  #last = { index: -1, text: "" };
  #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(path: string, bytes: Bytes, chunk: number) {
    this.#path = path;
    this.#bytes = bytes;
    let place = 0;
    let offset = markLength(bytes);
    for (; offset < bytes.size; place += this.#last.text.length) {
      this.#offsets.push(offset);
      this.#places.push(place);
      const part = bytes.read(offset, Math.min(offset + chunk, bytes.size));
      const length = offset + part.length < bytes.size ? wholeLength(part) : part.length;
      this.#last = { index: this.#places.length - 1, text: this.#decode(part.subarray(0, length), offset) };
      offset += length;
    }
    this.#offsets.push(offset);
    this.length = place;
  }

  slice(start: number, end: number): string {
    let text = "";
    for (let index = this.#chunkAt(start); index < this.#places.length && this.#places[index] < end; index++) {
      const place = this.#places[index];
      text += this.#chunk(index).slice(Math.max(0, start - place), end - place);
    }
    return text;
  }

  /** Index of the last chunk that begins at or before a place. */
  #chunkAt(place: number): number {
    let [low, high] = [0, this.#places.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#places[middle] <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  #chunk(index: number): string {
    if (index !== this.#last.index) {
      const [start, end] = [this.#offsets[index], this.#offsets[index + 1]];
      this.#last = { index, text: this.#decode(this.#bytes.read(start, end), start) };
    }
    return this.#last.text;
  }

  #decode(bytes: Uint8Array, offset: number): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      const index = firstInvalid(bytes);
      const byte = bytes[index].toString(16).padStart(2, "0");
      throw new RangeError(`read ${this.#path}: expected UTF-8 text, found byte 0x${byte} at ${offset + index}`);
    }
  }
}

/** Length of the byte-order mark in bytes; 0 if there is none. */
function markLength(bytes: Bytes): number {
  const [a, b, c] = bytes.read(0, Math.min(3, bytes.size));
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** Length of the bytes without an incomplete character at the end. */
function wholeLength(bytes: Uint8Array): number {
  for (let length = bytes.length - 1; length >= bytes.length - 3; length--) {
    const first = bytes[length];
    if (first < 0x80) break;
    const expected = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (expected > 0) return length + expected > bytes.length ? length : bytes.length;
  }
  return bytes.length;
}

/** Offset of the first byte at which no whole UTF-8 character begins; the length if there is none. */
function firstInvalid(bytes: Uint8Array): number {
  let offset = 0;
  for (let length = 1; offset < bytes.length && length > 0; offset += length) length = characterLength(bytes, offset);
  return offset;
}

/** Length in bytes of the character that begins at `offset`; 0 if none does (Unicode 15, table 3-7). */
function characterLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // The second byte reveals overlong forms, surrogates and code points above U+10FFFF.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[offset + i];
    const isIn = i === 1 ? byte >= lowest && byte <= highest : byte >= 0x80 && byte <= 0xbf;
    if (!isIn) return 0;
  }
  return length;
}
