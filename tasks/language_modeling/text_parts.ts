import { custom, type Field, nullable, string } from "../../src/schema/mod.ts";
import { STANDARD_INPUT } from "../data/file_system.ts";
import { findFiles, hasRecords } from "../data/find_files.ts";
import { type Documents, linesOf, openDocuments, openTexts, type Paths } from "../data/mod.ts";
import { isDocuments } from "./document_ids.ts";
import { piecesOf, type TextSource } from "./token_ids.ts";

/** How texts are read from files. */
export interface DocumentPlan {
  /** The encoding of files without a byte-order mark. Default: "utf-8". */
  readonly encoding: string;
  /** The field of JSON records that holds the text; null for a usual name. Default: null. */
  readonly textColumn: string | null;
  /** The text between two documents, with the escapes `\n`, `\t` and `\\`; null if there is none. Default: null. */
  readonly documentSeparator: string | null;
}

/** Schema of the options that tell documents apart. */
export const DOCUMENT_FIELDS: {
  readonly textColumn: Field<string | null>;
  readonly documentSeparator: Field<string | null>;
} = {
  textColumn: nullable(string({
    group: "data",
    value: "NAME",
    needs: ["data"],
    defaultText: "text, content or another usual name",
    help: "Field of the text in .jsonl, .ndjson and .json files, each of whose records is a document.",
  })),
  documentSeparator: nullable(custom<string>({
    group: "data",
    value: "TEXT",
    needs: ["data"],
    check: (value) => typeof value === "string" && value !== "" ? undefined : "a text that is not empty",
    help: "Text between two documents, such as '<|endoftext|>' or '\\n\\n\\n'; the model learns where documents end.",
  })),
};

/** A part of a corpus that is not encoded: running text or documents. */
export type SourcePart = TextSource | Documents;

/** A part of a corpus from files. */
export interface ReadPart {
  /** The text or the documents. */
  readonly part: SourcePart;
  /** Sentences about the number of files, documents and characters; none for a single text. */
  readonly notes: readonly string[];
}

/**
 * Whether files hold documents: records, or texts with a separator. Throws `RangeError` if a field is named but no file
 * has records.
 */
export async function holdDocuments(
  paths: Paths,
  { documentSeparator, textColumn }: Pick<DocumentPlan, "documentSeparator" | "textColumn">,
): Promise<boolean> {
  const files = await findFiles(paths);
  const haveRecords = files.some((file) => hasRecords(file) || (file === STANDARD_INPUT && textColumn !== null));
  if (textColumn === null || haveRecords) return documentSeparator !== null || haveRecords;
  throw new RangeError(
    `read ${files[0]}: expected a .jsonl, .ndjson or .json file for the field ${
      JSON.stringify(textColumn)
    }, found another`,
  );
}

/**
 * Opens files as documents, or else as one text. Throws `RangeError` that names a file of records that is to be text.
 */
export async function readPart(
  paths: Paths,
  plan: DocumentPlan & { readonly isDocuments: boolean },
): Promise<ReadPart> {
  const { encoding, textColumn, documentSeparator } = plan;
  if (plan.isDocuments) {
    const separator = documentSeparator === null ? undefined : withoutEscapes(documentSeparator);
    const { files, documents, characters } = await openDocuments(paths, {
      encoding,
      separator,
      field: textColumn ?? undefined,
    });
    const counts = [counted(files.length, "file"), counted(documents.lengths.length, "document")];
    return { part: documents, notes: [`Read ${[...counts, counted(characters, "character")].join(", ")}.`] };
  }
  const records = (await findFiles(paths)).find(hasRecords);
  if (records !== undefined) {
    throw new RangeError(`read ${records}: expected running text, as the model is trained on, found a file of records`);
  }
  const { files, text } = await openTexts(paths, { encoding });
  if (files.length === 1) return { part: text, notes: [] };
  return {
    part: text,
    notes: [`Read ${counted(files.length, "file")}, ${counted(await charactersOf(text), "character")}.`],
  };
}

/** Yields documents one after the other. */
async function* textsOf({ lengths, read }: Documents): AsyncGenerator<string, void, void> {
  for (let i = 0; i < lengths.length; i++) yield await read(i);
}

/** Counts the characters (code points) of a text from a file, each of whose low surrogates ends a character. */
async function charactersOf(text: TextSource): Promise<number> {
  let count = text.length;
  for await (const piece of piecesOf(text)) {
    for (let i = 0; i < piece.length; i++) if ((piece.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/** Subwords are counted in a line at a time, so a text of a single line is divided. */
const LONGEST_LINE = 2 ** 20;

/** Yields the texts on which a tokenizer of a kind is trained: pieces for words and characters, lines for subwords. */
export async function* trainingTexts(kind: string, part: SourcePart): AsyncGenerator<string, void, void> {
  const isWhole = kind === "char" || kind === "word";
  if (!isDocuments(part)) return yield* isWhole ? piecesOf(part) : linesOf(part, { longest: LONGEST_LINE });
  for await (const text of textsOf(part)) {
    // A word ends where its document does.
    if (isWhole) yield kind === "char" || text.endsWith("\n") ? text : `${text}\n`;
    else yield* linesOf(text, { longest: LONGEST_LINE });
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Replaces `\\n` by a line feed, `\\r` by a carriage return, `\\t` by a tab and `\\\\` by a backslash. */
export function withoutEscapes(text: string): string {
  const meanings: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };
  return text.replaceAll(/\\([nrt\\])/g, (_, escape) => meanings[escape]);
}
