import { InputRangeError } from "../../errors.ts";
import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { checkOptions, type Kinds, NUMBER } from "../options.ts";

/** Options of {@linkcode Kmer}. */
export interface KmerOptions {
  /** Characters (code points) per piece, at most 12. Default: 3. */
  readonly k?: number;
  /** Characters from the start of a piece to the start of the next. Default: 1. */
  readonly stride?: number;
}

/** The longest k-mers: with `stride` 1, a text grows k-fold, and texts may grow twelvefold. */
const MOST = 12;

const KINDS: Kinds<KmerOptions> = { k: NUMBER, stride: NUMBER };

/**
 * Splits each stretch without white space into k-mers: all its substrings of `k` characters, which overlap if `stride`
 * is less than `k`. The end of a stretch that is shorter than `k` is left out. Hugging Face's library has no such part
 * and cannot read a file with it.
 *
 * @example
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Kmer({ k: 3 }).split(AlignedText.of("ATGGC"));
 * assertEquals(pieces.map((piece) => piece.text), ["ATG", "TGG", "GGC"]);
 * ```
 */
export class Kmer implements PreTokenizer {
  /** Characters (code points) per piece. */
  readonly k: number;
  /** Characters from the start of a piece to the start of the next. */
  readonly stride: number;
  /** Always true. */
  readonly cutsBeforeSpaces = true;

  /**
   * Creates a pre-tokenizer with these settings.
   *
   * @throws {RangeError} If `k` is not a whole number from 1 to 12, or `stride` not one of at least 1.
   */
  constructor(options: KmerOptions = {}) {
    const { k = 3, stride = 1 } = checkOptions("split into k-mers", options, KINDS);
    if (!isLength(k)) throw new InputRangeError(`split into k-mers: expected k from 1 to ${MOST}, found ${k}`);
    if (!isStride(stride)) {
      throw new InputRangeError(`split into k-mers: expected a stride of at least 1, found ${stride}`);
    }
    this.k = k;
    this.stride = stride;
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Kmer {
    const [k, stride] = [fields.number("k"), fields.number("stride")];
    if (!isLength(k)) throw fields.error("k", `a whole number from 1 to ${MOST}`);
    if (!isStride(stride)) throw fields.error("stride", "a whole number of at least 1");
    return new Kmer({ k, stride });
  }

  /** Splits a text into its k-mers. */
  split(text: AlignedText): AlignedText[] {
    const { k, stride } = this;
    const pieces: AlignedText[] = [];
    for (const { 0: stretch, index } of text.text.matchAll(/\S+/gu)) {
      const starts = startsOf(stretch, index);
      for (let i = 0; i + k < starts.length; i += stride) pieces.push(text.slice(starts[i], starts[i + k]));
    }
    return pieces;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Kmer", k: this.k, stride: this.stride };
  }
}

/** The index of each character, and of the end. */
function startsOf(stretch: string, start: number): number[] {
  const starts = [start];
  for (const character of stretch) starts.push(start += character.length);
  return starts;
}

function isLength(k: number): boolean {
  return Number.isSafeInteger(k) && k >= 1 && k <= MOST;
}

function isStride(stride: number): boolean {
  return Number.isSafeInteger(stride) && stride >= 1;
}
