import { InputRangeError } from "../errors.ts";
import { checkCounts } from "./check_counts.ts";
import { checkOptions, FLAG, type Kinds } from "./options.ts";

/** The fields of an {@linkcode Encoding}: lists of equal length, one entry per token. */
export interface EncodingFields {
  /** Token ids. */
  readonly ids: readonly number[];
  /** Type ids: 0 for tokens of the first text, 1 for the second, unless the post-processor sets others. */
  readonly typeIds: readonly number[];
  /** The tokens as written in the vocabulary. */
  readonly tokens: readonly string[];
  /** Each token's range in its text, in UTF-16 code units; `[0, 0]` for tokens that belong to no text. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for tokens added by the post-processor or by padding, 0 for tokens of the text. */
  readonly specialTokensMask: readonly number[];
  /** The pre-tokenizer's piece (by index) of each token; `undefined` for tokens that belong to no text. */
  readonly wordIds: readonly (number | undefined)[];
  /** The text that each token comes from, 0 or 1; `undefined` for tokens that belong to no text. */
  readonly sequenceIds: readonly (number | undefined)[];
}

/**
 * The tokens of a text or a pair of texts, with type ids, offsets and masks. Immutable.
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
  /** Token ids. */
  readonly ids: readonly number[];
  /** Type ids: 0 for tokens of the first text, 1 for the second, unless the post-processor sets others. */
  readonly typeIds: readonly number[];
  /** The tokens as written in the vocabulary. */
  readonly tokens: readonly string[];
  /** Each token's range in its text, in UTF-16 code units; `[0, 0]` for tokens that belong to no text. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for tokens added by the post-processor or by padding, 0 for tokens of the text. */
  readonly specialTokensMask: readonly number[];
  /** The pre-tokenizer's piece (by index) of each token; `undefined` for tokens that belong to no text. */
  readonly wordIds: readonly (number | undefined)[];
  /** The text that each token comes from, 0 or 1; `undefined` for tokens that belong to no text. */
  readonly sequenceIds: readonly (number | undefined)[];
  readonly #makeOverflowing: () => readonly Encoding[];
  #overflowing?: readonly Encoding[];

  /**
   * Creates an encoding.
   *
   * @param overflowing Computes the parts cut off by truncation; called at most once, on first access.
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
   * The parts cut off by truncation, each at most as long as this encoding. For a pair, every part of one text is
   * combined with every part of the other; computed on first access, since two long texts have many combinations.
   */
  get overflowing(): readonly Encoding[] {
    return this.#overflowing ??= this.#makeOverflowing();
  }

  /** The number of tokens. */
  get length(): number {
    return this.ids.length;
  }

  /** Replaces some of the lists, also in the overflowing parts. */
  map(change: (encoding: Encoding) => Partial<EncodingFields>): Encoding {
    return new Encoding({ ...this, ...change(this) }, () => this.overflowing.map((part) => part.map(change)));
  }

  /** The tokens from `from` up to `to`, without overflowing parts. */
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
   * The index of the token that covers a character; `undefined` if none does.
   *
   * @param index The index of one of the character's code units.
   * @param sequence The text: 0 or 1.
   */
  charToToken(index: number, sequence: number = 0): number | undefined {
    const token = this.offsets.findIndex(([start, end], i) => {
      return this.sequenceIds[i] === sequence && start <= index && index < end;
    });
    return token < 0 ? undefined : token;
  }

  /** The index of the word that contains a character; `undefined` if none does. */
  charToWord(index: number, sequence: number = 0): number | undefined {
    const token = this.charToToken(index, sequence);
    return token === undefined ? undefined : this.wordIds[token];
  }

  /** A token's range in its text; `undefined` for tokens that belong to no text. */
  tokenToChars(token: number): readonly [start: number, end: number] | undefined {
    return this.sequenceIds[token] === undefined ? undefined : this.offsets[token];
  }

  /** The tokens of a word, as first and one past the last; `undefined` if there is no such word. */
  wordToTokens(word: number, sequence: number = 0): readonly [first: number, end: number] | undefined {
    const isOf = (i: number): boolean => this.wordIds[i] === word && this.sequenceIds[i] === sequence;
    const first = this.ids.findIndex((_, i) => isOf(i));
    if (first < 0) return undefined;
    return [first, this.ids.findLastIndex((_, i) => isOf(i)) + 1];
  }

  /** A word's range in its text; `undefined` if there is no such word. */
  wordToChars(word: number, sequence: number = 0): readonly [start: number, end: number] | undefined {
    const tokens = this.wordToTokens(word, sequence);
    return tokens && [this.offsets[tokens[0]][0], this.offsets[tokens[1] - 1][1]];
  }

  /**
   * Keeps the first `length` tokens (the last with direction `"Left"`) and moves the rest into overflowing parts of
   * that length. Discards earlier overflowing parts.
   *
   * @param stride How many tokens consecutive parts share.
   * @throws {RangeError} If a number is not an integer of at least 0, or if tokens are cut off and the stride is not
   * less than the length.
   */
  truncate(length: number, stride: number = 0, direction: Direction = "Right"): Encoding {
    checkCounts("truncate", { length, stride });
    if (length >= this.length) return this;
    if (length === 0) return new Encoding(EMPTY_FIELDS, () => [this]);
    if (stride >= length) {
      throw new InputRangeError(`truncate: expected a stride below the length ${length}, found ${stride}`);
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
   * Pads this encoding and its overflowing parts to at least `length` tokens.
   *
   * @throws {RangeError} If the length is not an integer of at least 0.
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

  /** Concatenates encodings and combines each one's overflowing parts with those of the others. */
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
  /** Whether to shift each encoding's offsets by the end of the encodings before it. Default: false. */
  readonly growingOffsets?: boolean;
}

const MERGE_KINDS: Kinds<MergeOptions> = { growingOffsets: FLAG };

/** The end of an encoding at which to truncate or pad. */
export type Direction = "Left" | "Right";

/** Settings for padding an encoding. */
export interface PadToken {
  /** The padding token's id. */
  readonly id: number;
  /** The padding token's type id. */
  readonly typeId: number;
  /** The padding token. */
  readonly token: string;
  /** The side to pad. */
  readonly direction: Direction;
}

const EMPTY_FIELDS: EncodingFields = {
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

/** All combinations of one part per encoding, except that of all the first parts, in Hugging Face's order. */
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
