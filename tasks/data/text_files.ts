import { InputRangeError } from "../../errors.ts";
import { type Bytes, openBytes } from "./bytes.ts";
import { AUTO, type Encoding, findEncoding, guessUTF16 } from "./encodings.ts";
import { refuseOtherKinds } from "./file_kinds.ts";
import { nameOf } from "./file_system.ts";
import { encodingAdvice, invalidBytes } from "./invalid_bytes.ts";
import { countLineEnds, lineEndsToLF } from "./line_ends.ts";
import { lastAtMost } from "./places.ts";
import { isSurelyWestern, WESTERN } from "./western.ts";

/** A text file that is read in parts. Indices count UTF-16 code units, as in strings. */
export interface TextFile {
  /** Number of code units. */
  readonly length: number;
  /** Returns the text from index `start` to before `end`, both from 0 to the length. */
  slice(start: number, end: number): string;
}

/** Options of `readText` and `openText`. */
export interface TextOptions {
  /**
   * The encoding of a file without a byte-order mark, by its name in `TextDecoder` or Python; "auto" for UTF-8, or
   * windows-1252 if the file can be nothing else. Default: "utf-8".
   */
  readonly encoding?: string;
}

/** Maximum number of code units in a text that is read whole: V8 has no longer strings. */
const MAX_STRING = 2 ** 29 - 24;

/** Bytes read at a time. */
const CHUNK = 2 ** 16;

/**
 * Opens a text: checks all of it, then reads parts of it as they are needed, so that it can be larger than memory. A
 * pipe, standard input (`-`) or a compressed file is kept in memory instead. The lines of the text end with `"\n"`,
 * whether they end with `"\n"`, `"\r\n"` or `"\r"` in the file. A byte-order mark is dropped; it takes precedence over
 * the option `encoding`.
 *
 * Throws `RangeError` that names the file if it is missing, a directory, empty or not in its encoding. A later read
 * throws `RangeError` if the file has changed since.
 *
 * @example
 * ```ts
 * import { openText } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "to be\r\nor not to be");
 * const text = await openText(file);
 * assertEquals([text.length, text.slice(3, 8)], [18, "be\nor"]);
 * await Deno.remove(file);
 * ```
 */
export async function openText(
  path: string,
  options: TextOptions & { /** Bytes to read at a time, at least 8. Default: 65,536. */ readonly chunk?: number } = {},
): Promise<TextFile> {
  return await openDecoded(path, options);
}

async function openDecoded(
  path: string,
  { encoding, chunk = CHUNK }: TextOptions & { readonly chunk?: number },
): Promise<DecodedText> {
  const [name, bytes] = [nameOf(path), await openBytes(path)];
  if (bytes.size === 0) throw new InputRangeError(`read ${name}: expected some text, found an empty file`);
  const text = decode(name, bytes, encoding, chunk);
  if (text.length === 0) throw new InputRangeError(`read ${name}: expected some text, found only a byte-order mark`);
  return text;
}

/**
 * Decodes bytes in an encoding. For "auto", text that is not UTF-8 is decoded as windows-1252 if it can only be that.
 */
function decode(name: string, bytes: Bytes, encoding: string | undefined, chunk: number): DecodedText {
  if (encoding !== AUTO) return new DecodedText(name, bytes, encoding, chunk);
  try {
    return new DecodedText(name, bytes, undefined, chunk);
  } catch (error) {
    if (!isSurelyWestern(bytes, chunk)) throw error;
    return new DecodedText(name, bytes, WESTERN, chunk);
  }
}

/**
 * Reads a whole text, as `openText` does.
 *
 * Throws `RangeError` that names the file if it is missing, a directory, empty or not in its encoding.
 *
 * @example
 * ```ts
 * import { readText } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeFile(file, Uint8Array.of(0x63, 0x61, 0x66, 0xe9)); // "café" as Western European programs wrote it
 * assertEquals(await readText(file, { encoding: "windows-1252" }), "café");
 * await Deno.remove(file);
 * ```
 */
export async function readText(path: string, options: TextOptions = {}): Promise<string> {
  return (await readTextAndEncoding(path, options)).text;
}

