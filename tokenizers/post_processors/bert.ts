import { Encoding } from "../encoding.ts";
import type { JSONFields } from "../json_fields.ts";
import { readSpecialToken } from "./read_special_token.ts";
import type { PostProcessor } from "./post_processor.ts";
import { specialEncoding, type SpecialToken } from "./special_encoding.ts";
import { checkOptions, type Kinds, LIST } from "../options.ts";

/** Options of {@linkcode BERT}. */
export interface BERTOptions {
  /** The separator token, after each text, and its id. */
  readonly sep: SpecialToken;
  /** The classification token, before the first text, and its id. */
  readonly cls: SpecialToken;
}

const KINDS: Kinds<BERTOptions> = { sep: LIST, cls: LIST };

/**
 * Adds special tokens like BERT (Devlin et al. 2019): `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, with type id 1 from
 * B on.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["[CLS]", 0], ["[SEP]", 1], ["to", 2], ["be", 3]]);
 * const tokenizer = new PipelineTokenizer({
 *   preTokenizer: new preTokenizers.Whitespace(),
 *   model: new models.WordLevel({ vocabulary, unknownToken: "[SEP]" }),
 *   postProcessor: new postProcessors.BERT({ sep: ["[SEP]", 1], cls: ["[CLS]", 0] }),
 * });
 * const { ids, typeIds } = tokenizer.encoding(["to", "be"]);
 * assertEquals(ids, [0, 2, 1, 3, 1]);
 * assertEquals(typeIds, [0, 0, 0, 1, 1]);
 * ```
 */
export class BERT implements PostProcessor {
  /** The separator token, after each text, and its id. */
  readonly sep: SpecialToken;
  /** The classification token, before the first text, and its id. */
  readonly cls: SpecialToken;

  /** Creates a post-processor with these tokens. */
  constructor(options: BERTOptions) {
    const { sep, cls } = checkOptions("make a BERT post-processor", options, KINDS, ["sep", "cls"]);
    this.sep = sep;
    this.cls = cls;
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
  static fromJSON(fields: JSONFields): BERT {
    return new BERT({ sep: readSpecialToken(fields, "sep"), cls: readSpecialToken(fields, "cls") });
  }

  /** The number of tokens added: 2 to a text, 3 to a pair. */
  addedTokens(isPair: boolean): number {
    return isPair ? 3 : 2;
  }

  /** Adds special tokens around the texts. */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[] {
    if (!addSpecialTokens) return encodings;
    return encodings.map((text, i) => {
      const before = i === 0 ? [specialEncoding([this.cls], 0)] : [];
      return Encoding.merge([...before, text, specialEncoding([this.sep], i)]);
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "BertProcessing", sep: this.sep, cls: this.cls };
  }
}
