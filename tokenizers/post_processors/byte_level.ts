import type { Encoding } from "../encoding.ts";
import type { JSONFields } from "../json_fields.ts";
import type { PostProcessor } from "./post_processor.ts";
import { trimOffsets } from "./trim_offsets.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode ByteLevel}. */
export interface ByteLevelOptions {
  /** Whether texts got a space at their beginning; true by default. */
  readonly addPrefixSpace?: boolean;
  /** Whether offsets leave out the white space at the ends of tokens; true by default. */
  readonly trimOffsets?: boolean;
  /** Saved in the file but without effect. Default: true. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * Adds nothing; takes the white space at the ends of byte-level tokens out of their offsets.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = new PipelineTokenizer({
 *   preTokenizer: new preTokenizers.ByteLevel({ addPrefixSpace: false }),
 *   model: new models.WordLevel({ vocabulary: new Map([["to", 0], ["Ġbe", 1]]), unknownToken: "to" }),
 *   postProcessor: new postProcessors.ByteLevel({ addPrefixSpace: false }),
 * });
 * assertEquals(tokenizer.encoding("to be").offsets, [[0, 2], [3, 5]]);
 * ```
 */
export class ByteLevel implements PostProcessor {
  /** Nothing. */
  readonly around = { before: [], after: [] } as const;
  /** Whether texts got a space at their beginning. */
  readonly addPrefixSpace: boolean;
  /** Whether offsets leave out the white space at the ends of tokens. */
  readonly trimOffsets: boolean;
  /** Saved in the file but without effect. */
  readonly useRegex: boolean;

  /** A post-processor with these settings. */
  constructor(options: ByteLevelOptions = {}) {
    const { addPrefixSpace = true, trimOffsets = true, useRegex = true } = checkOptions(
      "make a byte-level post-processor",
      options,
      KINDS,
    );
    this.addPrefixSpace = addPrefixSpace;
    this.trimOffsets = trimOffsets;
    this.useRegex = useRegex;
  }

  /** The post-processor that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** 0 */
  addedTokens(): number {
    return 0;
  }

  /** The texts with other offsets. */
  process(encodings: readonly Encoding[]): readonly Encoding[] {
    return this.trimOffsets ? encodings.map((encoding) => trimOffsets(encoding, this.addPrefixSpace)) : encodings;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { addPrefixSpace, trimOffsets, useRegex } = this;
    return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets, use_regex: useRegex };
  }
}
