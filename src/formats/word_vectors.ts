import { InputRangeError } from "../../errors.ts";
import { ByteReader, fileChunks, TooLongError } from "./byte_reader.ts";
import { decompressChunks } from "./compression.ts";

/** Formats of word vector files. fastText's .vec files have word2vec's text format. */
export type WordVectorFormat = "GloVe text" | "word2vec text" | "word2vec binary";

/** Word vectors read from a file. */
export interface WordVectors {
  /** Size E of a vector. */
  readonly width: number;
  /** The wanted words, in file order. */
  readonly words: readonly string[];
  /** Vectors of `words`, `[words, E]`, row-major. */
  readonly values: Float32Array;
  /** Total number of vectors in the file. */
  readonly count: number;
  /** Number of repeated wanted words; only the first vector of a word is used. */
  readonly duplicates: number;
  /** Format of the file. */
  readonly format: WordVectorFormat;
}

/** Options of `readWordVectors` and `decodeWordVectors`. */
export interface ReadWordVectorsOptions {
  /** Selects the words whose vectors to keep. Default: all. */
  readonly wanted?: (word: string) => boolean;
  /** Name of the source in error messages. Default: the path, or "word vectors". */
  readonly source?: string;
}

/** Maximum size of a vector. */
const MAX_WIDTH = 2 ** 16;

