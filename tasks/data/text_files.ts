import type * as FileSystem from "node:fs";
import { fileSystem, isDirectory, isMissing, nameOf, readWhole, STANDARD_INPUT } from "./file_system.ts";

/** A UTF-8 text that is read in parts from where its bytes are; places are UTF-16 code units, as in strings. */
export interface TextFile {
  /** Code units of the whole. */
  readonly length: number;
  /** The text from one place to before another, both from 0 to the length. */
  slice(start: number, end: number): string;
}

/** Bytes that are read at a time. */
const CHUNK = 2 ** 16;

/**
 * Opens a UTF-8 file, which is checked whole and then read where it is needed, so that it can be larger than the memory; what is no
 * regular file, such as a pipe or standard input (`-`), is held. A byte-order mark is dropped. Throws a RangeError that names the file where it is
 * missing, no file, empty, or not UTF-8; reading throws one where the file has changed since.
 */
export async function openText(
  path: string,
  options: { /** Bytes that are read at a time, at least 4. */ readonly chunk?: number } = {},
): Promise<TextFile> {
  const [name, bytes] = [nameOf(path), await openBytes(path)];
  if (bytes.size === 0) throw new RangeError(`read ${name}: expected some text, found an empty file`);
  const text = new Utf8Text(name, bytes, options.chunk ?? CHUNK);
  if (text.length === 0) throw new RangeError(`read ${name}: expected some text, found a byte-order mark alone`);
  return text;
}

/** Bytes that can be read by position. */
interface Bytes {
  readonly size: number;
  /** They may be overwritten by the next read. */
  read(start: number, end: number): Uint8Array;
}

async function openBytes(path: string): Promise<Bytes> {
  try {
    const stats = path === STANDARD_INPUT ? undefined : await fileSystem().promises.stat(path);
    // Pipes, and the system's own files that are made as they are read, have no size.
    if (stats?.isFile() && stats.size > 0) return new FileBytes(path, stats);
    const bytes = await readWhole(path);
    return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
  } catch (error) {
    return await refuse(path, error);
  }
}

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * Throws a RangeError that names the file where it is missing, no file or not readable.
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

/** Opened for each read, so that there is nothing to close. */
class FileBytes implements Bytes {
  readonly size: number;
  #path: string;
  #modified: number;
  #buffer = new Uint8Array(0);

  constructor(path: string, { size, mtimeMs }: FileSystem.Stats) {
    this.#path = path;
    this.size = size;
    this.#modified = mtimeMs;
    // Fails now where it would fail later.
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
      throw new RangeError(`read ${this.#path}: expected the file not to change while it is read, found it changed`);
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
  /** Where each chunk begins, in bytes and in code units, and where the last one ends. */
  #offsets: number[] = [];
  #places: number[] = [];
  /** The chunk that was read last: who reads in order reads each once. */
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

  /** The last chunk that begins at or before a place. */
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

/** Bytes of the byte-order mark, if there is one. */
function markLength(bytes: Bytes): number {
  const [a, b, c] = bytes.read(0, Math.min(3, bytes.size));
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** Bytes without the beginning of a character at the end whose rest is still to come. */
function wholeLength(bytes: Uint8Array): number {
  for (let length = bytes.length - 1; length >= bytes.length - 3; length--) {
    const first = bytes[length];
    if (first < 0x80) break;
    const expected = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (expected > 0) return length + expected > bytes.length ? length : bytes.length;
  }
  return bytes.length;
}

/** Offset of the first byte at which no whole UTF-8 character begins; the length where there is none. */
function firstInvalid(bytes: Uint8Array): number {
  let offset = 0;
  for (let length = 1; offset < bytes.length && length > 0; offset += length) length = characterLength(bytes, offset);
  return offset;
}

/** Bytes of the character that begins at `offset`; 0 where none does (Unicode 15, table 3-7). */
function characterLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // Longer forms than needed, surrogates and what is above U+10FFFF are told by the second byte.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[offset + i];
    const isIn = i === 1 ? byte >= lowest && byte <= highest : byte >= 0x80 && byte <= 0xbf;
    if (!isIn) return 0;
  }
  return length;
}
