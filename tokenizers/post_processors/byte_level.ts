import type { Encoding } from "../encoding.ts";
import type { JSONFields } from "../json_fields.ts";
import type { PostProcessor } from "./post_processor.ts";
import { trimOffsets } from "./trim_offsets.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode ByteLevel}. */
export interface ByteLevelOptions {
  /** Whether texts got a prefix space. Default: true. */
  readonly addPrefixSpace?: boolean;
  /** Whether to exclude white space at the ends of tokens from their offsets. Default: true. */
  readonly trimOffsets?: boolean;
  /** Saved in the file but without effect. Default: true. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * Adds no tokens; excludes the white space at the ends of byte-level tokens from their offsets.
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
  /** Always empty. */
  readonly around = { before: [], after: [] } as const;
  /** Always empty. */
  readonly ids: readonly number[] = [];
  /** Whether texts got a prefix space. */
  readonly addPrefixSpace: boolean;
  /** Whether to exclude white space at the ends of tokens from their offsets. */
  readonly trimOffsets: boolean;
  /** Saved in the file but without effect. */
  readonly useRegex: boolean;

  /** Creates a post-processor with these settings. */
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

  /** Reads the post-processor from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** Always 0. */
  addedTokens(): number {
    return 0;
  }

  /** Adjusts the offsets. */
  process(encodings: readonly Encoding[]): readonly Encoding[] {
    return this.trimOffsets ? encodings.map((encoding) => trimOffsets(encoding, this.addPrefixSpace)) : encodings;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { addPrefixSpace, trimOffsets, useRegex } = this;
    return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets, use_regex: useRegex };
  }
}
