import { checkCounts } from "./check_counts.ts";
import type { Direction, Encoding } from "./encoding.ts";
import type { JSONFields } from "./json_fields.ts";
import { MAX_PADDED_LENGTH } from "./limits.ts";
import { checkOptions, type Kinds, NUMBER, oneOf, TEXT } from "./options.ts";

const DIRECTIONS = ["Left", "Right"] as const;

/** Options of {@linkcode Padding}. */
export interface PaddingOptions {
  /** The length of every encoding, at most 131,072. Default: the longest in the batch. */
  readonly length?: number;
  /** Round every length up to a multiple of this number, at most 131,072. */
  readonly multipleOf?: number;
  /** The side to pad. Default: `"Right"`. */
  readonly direction?: Direction;
  /** The padding token's id. Default: 0. */
  readonly id?: number;
  /** The padding token's type id. Default: 0. */
  readonly typeId?: number;
  /** The padding token. Default: `"[PAD]"`. */
  readonly token?: string;
}

const KINDS: Kinds<PaddingOptions> = {
  length: NUMBER,
  multipleOf: NUMBER,
  direction: oneOf(DIRECTIONS),
  id: NUMBER,
  typeId: NUMBER,
  token: TEXT,
};

/**
 * Pads the encodings of a batch to equal length.
 *
 * @example
 * ```ts
 * import { models, Padding, PipelineTokenizer, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new models.WordLevel({ vocabulary: new Map([["[PAD]", 0], ["a", 1]]), unknownToken: "a" });
 * const parts = { preTokenizer: new preTokenizers.Whitespace(), model, padding: new Padding() };
 * const batch = new PipelineTokenizer(parts).encodings(["a a a", "a"]);
 * assertEquals(batch.map(({ ids }) => ids), [[1, 1, 1], [1, 0, 0]]);
 * assertEquals(batch[1].attentionMask, [1, 0, 0]);
 * ```
 */
export class Padding {
  /** The length of every encoding. Default: the longest in the batch. */
  readonly length: number | undefined;
  /** Round every length up to a multiple of this number. */
  readonly multipleOf: number | undefined;
  /** The side to pad. */
  readonly direction: Direction;
  /** The padding token's id. */
  readonly id: number;
  /** The padding token's type id. */
  readonly typeId: number;
  /** The padding token. */
  readonly token: string;

  /**
   * Creates a padding with these settings.
   *
   * @throws {RangeError} If a number is not an integer of at least 0, or a length is too large.
   */
  constructor(options: PaddingOptions = {}) {
    const { length, multipleOf, direction = "Right", id = 0, typeId = 0, token = "[PAD]" } = checkOptions(
      "pad",
      options,
      KINDS,
    );
    checkCounts("pad", { length: length ?? 0, multipleOf: multipleOf ?? 0 }, MAX_PADDED_LENGTH);
    checkCounts("pad", { id, typeId });
    this.length = length;
    this.multipleOf = multipleOf;
    this.direction = direction;
    this.id = id;
    this.typeId = typeId;
    this.token = token;
  }

  /** Reads a padding from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Padding {
    const strategy = fields.raw("strategy");
    if (typeof strategy === "string" && strategy !== "BatchLongest") {
      throw fields.error("strategy", '"BatchLongest" or { "Fixed": a length }');
    }
    return new Padding({
      length: strategy === "BatchLongest"
        ? undefined
        : fields.object("strategy").count("Fixed", undefined, MAX_PADDED_LENGTH),
      multipleOf: fields.isAbsent("pad_to_multiple_of")
        ? undefined
        : fields.count("pad_to_multiple_of", undefined, MAX_PADDED_LENGTH),
      direction: fields.choice("direction", DIRECTIONS),
      id: fields.count("pad_id"),
      typeId: fields.count("pad_type_id"),
      token: fields.string("pad_token"),
    });
  }

  /** Pads a batch of encodings and their overflowing parts to equal length. */
  pad(encodings: readonly Encoding[]): Encoding[] {
    const longest = encodings.reduce((most, { length }) => Math.max(most, length), 0);
    const length = this.length ?? longest;
    const multiple = this.multipleOf || 1;
    const target = Math.ceil(length / multiple) * multiple;
    return encodings.map((encoding) => encoding.pad(target, this));
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      strategy: this.length === undefined ? "BatchLongest" : { Fixed: this.length },
      direction: this.direction,
      pad_to_multiple_of: this.multipleOf ?? null,
      pad_id: this.id,
      pad_type_id: this.typeId,
      pad_token: this.token,
    };
  }
}
