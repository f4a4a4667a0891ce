import { Encoding } from "../encoding.ts";
import type { JSONFields } from "../json_fields.ts";
import { readSpecialToken } from "./read_special_token.ts";
import type { PostProcessor } from "./post_processor.ts";
import { sameTypeIds, specialEncoding, type SpecialToken } from "./special_encoding.ts";
import { trimOffsets } from "./trim_offsets.ts";
import { checkOptions, FLAG, type Kinds, LIST } from "../options.ts";

/** Options of {@linkcode RoBERTa}. */
export interface RoBERTaOptions {
  /** The separator token, after each text and before the second, and its id. */
  readonly sep: SpecialToken;
  /** The classification token, before the first text, and its id. */
  readonly cls: SpecialToken;
  /** Whether to exclude white space at the ends of tokens from their offsets. Default: true. */
  readonly trimOffsets?: boolean;
  /** Whether texts got a prefix space. Default: true. */
  readonly addPrefixSpace?: boolean;
}

const KINDS: Kinds<RoBERTaOptions> = { sep: LIST, cls: LIST, trimOffsets: FLAG, addPrefixSpace: FLAG };

/**
 * Adds special tokens like RoBERTa (Liu et al. 2019): `<s> A </s>` and `<s> A </s> </s> B </s>`, all with type id 0.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["<s>", 0], ["</s>", 1], ["to", 2], ["be", 3]]);
 * const tokenizer = new PipelineTokenizer({
 *   preTokenizer: new preTokenizers.Whitespace(),
 *   model: new models.WordLevel({ vocabulary, unknownToken: "</s>" }),
 *   postProcessor: new postProcessors.RoBERTa({ sep: ["</s>", 1], cls: ["<s>", 0] }),
 * });
 * assertEquals(tokenizer.encoding(["to", "be"]).ids, [0, 2, 1, 1, 3, 1]);
 * ```
 */
export class RoBERTa implements PostProcessor {
  /** The separator token, after each text and before the second, and its id. */
  readonly sep: SpecialToken;
  /** The classification token, before the first text, and its id. */
  readonly cls: SpecialToken;
  /** Whether to exclude white space at the ends of tokens from their offsets. */
  readonly trimOffsets: boolean;
  /** Whether texts got a prefix space. */
  readonly addPrefixSpace: boolean;

  /** Creates a post-processor with these settings. */
  constructor(options: RoBERTaOptions) {
    const { sep, cls, trimOffsets = true, addPrefixSpace = true } = checkOptions(
      "make a RoBERTa post-processor",
      options,
      KINDS,
      ["sep", "cls"],
    );
    this.sep = sep;
    this.cls = cls;
    this.trimOffsets = trimOffsets;
    this.addPrefixSpace = addPrefixSpace;
  }

  /** The ids added before and after a single text. */
  get around(): { readonly before: readonly number[]; readonly after: readonly number[] } {
    return { before: [this.cls[1]], after: [this.sep[1]] };
  }

  /** The ids of both special tokens. */
  get ids(): readonly number[] {
    return [this.cls[1], this.sep[1]];
  }

  /** Reads the post-processor from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): RoBERTa {
    return new RoBERTa({
      sep: readSpecialToken(fields, "sep"),
      cls: readSpecialToken(fields, "cls"),
      trimOffsets: fields.boolean("trim_offsets"),
      addPrefixSpace: fields.boolean("add_prefix_space"),
    });
  }

  /** The number of tokens added: 2 to a text, 4 to a pair. */
  addedTokens(isPair: boolean): number {
    return isPair ? 4 : 2;
  }

  /** Adds special tokens around the texts. */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[] {
    return encodings.map((encoding, i) => {
      const trimmed = this.trimOffsets ? trimOffsets(encoding, this.addPrefixSpace) : encoding;
      const text = trimmed.map((part) => sameTypeIds(part, 0));
      if (!addSpecialTokens) return text;
      return Encoding.merge([
        specialEncoding([i === 0 ? this.cls : this.sep], 0),
        text,
        specialEncoding([this.sep], 0),
      ]);
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { sep, cls, trimOffsets, addPrefixSpace } = this;
    return { type: "RobertaProcessing", sep, cls, trim_offsets: trimOffsets, add_prefix_space: addPrefixSpace };
  }
}
