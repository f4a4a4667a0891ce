import { nameOf } from "../data/file_system.ts";
import { type JoinedFile, linesOf } from "../data/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { documentsOf, isDocumentIds, isDocuments } from "./document_ids.ts";
import { LONGEST_LINE, type SourcePart } from "./text_parts.ts";
import { blockAt, type TokenIds } from "./token_ids.ts";
import type { UnknownSymbols } from "./unknown_rule.ts";

/**
 * Says which symbols of a part of a corpus a tokenizer cannot encode, and where the first of them are: the line, in one
 * of several files, or the document; undefined if there are none.
 */
export async function findUnknown(
  part: SourcePart,
  tokenizer: Tokenizer,
  files: readonly JoinedFile[] = [],
): Promise<string | undefined> {
  for await (const { text, place } of placesOf(part, files)) {
    const found = describeUnknown(tokenizer, text);
    if (found !== undefined) return found + place;
  }
  return undefined;
}

/** Reads the lines of a text, each with its number, in its file if there are several, or the documents. */
async function* placesOf(
  part: SourcePart,
  files: readonly JoinedFile[],
): AsyncGenerator<{ readonly text: string; readonly place: string }, void, void> {
  if (isDocuments(part)) {
    const { lengths, read } = documentsOf(part);
    for (let i = 0; i < lengths.length; i++) yield { text: await read(i), place: ` in document ${i + 1}` };
    return;
  }
  let [at, file, line] = [0, 0, 1];
  for await (const text of linesOf(part, { longest: LONGEST_LINE })) {
    for (; files[file + 1]?.start <= at; file++) line = 1;
    const name = files.length < 2 ? "" : ` of ${nameOf(files[file].path)}`;
    yield { text, place: ` on line ${line}${name}` };
    at += text.length;
    if (text.endsWith("\n")) line++;
  }
}

/**
 * Counts the tokens that stand for unknown symbols; undefined if no token does. The ends of documents do not count, even
 * if one token stands for both.
 */
export async function countUnknown(ids: TokenIds, { unknownId }: Tokenizer): Promise<number | undefined> {
  if (unknownId === undefined) return undefined;
  let unknown = 0;
  for (let at = 0; at < ids.length;) {
    const { start, ids: block } = await blockAt(ids, at);
    for (const id of block) if (id === unknownId) unknown++;
    at = start + block.length;
  }
  return isDocumentIds(ids) && ids.end === unknownId ? unknown - ids.starts.length : unknown;
}

/**
 * Rewrites a text, of which `files` are the parts, or documents so that the tokenizer can encode them; the result is
 * held in memory.
 */
export async function rewritePart(
  part: SourcePart,
  symbols: UnknownSymbols,
  action: string,
  files: readonly JoinedFile[] = [],
): Promise<SourcePart> {
  const texts: string[] = [];
  for await (const { text, place } of placesOf(part, files)) texts.push(symbols.rewrite(action, text, place));
  return isDocuments(part) ? documentsOf(texts) : texts.join("");
}
