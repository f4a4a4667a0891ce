import { nameOf } from "../data/file_system.ts";
import { type Documents, type JoinedFile, linesOf } from "../data/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import { percent } from "../task_model/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { documentsOf, isDocumentIds, isDocuments } from "./document_ids.ts";
import { RewrittenText } from "./rewritten_text.ts";
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
 * Counts the tokens that stand for unknown symbols; undefined if no token does. The ends of documents do not count,
 * even if one token stands for both.
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

/** Says how many of some tokens stand for unknown symbols, whose probability is that of any such symbol. */
export function describeUnknownTokens(unknown: number, tokens: number): string {
  return `${percent(unknown / tokens)} of the tokens, ${unknown.toLocaleString("en")}, ` +
    "stand for symbols outside the vocabulary";
}

/**
 * Rewrites a text, of which `files` are the parts, or documents so that the tokenizer can encode them; what changes is
 * held in memory. Returns the part itself if nothing changes.
 */
export async function rewritePart(
  part: SourcePart,
  symbols: UnknownSymbols,
  action: string,
  files: readonly JoinedFile[] = [],
): Promise<SourcePart> {
  if (isDocuments(part)) return await rewriteDocuments(documentsOf(part), symbols, action);
  const rewritten = new RewrittenText(part);
  for await (const { text, place } of placesOf(part, files)) {
    rewritten.add(text, symbols.rewrite(action, text, place));
  }
  return rewritten.isChanged ? rewritten : part;
}

async function rewriteDocuments(documents: Documents, symbols: UnknownSymbols, action: string): Promise<Documents> {
  const lengths = Array.from(documents.lengths);
  const changed = new Map<number, string>();
  let index = 0;
  for await (const { text, place } of placesOf(documents, [])) {
    const own = symbols.rewrite(action, text, place);
    lengths[index] = own.length;
    if (own !== text) changed.set(index, own);
    index++;
  }
  return changed.size === 0 ? documents : { lengths, read: (at) => changed.get(at) ?? documents.read(at) };
}
