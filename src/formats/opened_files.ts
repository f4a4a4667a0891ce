/**
 * Files that are opened together and read one after another, wherever they are: in a directory, on a web server or in
 * memory.
 *
 * @module
 */
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { checkChecksum, type Checksums, parseChecksums } from "./checksums.ts";
import { CHECKSUMS } from "./directory_names.ts";
import { MAX_TEXT_BYTES } from "./plain_file.ts";
import { type Header, headerLength, LENGTH_BYTES, readHeader } from "./safetensors_header.ts";
import { attempt } from "./system_errors.ts";

/** Maximum size of other files, except `.safetensors`, whose header declares their size: 4 GiB. */
const MAX_BYTES = 2 ** 32;

/** A file that is open for reading. */
export interface OpenFile {
  /** Its size in bytes; undefined if only its end shows it. */
  readonly size: number | undefined;
  /** Reads bytes `start` to `end`, or fewer if the file ends before. They are valid until the next call. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** A place that has files. */
export interface FileSource {
  /** The beginning of messages about the place, such as `read directory models/a`. */
  readonly action: string;
  /** Names a file of it in messages, such as `models/a/config.json`. */
  pathOf(name: string): string;
  /**
   * Opens files, all of one version, and those of the `optional` ones that exist. Throws `RangeError` that names the
   * place if another is missing or cannot be opened.
   */
  open(names: readonly string[], optional: readonly string[]): Promise<ReadonlyMap<string, OpenFile>>;
}

/** Options of `openFiles`. */
export interface OpenFilesOptions {
  /** Names of files to open if they exist. Default: none. */
  readonly optional?: readonly string[];
  /** Whether to compare the files with the checksums in `SHA256SUMS`, if it exists. Default: true. */
  readonly verify?: boolean;
}

/** Opens files to be read one after another. The caller closes the result. */
export async function openFiles(
  source: FileSource,
  names: readonly string[],
  { optional = [], verify = true }: OpenFilesOptions = {},
): Promise<OpenedFiles> {
  const others = [...verify ? [CHECKSUMS] : [], ...optional].filter((name) => !names.includes(name));
  const files = new OpenedFiles(source, await source.open(names, others));
  try {
    await files.readChecksums(optional);
    return files;
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** Reads files and closes them. */
export async function readFiles(
  source: FileSource,
  names: readonly string[],
  options: OpenFilesOptions = {},
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const opened = await openFiles(source, names, options);
  try {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of opened.names) files.set(name, await opened.bytes(name));
    return files;
  } finally {
    await opened.close();
  }
}

/** Opened files of one version of a place. */
export class OpenedFiles {
  #source: FileSource;
  #files: ReadonlyMap<string, OpenFile>;
  #checksums: Checksums | undefined;

  constructor(source: FileSource, files: ReadonlyMap<string, OpenFile>) {
    this.#source = source;
    this.#files = files;
  }

  /**
   * Reads the checksums, if they were opened, so that later reads verify them. Throws `RangeError` if they list an
   * optional file that is missing.
   */
  async readChecksums(optional: readonly string[]): Promise<void> {
    if (!this.#files.has(CHECKSUMS)) return;
    const checksums = await this.#attempt(CHECKSUMS, async (file) => {
      return parseChecksums(await readAll(file, MAX_TEXT_BYTES));
    });
    const missing = optional.find((name) => checksums.has(name) && !this.has(name));
    if (missing !== undefined) {
      throw new InputRangeError(`${this.#source.action}: it lacks ${missing}, which ${CHECKSUMS} lists`);
    }
    this.#checksums = checksums;
  }

  /** The names of the files that exist, except `SHA256SUMS`. */
  get names(): string[] {
    return [...this.#files.keys()].filter((name) => name !== CHECKSUMS);
  }

  /** Whether a file exists. */
  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Reads a file and verifies its checksum. Its size is checked before any memory is taken. */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const header = name.endsWith(".safetensors") ? await this.header(name) : undefined;
    return await this.#attempt(name, async (file) => {
      const limit = header ? sizeOf(header) : name.endsWith(".json") ? MAX_TEXT_BYTES : MAX_BYTES;
      const bytes = await readAll(file, limit);
      if (header && bytes.length < limit) throw new InputRangeError(`expected ${limit} bytes, found ${bytes.length}`);
      if (this.#checksums) checkChecksum(this.#checksums, name, bytes);
      return bytes;
    });
  }

  /** Reads a text and verifies its checksum. */
  async text(name: string): Promise<string> {
    return new TextDecoder().decode(await this.bytes(name));
  }

  /** Reads the header of a safetensors file. Throws if the file is known not to be as large as it declares. */
  async header(name: string): Promise<Header> {
    const context = `read ${this.#source.pathOf(name)}`;
    return await this.#attempt(name, async (file) => {
      const start = await file.read(0, LENGTH_BYTES);
      const size = file.size ?? (start.length < LENGTH_BYTES ? start.length : Infinity);
      const end = LENGTH_BYTES + headerLength(start, size, context);
      const bytes = await file.read(0, end);
      if (bytes.length < end) headerLength(bytes, bytes.length, context);
      return readHeader(bytes, file.size, context);
    });
  }

  /** Closes the files. */
  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }

  async #attempt<T>(name: string, action: (file: OpenFile) => Promise<T>): Promise<T> {
    const failure = `read ${this.#source.pathOf(name)}`;
    try {
      return await action(this.#files.get(name)!);
    } catch (error) {
      if (error instanceof InputRangeError && error.message.startsWith(failure)) throw error;
      if (error instanceof InputSyntaxError) throw error.message.startsWith(failure) ? error : named(failure, error);
      return await attempt(failure, () => Promise.reject(error));
    }
  }
}

/** Reads a whole file. Throws `RangeError` if it is larger than `limit` bytes, if possible before it is read. */
async function readAll(file: OpenFile, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size !== undefined) {
    if (file.size > limit) throw new InputRangeError(`expected at most ${limit} bytes, found ${file.size}`);
    return await file.read(0, file.size);
  }
  const bytes = await file.read(0, limit + 1);
  if (bytes.length > limit) throw new InputRangeError(`expected at most ${limit} bytes, found more`);
  return bytes;
}

function named(failure: string, { message }: SyntaxError): SyntaxError {
  return new InputSyntaxError(`${failure}: ${message}`);
}

function sizeOf({ dataStart, entries }: Header): number {
  return dataStart + (entries.at(-1)?.end ?? 0);
}
