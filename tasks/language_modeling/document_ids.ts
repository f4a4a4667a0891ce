import { InputRangeError } from "../../errors.ts";
import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { countCharacters } from "../data/characters.ts";
import type { Documents } from "../data/mod.ts";
import { refuseLeftOut } from "../processors/mod.ts";
import { endOfTextId } from "./end_of_text.ts";
import {
  type CompactIds,
  compactIds,
  type EncodedBlock,
  EncodedBlocks,
  type EncodeOptions,
  HELD_LENGTH,
  type IdBlock,
  type TokenIds,
} from "./token_ids.ts";

/**
 * The ids of documents, one after the other, with the token that ends a text before the first and after each of them:
 * the token that ends one document begins the next.
 */
export interface DocumentIds extends TokenIds {
  /** The id of the token that ends a text. */
  readonly end: number;
  /** Positions of that token: before each document and after the last one. */
  readonly starts: ArrayLike<number>;
}

/** Options of `encodeDocuments`. */
export interface EncodeDocumentsOptions extends EncodeOptions {
  /** The token that ends a text. Default: "<eos>". */
  readonly endOfText?: string;
}

/** Approximate length of a block in code units. */
const BLOCK_LENGTH = 2 ** 16;

/**
 * Encodes documents, each on its own, for a language model that learns where documents begin and end. Documents can be
 * larger than memory, as texts can in `encodeText`.
 *
 * Throws `RangeError` if there is no document, or if the tokenizer lacks the token that ends a text or does not know a
 * symbol.
 *
 * @example
 * ```ts
 * import { CharTokenizer, encodeDocuments } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("abc", { specials: ["<eos>"] }); // a, b and c are 1, 2 and 3.
 * const ids = await encodeDocuments(["ab", "c"], tokenizer);
 * assertEquals((await ids.block(0)).ids, Uint8Array.of(0, 1, 2, 0, 3, 0));
 * assertEquals([...Array.from(ids.starts)], [0, 3, 5]);
 * ```
 */
export async function encodeDocuments(
  documents: readonly string[] | Documents,
  tokenizer: Tokenizer,
  options: EncodeDocumentsOptions = {},
): Promise<DocumentIds> {
  const { endOfText = "<eos>", heldLength = HELD_LENGTH, blockLength = BLOCK_LENGTH } = options;
  const source = documentsOf(documents);
  const count = source.lengths.length;
  if (count === 0) throw new InputRangeError("encode documents: expected at least one document, found none");
  const encoder = new DocumentEncoder(source, tokenizer, endOfTextId("encode documents", tokenizer, endOfText));
  const isHeld = totalLength(source) <= heldLength;
  const breather = new Breather();
  const blocks: EncodedBlock[] = [];
  for (let start = 0, position = 0; start < count;) {
    const end = blockEnd(source, start, blockLength);
    const ids = await encoder.encode({ start, end }, position);
    blocks.push({ start, end, position, length: ids.length, ids: isHeld ? ids : undefined });
    position += ids.length;
    start = end;
    await breather.breathe();
  }
  return new EncodedDocuments(blocks, encoder);
}

/** Whether ids are those of documents. */
export function isDocumentIds(ids: TokenIds): ids is DocumentIds {
  return "starts" in ids && "end" in ids;
}

/** Whether a part of a corpus consists of documents that are not encoded. */
export function isDocuments(part: unknown): part is readonly string[] | Documents {
  return typeof part === "object" && part !== null && (Array.isArray(part) || ("lengths" in part && "read" in part));
}

/** Returns a list of texts as documents that are read one at a time. */
export function documentsOf(documents: readonly string[] | Documents): Documents {
  if (!isList(documents)) return documents;
  return { lengths: documents.map(({ length }) => length), read: (index) => documents[index] };
}

function isList(documents: readonly string[] | Documents): documents is readonly string[] {
  return Array.isArray(documents);
}

/** Number of code units of all documents. */
export function totalLength({ lengths }: Documents): number {
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) sum += lengths[i];
  return sum;
}

/** The index after the last document of the block that begins with document `start`. */
function blockEnd({ lengths }: Documents, start: number, blockLength: number): number {
  let end = start + 1;
  for (let length = lengths[start]; end < lengths.length && length + lengths[end] <= blockLength; end++) {
    length += lengths[end];
  }
  return end;
}

class DocumentEncoder {
  readonly end: number;
  /** The positions of the tokens that end a text, as far as the documents have been encoded. */
  readonly starts: number[] = [];
  characters = 0;
  #documents: Documents;
  #tokenizer: Tokenizer;

  constructor(documents: Documents, tokenizer: Tokenizer, end: number) {
    this.#documents = documents;
    this.#tokenizer = tokenizer;
    this.end = end;
  }

  /** Encodes a block of documents; `position` is that of its first id. The last block ends with one more token. */
  async encode({ start, end }: Pick<EncodedBlock, "start" | "end">, position: number): Promise<CompactIds> {
    const parts: Int32Array[] = [];
    const isLast = end === this.#documents.lengths.length;
    let length = isLast ? 1 : 0;
    for (let index = start; index < end; index++) {
      const text = await this.#documents.read(index);
      const isNew = index === this.starts.length;
      const ids = inDocument(index, () => {
        if (isNew) refuseLeftOut(this.#tokenizer, text);
        return this.#tokenizer.encodePrompt(text);
      });
      if (isNew) {
        this.starts.push(position + length - (isLast ? 1 : 0));
        this.characters += countCharacters(text);
      }
      length += 1 + ids.length;
      parts.push(ids);
    }
    if (isLast && this.starts.length === end) this.starts.push(position + length - 1);
    const all = new Int32Array(length);
    let at = 0;
    for (const ids of parts) {
      all[at] = this.end;
      all.set(ids, at + 1);
      at += 1 + ids.length;
    }
    if (isLast) all[at] = this.end;
    return compactIds(all, this.#tokenizer);
  }
}

/** Adds the number of the document to the error of a text that cannot be encoded. */
function inDocument(index: number, encode: () => Int32Array): Int32Array {
  try {
    return encode();
  } catch (error) {
    throw error instanceof InputRangeError ? new InputRangeError(`${error.message}, in document ${index + 1}`) : error;
  }
}

class EncodedDocuments implements DocumentIds {
  readonly end: number;
  readonly starts: Float64Array;
  readonly length: number;
  readonly characters: number;
  #blocks: EncodedBlocks;

  constructor(blocks: readonly EncodedBlock[], encoder: DocumentEncoder) {
    this.end = encoder.end;
    this.starts = Float64Array.from(encoder.starts);
    this.characters = encoder.characters;
    this.length = this.starts[this.starts.length - 1] + 1;
    this.#blocks = new EncodedBlocks(blocks, (block) => encoder.encode(block, block.position));
  }

  block(position: number): IdBlock | Promise<IdBlock> {
    return this.#blocks.at(position);
  }
}
