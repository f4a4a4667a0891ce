import type { Encoding } from "../encoding.ts";
import { checkAdded } from "./check_added.ts";
import type { PostProcessor } from "./post_processor.ts";
import { countParts } from "../check_parts.ts";
import { checkKind, LIST } from "../options.ts";

/**
 * Applies post-processors one after another.
 *
 * @example
 * ```ts
 * import { postProcessors } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = new postProcessors.Sequence([
 *   new postProcessors.ByteLevel(),
 *   new postProcessors.Template({ single: "<s> $A", pair: "<s> $A $B", specialTokens: { "<s>": 0 } }),
 * ]);
 * assertEquals(sequence.around, { before: [0], after: [] });
 * ```
 */
export class Sequence implements PostProcessor {
  /** The post-processors, in order of application. */
  readonly processors: readonly PostProcessor[];
  /** The number of post-processors, those of inner sequences included. */
  readonly #parts: number;

  /**
   * Creates a sequence of post-processors.
   *
   * @throws {RangeError} If there are more than 64, those of inner sequences included, or they add more than 4,096 special
   * tokens.
   */
  constructor(processors: readonly PostProcessor[]) {
    checkKind("make a sequence", "the post-processors", processors, LIST);
    this.processors = [...processors];
    this.#parts = countParts(
      "post-processors",
      this.processors,
      (member) => member instanceof Sequence ? member.#parts : 0,
    );
    checkAdded(this);
  }

  /** The ids that all post-processors add before and after a single text; later ones are outermost. */
  get around(): { readonly before: readonly number[]; readonly after: readonly number[] } {
    const around = this.processors.map((processor) => processor.around);
    return {
      before: around.toReversed().flatMap(({ before }) => before),
      after: around.flatMap(({ after }) => after),
    };
  }

  /** The ids that all post-processors add. */
  get ids(): readonly number[] {
    return this.processors.flatMap((processor) => processor.ids);
  }

  /** The number of tokens that all post-processors add. */
  addedTokens(isPair: boolean): number {
    return this.processors.reduce((sum, processor) => sum + processor.addedTokens(isPair), 0);
  }

  /** Processes the encodings with all post-processors in order. */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[] {
    return this.processors.reduce((parts, processor) => processor.process(parts, addSpecialTokens), encodings);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Sequence", processors: this.processors.map((processor) => processor.toJSON()) };
  }
}
