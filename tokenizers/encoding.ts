import { checkCounts } from "./check_counts.ts";
import { checkOptions, FLAG, type Kinds } from "./options.ts";

/** What an {@linkcode Encoding} is made from: lists of one length, an entry for each token. */
export interface EncodingFields {
  /** Ids of the tokens. */
  readonly ids: readonly number[];
  /** 0 for the first text's tokens, 1 for the second's, or what a post-processor says. */
  readonly typeIds: readonly number[];
  /** The tokens as the vocabulary writes them. */
  readonly tokens: readonly string[];
  /** Which part of its text each token stands for, in UTF-16 code units; `[0, 0]` where in none. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for tokens that a post-processor or padding added, 0 for those of the text. */
  readonly specialTokensMask: readonly number[];
  /** Which of the pre-tokenizer's pieces each token comes from; `undefined` for tokens that come from none. */
  readonly wordIds: readonly (number | undefined)[];
  /** Which text each token comes from, 0 or 1; `undefined` for tokens that come from none. */
  readonly sequenceIds: readonly (number | undefined)[];
}

/**
 * The tokens of a text, or of a pair of texts, with all that is known of them. It never changes.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["[UNK]", 0], ["to", 1], ["be", 2]]);
 * const model = new models.WordLevel({ vocabulary, unknownToken: "[UNK]" });
 * const tokenizer = new PipelineTokenizer({ preTokenizer: new preTokenizers.Whitespace(), model });
 * const encoding = tokenizer.encoding("to be");
 * assertEquals(encoding.charToToken(3), 1);
 * assertEquals(encoding.tokenToChars(1), [3, 5]);
 * ```
 */
export class Encoding implements EncodingFields {
  /** Ids of the tokens. */
  readonly ids: readonly number[];
  /** 0 for the first text's tokens, 1 for the second's, or what a post-processor says. */
  readonly typeIds: readonly number[];
  /** The tokens as the vocabulary writes them. */
  readonly tokens: readonly string[];
  /** Which part of its text each token stands for, in UTF-16 code units; `[0, 0]` where in none. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for tokens that a post-processor or padding added, 0 for those of the text. */
  readonly specialTokensMask: readonly number[];
  /** Which of the pre-tokenizer's pieces each token comes from; `undefined` for tokens that come from none. */
  readonly wordIds: readonly (number | undefined)[];
  /** Which text each token comes from, 0 or 1; `undefined` for tokens that come from none. */
  readonly sequenceIds: readonly (number | undefined)[];
  readonly #makeOverflowing: () => readonly Encoding[];
  #overflowing?: readonly Encoding[];

  /**
   * An encoding of these tokens.
   *
   * @param overflowing What truncation cut off; called once, when it is first asked for.
   */
  constructor(fields: EncodingFields, overflowing: () => readonly Encoding[] = () => []) {
    this.ids = fields.ids;
    this.typeIds = fields.typeIds;
    this.tokens = fields.tokens;
    this.offsets = fields.offsets;
    this.attentionMask = fields.attentionMask;
    this.specialTokensMask = fields.specialTokensMask;
    this.wordIds = fields.wordIds;
    this.sequenceIds = fields.sequenceIds;
    this.#makeOverflowing = overflowing;
  }

  /**
   * What truncation cut off, in parts of the same length at most. Of a pair, each part of one text stands with each of the
   * other: those are many where both are long, so they are only put together when they are first asked for.
   */
  get overflowing(): readonly Encoding[] {
    return this.#overflowing ??= this.#makeOverflowing();
  }

  /** How many tokens there are. */
  get length(): number {
    return this.ids.length;
  }

  /** The same tokens with some of the lists replaced, in the overflowing parts too. */
  map(change: (encoding: Encoding) => Partial<EncodingFields>): Encoding {
    return new Encoding({ ...this, ...change(this) }, () => this.overflowing.map((part) => part.map(change)));
  }

  /** The tokens from one to before another, without what overflowed. */
  slice(from: number, to: number): Encoding {
    return new Encoding({
      ids: this.ids.slice(from, to),
      typeIds: this.typeIds.slice(from, to),
      tokens: this.tokens.slice(from, to),
      offsets: this.offsets.slice(from, to),
      attentionMask: this.attentionMask.slice(from, to),
      specialTokensMask: this.specialTokensMask.slice(from, to),
      wordIds: this.wordIds.slice(from, to),
      sequenceIds: this.sequenceIds.slice(from, to),
    });
  }

  /**
   * The token that stands for a character of a text; `undefined` where none does.
   *
   * @param index The place of one of the character's code units.
   * @param sequence Which text: 0 or 1.
   */
  charToToken(index: number, sequence: number = 0): number | undefined {
    const token = this.offsets.findIndex(([start, end], i) => {
      return this.sequenceIds[i] === sequence && start <= index && index < end;
    });
    return token < 0 ? undefined : token;
  }

  /** The word in which a character of a text stands; `undefined` where in none. */
  charToWord(index: number, sequence: number = 0): number | undefined {
    const token = this.charToToken(index, sequence);
    return token === undefined ? undefined : this.wordIds[token];
  }

  /** The part of its text for which a token stands; `undefined` where it comes from none. */
  tokenToChars(token: number): readonly [start: number, end: number] | undefined {
    return this.sequenceIds[token] === undefined ? undefined : this.offsets[token];
  }

  /** The tokens of a word: the first, and the one after the last; `undefined` where there is no such word. */
  wordToTokens(word: number, sequence: number = 0): readonly [first: number, end: number] | undefined {
    const isOf = (i: number): boolean => this.wordIds[i] === word && this.sequenceIds[i] === sequence;
    const first = this.ids.findIndex((_, i) => isOf(i));
    if (first < 0) return undefined;
    return [first, this.ids.findLastIndex((_, i) => isOf(i)) + 1];
  }

