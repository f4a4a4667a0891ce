import { InputRangeError } from "../errors.ts";
import { checkCounts } from "./check_counts.ts";
import type { Direction, Encoding } from "./encoding.ts";
import type { JSONFields } from "./json_fields.ts";
import { MAX_SHARING_PARTS } from "./limits.ts";
import { checkOptions, type Kinds, NUMBER, oneOf } from "./options.ts";

/** The text of a pair to truncate: the longer one, always the first, or always the second. */
export type TruncationStrategy = "LongestFirst" | "OnlyFirst" | "OnlySecond";

const STRATEGIES: readonly TruncationStrategy[] = ["LongestFirst", "OnlyFirst", "OnlySecond"];
const DIRECTIONS = ["Left", "Right"] as const;

/** Options of {@linkcode Truncation}. */
export interface TruncationOptions {
  /** Maximum number of tokens, including special tokens. */
  readonly maxLength: number;
  /**
   * The text of a pair to truncate: the longer one, always the first, or always the second. Default: the longer one.
   */
  readonly strategy?: TruncationStrategy;
  /**
   * Number of tokens that consecutive overflowing parts share, so few that no token is in more than 64 parts. Default:
   * 0.
   */
  readonly stride?: number;
  /** The side to truncate. Default: `"Right"`. */
  readonly direction?: Direction;
}

const KINDS: Kinds<TruncationOptions> = {
  maxLength: NUMBER,
  strategy: oneOf(STRATEGIES),
  stride: NUMBER,
  direction: oneOf(DIRECTIONS),
};

/**
 * Truncates encodings to a maximum length.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, preTokenizers, Truncation } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new models.WordLevel({ vocabulary: new Map([["a", 0], ["b", 1]]), unknownToken: "a" });
 * const truncation = new Truncation({ maxLength: 2 });
 * const tokenizer = new PipelineTokenizer({ preTokenizer: new preTokenizers.Whitespace(), model, truncation });
 * const { ids, overflowing } = tokenizer.encoding("a b b");
 * assertEquals([ids, overflowing[0].ids], [[0, 1], [1]]);
 * ```
 */
export class Truncation {
  /** Maximum number of tokens, including special tokens. */
  readonly maxLength: number;
  /** The text of a pair to truncate. */
  readonly strategy: TruncationStrategy;
  /** Number of tokens that consecutive overflowing parts share. */
  readonly stride: number;
  /** The side to truncate. */
  readonly direction: Direction;

  /**
   * Creates a truncation with these settings.
   *
   * @throws {RangeError} If the length or the stride is not an integer of at least 0, or the stride is too large for
   * the length.
   */
  constructor(options: TruncationOptions) {
    const { maxLength, strategy = "LongestFirst", stride = 0, direction = "Right" } = checkOptions(
      "truncate",
      options,
      KINDS,
      ["maxLength"],
    );
    checkCounts("truncate", { maxLength, stride });
    checkStride(stride, maxLength);
    this.maxLength = maxLength;
    this.strategy = strategy;
    this.stride = stride;
    this.direction = direction;
  }

  /** Reads a truncation from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Truncation {
    return new Truncation({
      maxLength: fields.count("max_length"),
      strategy: fields.choice("strategy", STRATEGIES),
      stride: fields.count("stride"),
      direction: fields.choice("direction", DIRECTIONS, "Right"),
    });
  }

  /**
   * Truncates one encoding, or a pair, so that the tokens fit together with the special tokens.
   *
   * @param special The number of special tokens to be added.
   * @throws {RangeError} If the special tokens leave no room, or none for the stride; or if tokens must be cut and the
   * text to cut is missing, too short, or left with no more tokens than the stride.
   */
  truncate(encodings: readonly Encoding[], special: number): readonly Encoding[] {
    const room = this.maxLength - special;
    if (room < 0) {
      throw new InputRangeError(
        `truncate: maxLength: expected at least ${special} for the special tokens, found ${this.maxLength}`,
      );
    }
    checkStride(this.stride, room);
    const lengths = encodings.map((encoding) => encoding.length);
    const excess = lengths.reduce((sum, length) => sum + length, 0) - room;
    if (excess <= 0) return encodings;
    const kept = this.#lengths(lengths, room, excess);
    return encodings.map((encoding, i) => encoding.truncate(kept[i], this.stride, this.direction));
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { direction, maxLength, strategy, stride } = this;
    return { direction, max_length: maxLength, strategy, stride };
  }

  /** Number of tokens of each text to keep. */
  #lengths(lengths: readonly number[], room: number, excess: number): readonly number[] {
    if (room === 0) return lengths.map(() => 0);
    if (this.strategy === "LongestFirst") return lengths.length === 1 ? [room] : shared(lengths, room);
    const index = this.strategy === "OnlyFirst" ? 0 : 1;
    if (lengths.length <= index) {
      throw new InputRangeError("truncate: expected a second text for OnlySecond, found none");
    }
    if (lengths[index] <= excess) {
      const which = index === 0 ? "first" : "second";
      throw new InputRangeError(
        `truncate: expected the ${which} text to be longer than the excess of ${excess}, found ${lengths[index]}`,
      );
    }
    return lengths.map((length, i) => i === index ? length - excess : length);
  }
}

function checkStride(stride: number, room: number): void {
  if (stride >= room && stride > 0) {
    throw new InputRangeError(
      `truncate: stride: expected less than the ${room} tokens that a text may have, found ${stride}`,
    );
  }
  const most = room - Math.ceil(room / MAX_SHARING_PARTS);
  if (stride <= most) return;
  throw new InputRangeError(
    `truncate: stride: expected at most ${most} of ${room} tokens, for no more than ${MAX_SHARING_PARTS} parts to ` +
      `share a token, found ${stride}`,
  );
}

/** The longer text is cut first; if both are too long, they get equal lengths. */
function shared([first, second]: readonly number[], room: number): readonly number[] {
  const half = Math.floor(room / 2);
  const rest = half + room % 2;
  if (first <= second) return first <= half ? [first, room - first] : [half, rest];
  return second <= half ? [room - second, second] : [rest, half];
}
