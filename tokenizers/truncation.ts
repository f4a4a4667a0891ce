import { checkCounts } from "./check_counts.ts";
import type { Direction, Encoding } from "./encoding.ts";
import type { JSONFields } from "./json_fields.ts";
import { checkOptions, type Kinds, NUMBER, oneOf } from "./options.ts";

/** Which text of a pair is cut: the longer one, always the first, or always the second. */
export type TruncationStrategy = "LongestFirst" | "OnlyFirst" | "OnlySecond";

const STRATEGIES: readonly TruncationStrategy[] = ["LongestFirst", "OnlyFirst", "OnlySecond"];
const DIRECTIONS = ["Left", "Right"] as const;

/** Options of {@linkcode Truncation}. */
export interface TruncationOptions {
  /** Most tokens, the special ones among them. */
  readonly maxLength: number;
  /** Which text of a pair is cut: the longer one (the default), always the first, or always the second. */
  readonly strategy?: TruncationStrategy;
  /** How many tokens an overflowing part has in common with the one before; 0 by default. */
  readonly stride?: number;
  /** From which end tokens are taken; `"Right"` by default. */
  readonly direction?: Direction;
}

const KINDS: Kinds<TruncationOptions> = {
  maxLength: NUMBER,
  strategy: oneOf(STRATEGIES),
  stride: NUMBER,
  direction: oneOf(DIRECTIONS),
};

/**
 * The greatest length of an encoding.
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
  /** Most tokens, the special ones among them. */
  readonly maxLength: number;
  /** Which text of a pair is cut. */
  readonly strategy: TruncationStrategy;
  /** How many tokens an overflowing part has in common with the one before. */
  readonly stride: number;
  /** From which end tokens are taken. */
  readonly direction: Direction;

  /**
   * A limit with these settings.
   *
   * @throws {RangeError} If the length or the stride is not a whole number of at least 0, or the stride is not below the length.
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

  /** The truncation that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Truncation {
    return new Truncation({
      maxLength: fields.count("max_length"),
      strategy: fields.choice("strategy", STRATEGIES),
      stride: fields.count("stride"),
      direction: fields.choice("direction", DIRECTIONS, "Right"),
    });
  }

  /**
   * One encoding or two, cut so that together they fit beside special tokens.
   *
   * @param special How many special tokens will be added.
   * @throws {RangeError} If the special tokens leave no room, or none for the stride; or if there is something to cut and the text
   * that is to be cut is missing, too short, or left with no more tokens than the stride.
   */
  truncate(encodings: readonly Encoding[], special: number): readonly Encoding[] {
    const room = this.maxLength - special;
    if (room < 0) {
      throw new RangeError(
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

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    const { direction, maxLength, strategy, stride } = this;
    return { direction, max_length: maxLength, strategy, stride };
  }

  /** How many tokens of each are kept. */
  #lengths(lengths: readonly number[], room: number, excess: number): readonly number[] {
    if (room === 0) return lengths.map(() => 0);
    if (this.strategy === "LongestFirst") return lengths.length === 1 ? [room] : shared(lengths, room);
    const index = this.strategy === "OnlyFirst" ? 0 : 1;
    if (lengths.length <= index) throw new RangeError("truncate: expected a second text for OnlySecond, found none");
    if (lengths[index] <= excess) {
      const which = index === 0 ? "first" : "second";
      throw new RangeError(`truncate: expected a ${which} text of more than ${excess} tokens, found ${lengths[index]}`);
    }
    return lengths.map((length, i) => i === index ? length - excess : length);
  }
}

function checkStride(stride: number, room: number): void {
  if (stride < room || stride === 0) return;
  throw new RangeError(`truncate: stride: expected less than the ${room} tokens that a text may have, found ${stride}`);
}

/** The longer of two is cut first; where both are too long, they get the same. */
function shared([first, second]: readonly number[], room: number): readonly number[] {
  const half = Math.floor(room / 2);
  const rest = half + room % 2;
  if (first <= second) return first <= half ? [first, room - first] : [half, rest];
  return second <= half ? [room - second, second] : [rest, half];
}
