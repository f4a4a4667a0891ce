import { nameOf } from "../data/file_system.ts";
import { type JoinedFile, linesOf } from "../data/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { documentsOf, isDocuments } from "./document_ids.ts";
import { LONGEST_LINE, type SourcePart } from "./text_parts.ts";
import { blockAt, type TextSource, type TokenIds } from "./token_ids.ts";
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
  if (isDocuments(part)) {
    const { lengths, read } = documentsOf(part);
    for (let i = 0; i < lengths.length; i++) {
      const found = describeUnknown(tokenizer, await read(i));
      if (found !== undefined) return `${found} in document ${i + 1}`;
    }
    return undefined;
  }
  if (files.length < 2) return await unknownLine(part, tokenizer);
  for (const { path, start, end } of files) {
    const slice: TextSource["slice"] = (from, to) => part.slice(start + from, start + to);
    const found = await unknownLine({ length: end - start, slice }, tokenizer);
    if (found !== undefined) return `${found} of ${nameOf(path)}`;
  }
  return undefined;
}

async function unknownLine(text: TextSource, tokenizer: Tokenizer): Promise<string | undefined> {
  let line = 1;
  for await (const content of linesOf(text, { longest: LONGEST_LINE })) {
    const found = describeUnknown(tokenizer, content);
    if (found !== undefined) return `${found} on line ${line}`;
    if (content.endsWith("\n")) line++;
  }
  return undefined;
}

/** Counts the tokens that stand for unknown symbols; undefined if no token does. */
export async function countUnknown(ids: TokenIds, { unknownId }: Tokenizer): Promise<number | undefined> {
  if (unknownId === undefined) return undefined;
  let unknown = 0;
  for (let at = 0; at < ids.length;) {
    const { start, ids: block } = await blockAt(ids, at);
    for (const id of block) if (id === unknownId) unknown++;
    at = start + block.length;
  }
  return unknown;
}

/** Rewrites a text or documents so that the tokenizer can encode them; the result is held in memory. */
export async function rewritePart(part: SourcePart, symbols: UnknownSymbols, action: string): Promise<SourcePart> {
  if (isDocuments(part)) {
    const { lengths, read } = documentsOf(part);
    const texts: string[] = [];
    for (let i = 0; i < lengths.length; i++) {
      texts.push(symbols.rewrite(action, await read(i), ` in document ${i + 1}`));
    }
    return documentsOf(texts);
  }
  let text = "";
  let line = 1;
  for await (const content of linesOf(part, { longest: LONGEST_LINE })) {
    text += symbols.rewrite(action, content, ` on line ${line}`);
    if (content.endsWith("\n")) line++;
  }
  return text;
}
