import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { parseJSON } from "../../src/schema/mod.ts";
import { countCharacters } from "./characters.ts";
import { findFiles, hasRecords, type Paths } from "./find_files.ts";
import { nameOf, STANDARD_INPUT } from "./file_system.ts";
import { type JoinedFile, joinFiles } from "./joined_texts.ts";
import { hasText, recordsIn, textAt, textFieldOf } from "./json_records.ts";
import { lineEndsToLF } from "./line_ends.ts";
import type { Text } from "./lines.ts";
import { namedError } from "./named_error.ts";
import type { TextOptions } from "./text_files.ts";

/** Documents that are read one at a time. */
export interface Documents {
  /** Length of each document in code units. */
  readonly lengths: ArrayLike<number>;
  /** Returns a document by its index. */
  read(index: number): string | Promise<string>;
}

/** Documents from files. */
export interface DocumentFiles {
  /** The files. */
  readonly files: readonly string[];
  /** The documents, in their order. */
  readonly documents: Documents;
  /** Number of characters (code points) of all documents. */
  readonly characters: number;
  /** How often the separator occurs in plain texts. */
  readonly separators: number;
}

/** Options of `openDocuments`. */
export interface DocumentOptions extends TextOptions {
  /** The text between two documents of a plain text file. Default: a file is one document. */
  readonly separator?: string;
  /** The field of a record that holds its text; `a.b` is the field `b` of the record in `a`. Default: a usual name. */
  readonly field?: string;
  /** The field of other records of the same kind, which comes before the usual names. Default: none. */
  readonly likelyField?: string;
}

/**
 * Opens documents in files, folders and patterns, as `openTexts` does. In files named `.jsonl`, `.ndjson` or `.json`,
 * and in standard input if a field is given, each record is a document; any other file is plain text. Documents without
 * any text are left out. Their texts are read as they are needed, so they can be larger than memory.
 *
 * Throws `RangeError` or `SyntaxError` that names the file, and the line of a record, if one cannot be read.
 *
 * @example
 * ```ts
 * import { type DocumentFiles, type DocumentOptions, type Documents, openDocuments } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".txt" });
 * await Deno.writeTextFile(file, "To be.<|endoftext|>Or not.");
 * const options: DocumentOptions = { separator: "<|endoftext|>" };
 * const { files, documents }: DocumentFiles = await openDocuments(file, options);
 * const read = async ({ lengths, read }: Documents) => await Promise.all(Array.from(lengths, (_, i) => read(i)));
 * assertEquals([files.length, await read(documents)], [1, ["To be.", "Or not."]]);
 * await Deno.remove(file);
 * ```
 */
export async function openDocuments(paths: Paths, options: DocumentOptions = {}): Promise<DocumentFiles> {
  const { files } = await findFiles(paths);
  return await openFiles(files, options);
}

/** Opens documents in files, as `openDocuments` does. */
export async function openFiles(found: readonly string[], options: DocumentOptions): Promise<DocumentFiles> {
  const { files, text } = await joinFiles(found, options);
  const index = new DocumentIndex(text);
  // The lines of texts end with "\n", whatever they end with in the files.
  const separator = options.separator === undefined ? undefined : lineEndsToLF(options.separator);
  for (const file of files) {
    try {
      const isInput = file.path === STANDARD_INPUT && options.field !== undefined;
      if (hasRecords(file.path) || isInput) await index.addRecords(file, options);
      else await index.addTexts(file, separator);
    } catch (error) {
      throw namedError(nameOf(file.path), error);
    }
  }
  const { lengths, characters, separators } = index;
  if (lengths.length > 0) return { files: found, documents: index, characters, separators };
  throw new InputRangeError(`read ${nameOf(found[0])}: expected documents with some text, found none`);
}

/** Keeps the places of documents in a text. */
class DocumentIndex implements Documents {
  readonly lengths: number[] = [];
  characters = 0;
  separators = 0;
  #text: Text;
  #starts: number[] = [];
  #ends: number[] = [];
  /** The field of each record; undefined for plain text. */
  #fields: (string | undefined)[] = [];

  constructor(text: Text) {
    this.#text = text;
    this.read = this.read.bind(this);
  }

  async read(index: number): Promise<string> {
    const text = await this.#text.slice(this.#starts[index], this.#ends[index]);
    const field = this.#fields[index];
    return field === undefined ? text : textAt(JSON.parse(text), field);
  }

  /** Adds the records of a file. */
  async addRecords({ start, end }: JoinedFile, { field: given, likelyField }: DocumentOptions): Promise<void> {
    let field = given;
    for await (const place of recordsIn(this.#text, start, end)) {
      try {
        const text = await this.#text.slice(place.start, place.end);
        const record = parseJSON(text, "expected JSON", false) as Record<string, unknown>;
        field ??= likelyField !== undefined && hasText(record, likelyField) ? likelyField : textFieldOf(record);
        this.#add(place.start, place.end, textAt(record, field), field);
      } catch (error) {
        const where = `in the record on line ${place.line}`;
        if (error instanceof InputRangeError) throw new InputRangeError(`${error.message}, ${where}`);
        if (error instanceof InputSyntaxError) throw new InputSyntaxError(`${error.message}, ${where}`);
        throw error;
      }
    }
  }

  /** Adds the parts of a plain text file that a separator divides. */
  async addTexts({ start, end }: JoinedFile, separator: string | undefined): Promise<void> {
    let from = start;
    if (separator !== undefined) {
      for await (const place of placesOf(separator, this.#text, start, end)) {
        this.#add(from, place, await this.#text.slice(from, place));
        from = place + separator.length;
        this.separators++;
      }
    }
    const last = await this.#text.slice(from, end);
    // If documents are divided by line ends, the one at the end of the file is not part of the last document.
    const isOpen = separator?.endsWith("\n") && last.endsWith("\n");
    if (isOpen) this.#add(from, end - 1, last.slice(0, -1));
    else this.#add(from, end, last);
  }

  #add(start: number, end: number, text: string, field?: string): void {
    if (text.trim() === "") return;
    this.#starts.push(start);
    this.#ends.push(end);
    this.#fields.push(field);
    this.lengths.push(text.length);
    this.characters += countCharacters(text);
  }
}

/** Characters searched at a time. */
const CHUNK_LENGTH = 2 ** 16;

/** Yields the places of a separator in a text between two places; they do not overlap. */
async function* placesOf(
  separator: string,
  text: Text,
  start: number,
  end: number,
): AsyncGenerator<number, void, void> {
  for (let from = start; from < end;) {
    const to = Math.min(end, from + CHUNK_LENGTH + separator.length);
    const chunk = await text.slice(from, to);
    let at = 0;
    for (let found = chunk.indexOf(separator); found >= 0; found = chunk.indexOf(separator, at)) {
      yield from + found;
      at = found + separator.length;
    }
    if (to === end) return;
    // A separator may begin in the last characters of the chunk.
    from += Math.max(at, chunk.length - separator.length + 1);
  }
}