/** Maximum size of a line, or of a word in a binary file, in bytes. Decimal numbers take about 10 bytes each. */
const MAX_LINE = 64 + 32 * MAX_WIDTH;
const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Reads a file of word vectors, or standard input for `-`, in GloVe's text, word2vec's text (also fastText's .vec) or
 * word2vec's binary format, which is detected. The file may be compressed with gzip or, if the runtime can decompress
 * it, with Zstandard. Only the wanted vectors are held in memory.
 *
 * Throws `RangeError` with the file and the line or word if a vector differs in size from the first, if a number is
 * malformed or not finite, or if the number of vectors differs from the one declared on the first line.
 *
 * @example
 * ```ts
 * import { readWordVectors } from "@elman/elman/formats";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "3 2\ncat 0.5 1\ndog 0.25 -1\nthe 0 0\n");
 * const { words, values, format } = await readWordVectors(file, { wanted: (word) => word !== "the" });
 * assertEquals(words, ["cat", "dog"]);
 * assertEquals([...values], [0.5, 1, 0.25, -1]);
 * assertEquals(format, "word2vec text");
 * await Deno.remove(file);
 * ```
 */
export async function readWordVectors(path: string, options: ReadWordVectorsOptions = {}): Promise<WordVectors> {
  return await decodeWordVectors(decompressChunks(fileChunks(path), `read ${path}`), { source: path, ...options });
}

/**
 * Decodes word vectors from bytes or chunks of bytes, as {@linkcode readWordVectors} does from a file.
 *
 * @example
 * ```ts
 * import { decodeWordVectors } from "@elman/elman/formats";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("cat 0.5 1\ndog 0.25 -1\n");
 * const { words, width, values } = await decodeWordVectors(bytes);
 * assertEquals(words, ["cat", "dog"]);
 * assertEquals([width, ...values], [2, 0.5, 1, 0.25, -1]);
 * ```
 */
export async function decodeWordVectors(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  { wanted = () => true, source = "word vectors" }: ReadWordVectorsOptions = {},
): Promise<WordVectors> {
  const reader = new ByteReader(bytes);
  const table = new VectorTable(source, wanted);
  await skipMark(reader, table);
  const first = await lineOf(reader, table, 1);
  if (first === undefined) table.refuse("word vectors", "an empty file");
  const header = /^(\d+)[ \t](\d+)[ \t]*\r?$/.exec(latin(first!));
  if (!header) {
    table.width = widthOf(first!, table);
    table.addLine(first!, 1);
    await readLines(reader, table, 2);
    return table.finish("GloVe text");
  }
  const [count, width] = [Number(header[1]), Number(header[2])];
  table.width = width;
  if (!(width >= 1 && width <= MAX_WIDTH)) table.refuse(`a width from 1 to ${MAX_WIDTH}`, header[2]);
  const isText = await hasTextLine(reader, width);
  if (isText) await readLines(reader, table, 2);
  else await readBinary(reader, table, count);
  if (table.count !== count) table.refuse(`${count} vectors, as declared on line 1`, table.count);
  return table.finish(isText ? "word2vec text" : "word2vec binary");
}

/** Skips the byte-order mark of UTF-8. Refuses that of UTF-16. */
async function skipMark(reader: ByteReader, table: VectorTable): Promise<void> {
  const [a, b, c] = await reader.peek(3);
  if (a === 0xef && b === 0xbb && c === 0xbf) await reader.take(3);
  else if (a === 0xff && b === 0xfe || a === 0xfe && b === 0xff) table.refuse("UTF-8 text", "a mark of UTF-16");
}

/** Whether the data after a header is text. A text line with the wrong number of fields still counts as text. */
async function hasTextLine(reader: ByteReader, width: number): Promise<boolean> {
  // Decimal numbers take about 10 bytes each; a binary vector contains a non-text byte well within this window.
  const ahead = await reader.peek(64 + 32 * width);
  const end = ahead.indexOf(NEWLINE);
  const line = end < 0 ? ahead : ahead.subarray(0, end);
  const numbers = line.subarray(line.indexOf(SPACE) + 1);
  return numbers.every((byte) => (byte >= SPACE && byte < 0x7f) || byte === TAB || byte === RETURN);
}

async function readLines(reader: ByteReader, table: VectorTable, firstNumber: number): Promise<void> {
  for (let number = firstNumber;; number++) {
    const line = reader.bufferedLine() ?? await lineOf(reader, table, number);
    if (line === undefined) return;
    table.addLine(line, number);
  }
}

async function lineOf(reader: ByteReader, table: VectorTable, number: number): Promise<Uint8Array | undefined> {
  try {
    return await reader.line(MAX_LINE);
  } catch (error) {
    return table.refuseLong(`line ${number}`, error);
  }
}

async function readBinary(reader: ByteReader, table: VectorTable, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const word = await reader.until(SPACE, MAX_LINE).catch((error) => table.refuseLong(`word ${number}`, error));
    const bytes = word && await reader.take(4 * table.width);
    if (!word || !bytes) return;
    // Some writers end each vector with a newline.
    const start = word[0] === NEWLINE ? 1 : 0;
    table.addBinary(utf8(word.subarray(start)), bytes, number);
  }
  const rest = await reader.peek(2);
  if (rest.some((byte) => byte !== NEWLINE)) table.refuse(`${count} vectors, as declared on line 1`, "more");
}