/** Reads a whole text, as `readText` does, and returns the name of its encoding beside it. */
export async function readTextAndEncoding(
  path: string,
  options: TextOptions = {},
): Promise<{ readonly text: string; readonly encoding: string }> {
  const text = await openDecoded(path, options);
  if (text.length > MAX_STRING) {
    const [most, found] = [MAX_STRING, text.length].map((length) => length.toLocaleString("en"));
    throw new InputRangeError(`read ${nameOf(path)}: expected at most ${most} characters, found ${found}`);
  }
  return { text: text.slice(0, text.length), encoding: text.encoding };
}

/** Decodes a text that is in memory and may be empty, as `readText` does. `name` stands for it in error messages. */
export function decodeText(bytes: Uint8Array, name: string, options: TextOptions = {}): string {
  const read = (start: number, end: number): Uint8Array => bytes.subarray(start, end);
  const text = decode(name, { size: bytes.length, read }, options.encoding, CHUNK);
  return text.slice(0, text.length);
}

class DecodedText implements TextFile {
  readonly length: number;
  #name: string;
  #bytes: Bytes;
  #encoding: Encoding;
  #decoder: TextDecoder;
  /** Where each chunk begins: byte offsets, with the end of the last chunk at the end, and code unit indices. */
  #offsets: number[] = [];
  #places: number[] = [];
  /** The chunk that was read last, so that sequential reads decode each chunk once. */
  #last = { index: -1, text: "" };

  constructor(name: string, bytes: Bytes, encoding: string | undefined, chunk: number) {
    this.#name = name;
    this.#bytes = bytes;
    const start = bytes.read(0, Math.min(chunk, bytes.size));
    refuseOtherKinds(`read ${name}`, start);
    this.#encoding = findEncoding(start, encoding);
    if (this.#encoding.name === "utf-8") refuseUTF16(name, start);
    this.#decoder = new TextDecoder(this.#encoding.name, { fatal: true, ignoreBOM: true });
    let place = 0;
    let offset = this.#encoding.markLength;
    for (; offset < bytes.size; place += this.#last.text.length) {
      this.#offsets.push(offset);
      this.#places.push(place);
      const part = this.#part(offset, chunk);
      this.#last = { index: this.#places.length - 1, text: this.#decode(part, offset) };
      offset += part.length;
    }
    this.#offsets.push(offset);
    this.length = place;
  }

  /** Reads the bytes of the next chunk: about `chunk` of them that can be decoded alone, or all that remain. */
  #part(offset: number, chunk: number): Uint8Array {
    for (let size = chunk;; size *= 2) {
      const bytes = this.#bytes.read(offset, Math.min(offset + size, this.#bytes.size));
      const length = offset + bytes.length < this.#bytes.size ? this.#encoding.wholeLength(bytes) : bytes.length;
      if (length > 0) return bytes.subarray(0, length);
    }
  }

  /** The name of the encoding. */
  get encoding(): string {
    return this.#encoding.name;
  }

  slice(start: number, end: number): string {
    let text = "";
    for (
      let index = lastAtMost(this.#places.length, (i) => this.#places[i], start);
      index < this.#places.length && this.#places[index] < end;
      index++
    ) {
      const place = this.#places[index];
      text += this.#chunk(index).slice(Math.max(0, start - place), end - place);
    }
    return text;
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
      return lineEndsToLF(this.#decoder.decode(bytes));
    } catch {
      // A copy, since counting the lines before reads the file again.
      throw this.#error(bytes.slice(), offset);
    }
  }

  #error(bytes: Uint8Array, offset: number): RangeError {
    const lines = this.#lineEndsBefore(offset);
    return invalidBytes(`read ${this.#name}`, this.#encoding.name, bytes, { offset, lines }).error;
  }

  #lineEndsBefore(offset: number): number {
    const index = this.#offsets.findLastIndex((start) => start <= offset);
    const decoder = new TextDecoder(this.#encoding.name);
    let count = 0;
    for (let i = 0; i < index; i++) {
      count += countLineEnds(lineEndsToLF(decoder.decode(this.#bytes.read(this.#offsets[i], this.#offsets[i + 1]))));
    }
    return count;
  }
}

/** Throws `RangeError` if a text without a mark is UTF-16, which would be read as characters between zeros. */
function refuseUTF16(name: string, start: Uint8Array): void {
  const likely = guessUTF16(start);
  if (likely === undefined) return;
  throw new InputRangeError(
    `read ${name}: expected UTF-8 text, found zeros between the characters${encodingAdvice([likely])}`,
  );
}
