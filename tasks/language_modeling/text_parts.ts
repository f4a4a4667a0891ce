import { InputRangeError } from "../../errors.ts";
import { abbreviate, count, custom, type Field, nullable, string } from "../../src/schema/mod.ts";
import type { DataFormat } from "../data/data_format.ts";
import { openFiles } from "../data/documents.ts";
import { nameOf, namesOf, STANDARD_INPUT } from "../data/file_system.ts";
import { type FoundFiles, hasRecords, isTable } from "../data/find_files.ts";
import { type JoinedFile, joinFiles } from "../data/joined_texts.ts";
import { type Documents, linesOf } from "../data/mod.ts";
import { isDocuments } from "./document_ids.ts";
import { piecesOf, type TextSource } from "./token_ids.ts";

/** How texts are read from files. */
export interface DocumentPlan {
  /** The encoding of files without a byte-order mark. Default: "utf-8". */
  readonly encoding: string;
  /** The field of JSON records that holds the text; null for a usual name. Default: null. */
  readonly textColumn: string | null;
  /** The text between documents, with the escapes `\n`, `\r`, `\t` and `\\`; null if there is none. Default: null. */
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

/** How a part of a corpus is read. */
interface PartPlan extends DocumentPlan {
  /** Whether it holds documents. */
  readonly isDocuments: boolean;
  /** How other parts were read, where the plan leaves it open. */
  readonly like?: DataFormat<"textColumn" | "documentSeparator"> | null;
}

/** A part of a corpus that is not encoded: running text or documents. */
export type SourcePart = TextSource | Documents;

/** A part of a corpus from files. */
export interface ReadPart {
  /** The text or the documents. */
  readonly part: SourcePart;
  /** Sentences about the number of files, documents and characters; none for a single text. */
  readonly notes: readonly string[];
  /** Sentences about what was probably meant otherwise. */
  readonly warnings: readonly string[];
  /** Why there may be too few documents. */
  readonly cause?: string;
  /** The files of running text. */
  readonly files?: readonly JoinedFile[];
}

/**
 * Whether files hold documents: records, or texts with a separator. Throws `RangeError` if a field is named but no file
 * has records.
 */
export function holdDocuments(
  { files }: FoundFiles,
  { documentSeparator, textColumn }: Pick<DocumentPlan, "documentSeparator" | "textColumn">,
): boolean {
  const haveRecords = files.some((file) => hasRecords(file) || (file === STANDARD_INPUT && textColumn !== null));
  if (textColumn === null || haveRecords) return documentSeparator !== null || haveRecords;
  const expected = `a .jsonl, .ndjson or .json file for the field ${JSON.stringify(textColumn)}`;
  throw new InputRangeError(`read ${nameOf(files[0])}: expected ${expected}, found another`);
}

/**
 * Opens files as documents, or else as one text. Throws `RangeError` that names a file of records that is to be text.
 */
export async function readPart(
  found: FoundFiles,
  plan: PartPlan,
): Promise<ReadPart> {
  const warnings = warningsOf(found);
  if (plan.isDocuments) return await readDocuments(found.files, plan, warnings);
  const { encoding } = plan;
  const records = found.files.find(hasRecords);
  if (records !== undefined) {
    throw new InputRangeError(
      `read ${records}: expected running text, as the model is trained on, found a file of records`,
    );
  }
  const { files, text } = await joinFiles(found.files, { encoding });
  if (files.length === 1) return { part: text, notes: [], warnings, files };
  const counts = [count(files.length, "file"), count(await charactersOf(text), "character")];
  return { part: text, notes: [`Read ${counts.join(", ")}.`], warnings, files };
}

async function readDocuments(
  found: readonly string[],
  { encoding, textColumn, documentSeparator, like }: PartPlan,
  warnings: readonly string[],
): Promise<ReadPart> {
  const text = documentSeparator ?? like?.documentSeparator;
  const separator = text === undefined ? undefined : withoutEscapes(text, { r: "\r" });
  const options = { encoding, separator, field: textColumn ?? undefined, likelyField: like?.textColumn };
  const { files, documents, characters, separators } = await openFiles(found, options);
  const counts = [
    count(files.length, "file"),
    count(documents.lengths.length, "document"),
    count(characters, "character"),
  ];
  const read = { part: documents, notes: [`Read ${counts.join(", ")}.`] };
  if (documentSeparator === null || separators > 0) return { ...read, warnings };
  const cause = `the document separator ${JSON.stringify(abbreviate(documentSeparator))} does not occur in the text`;
  return { ...read, warnings: [...warnings, cause], cause };
}

/** Sentences about files that were left out, and about tables, whose delimiters would be learned. */
function warningsOf({ files, leftOut }: FoundFiles): string[] {
  const tables = files.filter(isTable);
  return [
    ...leftOut.length === 0 ? [] : [
      `left out ${count(leftOut.length, "file")} of JSON records beside plain texts: ${namesOf(leftOut)}; ` +
      `a pattern such as '*.jsonl' reads them`,
    ],
    ...tables.length === 0 ? [] : [
      `read as plain text, with its header and delimiters: ${namesOf(tables)}; to train on one column, ` +
      `convert it to JSON Lines and name its field with --text-column`,
    ],
  ];
}

/** Yields documents one after the other. */
async function* textsOf({ lengths, read }: Documents): AsyncGenerator<string, void, void> {
  for (let i = 0; i < lengths.length; i++) yield await read(i);
}

/** Counts the characters (code points) of a text from a file, each of whose low surrogates ends a character. */
async function charactersOf(text: TextSource): Promise<number> {
  let characters = text.length;
  for await (const piece of piecesOf(text)) {
    for (let i = 0; i < piece.length; i++) if ((piece.charCodeAt(i) & 0xfc00) === 0xdc00) characters--;
  }
  return characters;
}

/** Longer lines are divided, so that they need not fit in memory. */
export const LONGEST_LINE = 2 ** 20;

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

/** Replaces `\\n` by a line feed, `\\t` by a tab, `\\\\` by a backslash, and other escapes by what they stand for. */
export function withoutEscapes(text: string, others: Readonly<Record<string, string>> = {}): string {
  const meanings: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", ...others };
  return text.replaceAll(/\\(.)/g, (escape, name) => meanings[name] ?? escape);
}