/** Finds the vector size of a file without a header: the count of numbers after the word on its first line. */
function widthOf(line: Uint8Array, table: VectorTable): number {
  const fields = utf8(trimEnd(line)).split(/[ \t]+/);
  let numbers = 0;
  while (numbers < fields.length - 1 && isNumber(fields[fields.length - 1 - numbers])) numbers++;
  if (numbers === 0) table.refuse("a word and its numbers on line 1", JSON.stringify(fields.slice(0, 3).join(" ")));
  return numbers;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function isNumber(field: string): boolean {
  return DECIMAL.test(field) || /^[+-]?(?:nan|inf(?:inity)?)$/i.test(field);
}

function latin(bytes: Uint8Array): string {
  return bytes.length > 64 ? "" : String.fromCharCode(...bytes);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Removes spaces, tabs and carriage returns at the end. */
function trimEnd(line: Uint8Array): Uint8Array {
  let end = line.length;
  while (end > 0 && (line[end - 1] === SPACE || line[end - 1] === RETURN || line[end - 1] === TAB)) end--;
  return line.subarray(0, end);
}

/** Collects the vectors read so far. */
class VectorTable {
  width = 0;
  count = 0;
  #source: string;
  #wanted: (word: string) => boolean;
  #words: string[] = [];
  #known = new Set<string>();
  #values = new Float32Array(1024);
  #duplicates = 0;

  constructor(source: string, wanted: (word: string) => boolean) {
    this.#source = source;
    this.#wanted = wanted;
  }

  refuse(expected: string, found: unknown): never {
    throw new InputRangeError(`read ${this.#source}: expected ${expected}, found ${found}`);
  }

  /** Says where the reader found something too long; passes on errors of the source. */
  refuseLong(place: string, error: unknown): never {
    if (!(error instanceof TooLongError)) throw error;
    this.refuse(`at most ${error.most.toLocaleString("en")} bytes in ${place}`, "more");
  }

  finish(format: WordVectorFormat): WordVectors {
    const values = this.#values.slice(0, this.#words.length * this.width);
    const { width, count } = this;
    return { width, words: this.#words, values, count, duplicates: this.#duplicates, format };
  }

  /**
   * Adds a line of text: a word, then the numbers of its vector. The word may contain spaces, as some in GloVe files
   * do, but a word that ends in a number means that the line has too many numbers.
   */
  addLine(line: Uint8Array, number: number): void {
    const trimmed = trimEnd(line);
    if (trimmed.length === 0) return;
    const starts = lastFields(trimmed, this.width + 1);
    const found = starts.length - 1;
    if (found < this.width) this.refuse(`${this.width} numbers on line ${number}`, found);
    const last = starts[this.width];
    const wordEnd = starts[this.width - 1];
    if (last > 0 && isNumber(utf8(trimEnd(trimmed.subarray(last, wordEnd))))) {
      this.refuse(`${this.width} numbers on line ${number}`, lastFields(trimmed, trimmed.length).length - 1);
    }
    this.count++;
    const word = utf8(trimEnd(trimmed.subarray(0, wordEnd)));
    const row = this.#rowFor(word);
    if (row < 0) return;
    const fields = utf8(trimmed.subarray(wordEnd)).split(/[ \t]+/);
    for (let i = 0; i < this.width; i++) {
      const value = DECIMAL.test(fields[i]) ? Math.fround(Number(fields[i])) : NaN;
      if (!Number.isFinite(value)) this.refuse(`finite numbers on line ${number}`, JSON.stringify(fields[i]));
      this.#values[row + i] = value;
    }
  }

  /** Adds a word and the little-endian bytes of its vector. */
  addBinary(word: string, bytes: Uint8Array, number: number): void {
    this.count++;
    const row = this.#rowFor(word);
    if (row < 0) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < this.width; i++) {
      const value = view.getFloat32(4 * i, true);
      if (!Number.isFinite(value)) this.refuse(`finite numbers for word ${number}, ${JSON.stringify(word)}`, value);
      this.#values[row + i] = value;
    }
  }

  /** Returns the offset for the word's vector, or -1 if it is not wanted or is a duplicate. */
  #rowFor(word: string): number {
    if (!this.#wanted(word)) return -1;
    if (this.#known.has(word)) {
      this.#duplicates++;
      return -1;
    }
    this.#known.add(word);
    const row = this.#words.push(word) * this.width - this.width;
    if (row + this.width > this.#values.length) {
      const grown = new Float32Array(2 * (row + this.width));
      grown.set(this.#values);
      this.#values = grown;
    }
    return row;
  }
}

/** Finds the starts of the last fields, at most `most` of them, from last to first. */
function lastFields(line: Uint8Array, most: number): number[] {
  const starts: number[] = [];
  for (let at = line.length - 1; at >= 0 && starts.length < most; at--) {
    const isSeparator = line[at] === SPACE || line[at] === TAB;
    const isAfter = at === 0 || line[at - 1] === SPACE || line[at - 1] === TAB;
    if (!isSeparator && isAfter) starts.push(at);
  }
  return starts;
}
