import type * as Process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { builtinModule, fileSystem } from "./file_system.ts";

/** The path that means standard input. */
const STANDARD_INPUT = "-";

/** Number of bytes to read from a file at a time. */
const CHUNK = 2 ** 20;

/**
 * Reads a file, or standard input for `-`, in chunks. Throws `RangeError` with the path if it is missing or cannot be
 * read.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, void> {
  if (path === STANDARD_INPUT) {
    yield* builtinModule<typeof Process>("node:process", "read standard input").stdin;
    return;
  }
  const { open } = fileSystem(`read ${path}`);
  const file = await open(path).catch((error) => refuse(path, error));
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK).catch((error) =>
        refuse(path, error)
      );
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function refuse(path: string, error: unknown): never {
  const { code, message } = error as { code?: string; message: string };
  const found = code === "ENOENT" ? "none" : code === "EISDIR" ? "a directory" : message;
  throw new InputRangeError(`read ${path}: expected a file, found ${found}`);
}

/** Thrown if a line or a field is too long to be read. */
export class TooLongError extends InputRangeError {
  /** Maximum number of bytes. */
  readonly most: number;

  constructor(most: number) {
    super(`expected at most ${most} bytes, found more`);
    this.most = most;
  }
}

/** Initial size of a reader's buffer. */
const BUFFER = 2 ** 16;

/**
 * Reads lines, delimited fields or a number of bytes from chunked input. A returned view is valid until the next call.
 */
export class ByteReader {
  #source: AsyncIterator<Uint8Array> | undefined;
  /** Bytes `#at` to `#end` of the buffer have arrived and have not been read. */
  #bytes: Uint8Array;
  #at = 0;
  #end: number;

  constructor(source: Uint8Array | AsyncIterable<Uint8Array>) {
    this.#bytes = source instanceof Uint8Array ? source : new Uint8Array(BUFFER);
    this.#end = source instanceof Uint8Array ? source.length : 0;
    this.#source = source instanceof Uint8Array ? undefined : source[Symbol.asyncIterator]();
  }

  /** Returns the next line without its newline if it is completely buffered. */
  bufferedLine(): Uint8Array | undefined {
    const end = this.#find(0x0a, 0);
    return end < 0 ? undefined : this.#read(end, 1);
  }

  /** Reads the next line without its newline; undefined at the end. Throws `TooLongError` if it is longer. */
  async line(most: number): Promise<Uint8Array | undefined> {
    const line = await this.until(0x0a, most);
    if (line) return line;
    return this.#at === this.#end ? undefined : this.#read(this.#end, 0);
  }

  /**
   * Reads the bytes up to the next byte `mark` and skips the mark; undefined if there is none. Throws `TooLongError`
   * if they are more than `most`.
   */
  async until(mark: number, most: number): Promise<Uint8Array | undefined> {
    for (let looked = 0;;) {
      const end = this.#find(mark, looked);
      looked = (end < 0 ? this.#end : end) - this.#at;
      if (looked > most) throw new TooLongError(most);
      if (end >= 0) return this.#read(end, 1);
      if (!await this.#fill()) return undefined;
    }
  }

  /** Reads the next `count` bytes; undefined if there are fewer. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return undefined;
    this.#at += count;
    return bytes;
  }

  /** Returns the next `count` bytes, or as many as there are, without consuming them. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#end - this.#at < count) if (!await this.#fill()) break;
    return this.#bytes.subarray(this.#at, Math.min(this.#at + count, this.#end));
  }

  /** Finds a byte at least `skip` bytes ahead; -1 if it has not arrived. */
  #find(byte: number, skip: number): number {
    const start = this.#at + skip;
    const found = this.#bytes.subarray(start, this.#end).indexOf(byte);
    return found < 0 ? -1 : start + found;
  }

  /** Reads the bytes before `end` and skips `gap` bytes after them. */
  #read(end: number, gap: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end + gap;
    return bytes;
  }

  /** Appends the next chunk; false at the end of the input. */
  async #fill(): Promise<boolean> {
    const next = await this.#source?.next();
    if (!next || next.done) return false;
    this.#reserve(next.value.length);
    this.#bytes.set(next.value, this.#end);
    this.#end += next.value.length;
    return true;
  }

  /** Makes room for more bytes. The buffer doubles, so that a long line is copied a bounded number of times. */
  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const left = this.#bytes.subarray(this.#at, this.#end);
    const isRoomy = 2 * (left.length + count) <= this.#bytes.length;
    const bytes = isRoomy ? this.#bytes : new Uint8Array(2 * (left.length + count));
    bytes.set(left);
    [this.#bytes, this.#at, this.#end] = [bytes, 0, left.length];
  }
}
