import type * as Process from "node:process";
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
  throw new RangeError(`read ${path}: expected a file, found ${found}`);
}

/**
 * Reads lines, delimited fields or a number of bytes from chunked input. A returned view is valid until the next call.
 */
export class ByteReader {
  #source: AsyncIterator<Uint8Array> | undefined;
  #bytes: Uint8Array;
  #at = 0;

  constructor(source: Uint8Array | AsyncIterable<Uint8Array>) {
    this.#bytes = source instanceof Uint8Array ? source : new Uint8Array();
    this.#source = source instanceof Uint8Array ? undefined : source[Symbol.asyncIterator]();
  }

  /** Returns the next line without its newline if it is completely buffered. */
  bufferedLine(): Uint8Array | undefined {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) return undefined;
    const line = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  /** Reads the next line without its newline; undefined at the end. */
  async line(): Promise<Uint8Array | undefined> {
    return await this.until(0x0a) ?? await this.#rest();
  }

  /** Reads the bytes up to the next byte `mark` and skips the mark; undefined if there is none. */
  async until(mark: number): Promise<Uint8Array | undefined> {
    for (let looked = 0;;) {
      const end = this.#bytes.indexOf(mark, this.#at + looked);
      if (end >= 0) {
        const found = this.#bytes.subarray(this.#at, end);
        this.#at = end + 1;
        return found;
      }
      looked = this.#bytes.length - this.#at;
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
    while (this.#bytes.length - this.#at < count) if (!await this.#fill()) break;
    return this.#bytes.subarray(this.#at, this.#at + count);
  }

  async #rest(): Promise<Uint8Array | undefined> {
    while (await this.#fill());
    const rest = this.#bytes.subarray(this.#at);
    this.#at = this.#bytes.length;
    return rest.length === 0 ? undefined : rest;
  }

  /** Appends the next chunk; false at the end of the input. */
  async #fill(): Promise<boolean> {
    const next = await this.#source?.next();
    if (!next || next.done) return false;
    const left = this.#bytes.subarray(this.#at);
    const joined = new Uint8Array(left.length + next.value.length);
    joined.set(left);
    joined.set(next.value, left.length);
    this.#bytes = joined;
    this.#at = 0;
    return true;
  }
}