  /** The part of its text for which a word's tokens stand; `undefined` where there is no such word. */
  wordToChars(word: number, sequence: number = 0): readonly [start: number, end: number] | undefined {
    const tokens = this.wordToTokens(word, sequence);
    return tokens && [this.offsets[tokens[0]][0], this.offsets[tokens[1] - 1][1]];
  }

  /**
   * The first `length` tokens, or with direction `"Left"` the last, and the others in overflowing parts of that length. What
   * overflowed before is left out.
   *
   * @param stride How many tokens a part has in common with the one before.
   * @throws {RangeError} If a number is not a whole one of at least 0, or tokens are cut off and the stride is not below the length.
   */
  truncate(length: number, stride: number = 0, direction: Direction = "Right"): Encoding {
    checkCounts("truncate", { length, stride });
    if (length >= this.length) return this;
    if (length === 0) return new Encoding(NOTHING, () => [this]);
    if (stride >= length) {
      throw new RangeError(`truncate: expected a stride below the ${length} tokens that are left, found ${stride}`);
    }
    const total = this.length;
    const part = (from: number): Encoding => {
      const to = Math.min(from + length, total);
      return direction === "Right" ? this.slice(from, to) : this.slice(total - to, total - from);
    };
    const step = length - stride;
    const others = Math.ceil((total - length) / step);
    return new Encoding(part(0), () => Array.from({ length: others }, (_, i) => part((i + 1) * step)));
  }

  /**
   * This encoding and its overflowing parts, each made as long as `length` where it is shorter.
   *
   * @throws {RangeError} If the length is not a whole number of at least 0.
   */
  pad(length: number, padToken: PadToken): Encoding {
    checkCounts("pad", { length });
    const { id, typeId, token, direction } = padToken;
    const overflowing = (): Encoding[] => this.overflowing.map((part) => part.pad(length, padToken));
    const count = length - this.length;
    if (count <= 0) return new Encoding(this, overflowing);
    const padding: EncodingFields = {
      ids: filled(count, id),
      typeIds: filled(count, typeId),
      tokens: filled(count, token),
      offsets: filled(count, [0, 0] as const),
      attentionMask: filled(count, 0),
      specialTokensMask: filled(count, 1),
      wordIds: filled(count, undefined),
      sequenceIds: filled(count, undefined),
    };
    return new Encoding(joined(direction === "Left" ? [padding, this] : [this, padding]), overflowing);
  }

  /** Encodings one after the other as one, and each part of one that overflowed with each of the others. */
  static merge(encodings: readonly Encoding[], options?: MergeOptions): Encoding {
    if (options !== undefined) checkOptions("merge encodings", options, MERGE_KINDS);
    const { growingOffsets = false } = options ?? {};
    if (encodings.length === 1) return encodings[0];
    return new Encoding(
      joined(encodings, growingOffsets),
      () => otherParts(encodings).map((parts) => new Encoding(joined(parts, growingOffsets))),
    );
  }
}

/** Options of {@linkcode Encoding.merge}. */
export interface MergeOptions {
  /** Whether the offsets of each encoding go on where those before it end; false by default. */
  readonly growingOffsets?: boolean;
}

const MERGE_KINDS: Kinds<MergeOptions> = { growingOffsets: FLAG };

/** From which end of an encoding tokens are taken, or at which they are added. */
export type Direction = "Left" | "Right";

/** What an encoding is padded with. */
export interface PadToken {
  /** The token's id. */
  readonly id: number;
  /** Its type id. */
  readonly typeId: number;
  /** The token. */
  readonly token: string;
  /** At which end it is put. */
  readonly direction: Direction;
}

const NOTHING: EncodingFields = {
  ids: [],
  typeIds: [],
  tokens: [],
  offsets: [],
  attentionMask: [],
  specialTokensMask: [],
  wordIds: [],
  sequenceIds: [],
};

function joined(parts: readonly EncodingFields[], growingOffsets: boolean = false): EncodingFields {
  return {
    ids: parts.flatMap((part) => part.ids),
    typeIds: parts.flatMap((part) => part.typeIds),
    tokens: parts.flatMap((part) => part.tokens),
    offsets: growingOffsets ? grownOffsets(parts) : parts.flatMap((part) => part.offsets),
    attentionMask: parts.flatMap((part) => part.attentionMask),
    specialTokensMask: parts.flatMap((part) => part.specialTokensMask),
    wordIds: parts.flatMap((part) => part.wordIds),
    sequenceIds: parts.flatMap((part) => part.sequenceIds),
  };
}

function grownOffsets(parts: readonly EncodingFields[]): [start: number, end: number][] {
  let last = 0;
  return parts.flatMap(({ offsets }) => {
    const before = last;
    last += offsets.at(-1)?.[1] ?? 0;
    return offsets.map(([start, end]): [number, number] => [before + start, before + end]);
  });
}

/** All ways to take one part of each encoding but the one that takes the first of each, in Hugging Face's order. */
function otherParts(encodings: readonly Encoding[]): Encoding[][] {
  let others: Encoding[][] = [];
  for (const [i, encoding] of encodings.entries()) {
    const { overflowing } = encoding;
    others = others.flatMap((parts) => [encoding, ...overflowing].map((part) => [...parts, part]));
    for (const part of overflowing) others.push([...encodings.slice(0, i), part]);
  }
  return others;
}

function filled<T>(count: number, value: T): T[] {
  return new Array<T>(count).fill(value);
}
