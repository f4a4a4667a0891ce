import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { countCharacters } from "../data/characters.ts";
import { lastAtMost } from "../data/places.ts";
import { refuseLeftOut } from "../processors/mod.ts";

/** Ids in memory: one byte each for a vocabulary of at most 256, two bytes up to 65,536, else four. */
export type CompactIds = Uint8Array | Uint16Array | Int32Array;

/** A run of consecutive ids in memory. */
export interface IdBlock {
  /** Position of the first id in the text. */
  readonly start: number;
  /** The ids. */
  readonly ids: CompactIds;
}

/** The ids of a text, read block by block, so that they need not all be in memory at once. */
export interface TokenIds {
  /** Number of ids. */
  readonly length: number;
  /** Number of characters (code points) in the text. */
  readonly characters: number;
  /** Returns the block that holds a position, from 0 to below the length. */
  block(position: number): IdBlock | Promise<IdBlock>;
}

/** Reads the block that holds a position. Throws `RangeError` if `ids` returns a block without that position. */
export async function blockAt(ids: TokenIds, position: number): Promise<IdBlock> {
  const block: IdBlock | undefined = await ids.block(position);
  if (block && hasPosition(block, position)) return block;
  const found = `one of ${block?.ids?.length ?? "no"} ids from position ${block?.start ?? "none"}`;
  throw new InputRangeError(`read a text: expected a block with position ${position}, found ${found}`);
}

/** Whether a position is in a block. */
export function hasPosition({ start, ids }: IdBlock, position: number): boolean {
  return Number.isInteger(start) && position >= start && position < start + ids?.length;
}

/**
 * A text that is read in parts: a string, or a file larger than memory. Indices count UTF-16 code units, as in strings.
 */
export interface TextSource {
  /** Number of code units. */
  readonly length: number;
  /** Returns the text from index `start` to before `end`, both from 0 to the length. */
  slice(start: number, end: number): string | Promise<string>;
}

/** Options of `encodeText`. */
export interface EncodeOptions {
  /**
   * The longest text, in code units, whose ids stay in memory; a longer one is encoded again as it is read. Default:
   * 33,554,432.
   */
  readonly heldLength?: number;
  /** Approximate length of a block in code units; it ends where the tokenizer can cut. Default: 65,536. */
  readonly blockLength?: number;
}

/** Default of `heldLength`. */
export const HELD_LENGTH = 2 ** 25;
const BLOCK_LENGTH = 2 ** 16;

/** Yields a text piece by piece; a piece may end between the two surrogates of a character. */
export async function* piecesOf(text: TextSource, length = BLOCK_LENGTH): AsyncGenerator<string, void, void> {
  for (let at = 0; at < text.length; at += length) yield await text.slice(at, Math.min(at + length, text.length));
}

/**
 * Encodes a text to the same ids as `tokenizer.encode`. Of a long text, only the positions of its blocks stay in
 * memory, about 64 bytes per 65,536 characters; encoding a block again takes a hundredth of the time that a network
 * needs to read it.
 *
 * Throws `RangeError` if the tokenizer does not know a symbol.
 *
 * @example
 * ```ts
 * import { encodeText, CharTokenizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = await encodeText("abracadabra", CharTokenizer.train("abracadabra"));
 * assertEquals([ids.length, ids.characters], [11, 11]);
 * assertEquals((await ids.block(3)).ids, Uint8Array.of(0, 1, 4, 0, 2, 0, 3, 0, 1, 4, 0));
 * ```
 */
export async function encodeText(
  text: TextSource,
  tokenizer: Tokenizer,
  options: EncodeOptions = {},
): Promise<TokenIds> {
  const { heldLength = HELD_LENGTH, blockLength = BLOCK_LENGTH } = options;
  const blocks: EncodedBlock[] = [];
  const breather = new Breather();
  let length = 0;
  let characters = 0;
  for await (const { start, string } of cutText(text, tokenizer, blockLength)) {
    const place = { start, end: start + string.length };
    refuseLeftOut(tokenizer, string);
    const ids = encodePart(string, place, text, tokenizer);
    const held = text.length <= heldLength ? ids : undefined;
    if (ids.length > 0) blocks.push({ ...place, position: length, length: ids.length, ids: held });
    length += ids.length;
    characters += countCharacters(string);
    await breather.breathe();
  }
  return new EncodedText(text, tokenizer, blocks, length, characters);
}

