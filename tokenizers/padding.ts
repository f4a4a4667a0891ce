import { checkCounts } from "./check_counts.ts";
import type { Direction, Encoding } from "./encoding.ts";
import type { JSONFields } from "./json_fields.ts";
import { checkOptions, type Kinds, NUMBER, oneOf, TEXT } from "./options.ts";

const DIRECTIONS = ["Left", "Right"] as const;

/** Options of {@linkcode Padding}. */
export interface PaddingOptions {
  /** The length of every encoding; that of the batch's longest where absent. */
  readonly length?: number;
  /** A number of which every length is made a multiple. */
  readonly multipleOf?: number;
  /** At which end encodings are padded; `"Right"` by default. */
  readonly direction?: Direction;
  /** The padding's id; 0 by default. */
  readonly id?: number;
  /** The padding's type id; 0 by default. */
  readonly typeId?: number;
  /** The padding's token; `"[PAD]"` by default. */
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
 * Makes the encodings of a batch as long as each other.
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
  /** The length of every encoding; that of the batch's longest where absent. */
  readonly length: number | undefined;
  /** A number of which every length is made a multiple. */
  readonly multipleOf: number | undefined;
  /** At which end encodings are padded. */
  readonly direction: Direction;
  /** The padding's id. */
  readonly id: number;
  /** The padding's type id. */
  readonly typeId: number;
  /** The padding's token. */
  readonly token: string;

  /**
   * Padding with these settings.
   *
   * @throws {RangeError} If a number is not a whole one of at least 0.
   */
  constructor(options: PaddingOptions = {}) {
    const { length, multipleOf, direction = "Right", id = 0, typeId = 0, token = "[PAD]" } = checkOptions(
      "pad",
      options,
      KINDS,
    );
    checkCounts("pad", { length: length ?? 0, multipleOf: multipleOf ?? 0, id, typeId });
    this.length = length;
    this.multipleOf = multipleOf;
    this.direction = direction;
    this.id = id;
    this.typeId = typeId;
    this.token = token;
  }

  /** The padding that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Padding {
    const strategy = fields.raw("strategy");
    if (typeof strategy === "string" && strategy !== "BatchLongest") {
      throw fields.error("strategy", '"BatchLongest" or { "Fixed": a length }');
    }
    return new Padding({
      length: strategy === "BatchLongest" ? undefined : fields.object("strategy").count("Fixed"),
      multipleOf: fields.isAbsent("pad_to_multiple_of") ? undefined : fields.count("pad_to_multiple_of"),
      direction: fields.choice("direction", DIRECTIONS),
      id: fields.count("pad_id"),
      typeId: fields.count("pad_type_id"),
      token: fields.string("pad_token"),
    });
  }

  /** The encodings of a batch, and what overflowed, made as long as each other. */
  pad(encodings: readonly Encoding[]): Encoding[] {
    const longest = encodings.reduce((most, { length }) => Math.max(most, length), 0);
    const length = this.length ?? longest;
    const multiple = this.multipleOf || 1;
    const target = Math.ceil(length / multiple) * multiple;
    return encodings.map((encoding) => encoding.pad(target, this));
  }

  /** This part of a `tokenizer.json`. */
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