/** A range of a text, from `start` to before `end`. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** A range of a text, or of documents, and the range of its ids; `ids` is undefined if they are not in memory. */
export interface EncodedBlock extends Place {
  readonly position: number;
  readonly length: number;
  readonly ids: CompactIds | undefined;
}

class EncodedText implements TokenIds {
  readonly length: number;
  readonly characters: number;
  #blocks: EncodedBlocks;

  constructor(
    text: TextSource,
    tokenizer: Tokenizer,
    blocks: readonly EncodedBlock[],
    length: number,
    characters: number,
  ) {
    this.#blocks = new EncodedBlocks(blocks, async (block) => {
      return encodePart(await text.slice(block.start, block.end), block, text, tokenizer);
    });
    this.length = length;
    this.characters = characters;
  }

  block(position: number): IdBlock | Promise<IdBlock> {
    return this.#blocks.at(position);
  }
}

/** Blocks of ids in memory, or encoded again when they are read. */
export class EncodedBlocks {
  #blocks: readonly EncodedBlock[];
  #encode: (block: EncodedBlock) => Promise<CompactIds>;

  constructor(blocks: readonly EncodedBlock[], encode: (block: EncodedBlock) => Promise<CompactIds>) {
    this.#blocks = blocks;
    this.#encode = encode;
  }

  /** Returns the block that holds a position. */
  at(position: number): IdBlock | Promise<IdBlock> {
    const block = this.#blocks[lastAtMost(this.#blocks.length, (i) => this.#blocks[i].position, position)];
    return block.ids ? { start: block.position, ids: block.ids } : this.#read(block);
  }

  async #read(block: EncodedBlock): Promise<IdBlock> {
    const ids = await this.#encode(block);
    if (ids.length !== block.length) {
      throw new InputRangeError(
        `read a text: expected the ${count(block.length, "token")} found before, found ${ids.length}`,
      );
    }
    return { start: block.position, ids };
  }
}

/** Cuts a text into parts that the tokenizer can encode independently. */
async function* cutText(
  text: TextSource,
  tokenizer: Tokenizer,
  blockLength: number,
): AsyncGenerator<{ start: number; string: string }, void, void> {
  let start = 0;
  let end = 0;
  let rest = "";
  for await (const piece of piecesOf(text, blockLength)) {
    end += piece.length;
    const cut = end === text.length ? piece.length : tokenizer.boundary(piece);
    if (cut === 0) {
      rest += piece;
      continue;
    }
    const string = rest + piece.slice(0, cut);
    rest = piece.slice(cut);
    yield { start, string };
    start += string.length;
  }
}

/** Encodes a part from `cutText`. Only the last part is encoded with the tokens that end a text. */
function encodePart(string: string, { start, end }: Place, text: TextSource, tokenizer: Tokenizer): CompactIds {
  try {
    return compactIds(end === text.length ? tokenizer.encode(string) : tokenizer.encodePrompt(string), tokenizer);
  } catch (error) {
    if (start === 0 || !(error instanceof InputRangeError)) throw error;
    throw new InputRangeError(`${error.message}; the index counts from ${start}`);
  }
}

/** Moves ids into the smallest type that holds all ids of the tokenizer. */
export function compactIds(ids: Int32Array, { size }: Tokenizer): CompactIds {
  if (size > 2 ** 16) return ids;
  const compact = size > 2 ** 8 ? new Uint16Array(ids) : new Uint8Array(ids);
  // Freed at once, since garbage collectors are slow to notice memory outside their own heap.
  (ids.buffer as ArrayBuffer).transfer(0);
  return compact;
}
