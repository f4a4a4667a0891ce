import { InputRangeError } from "../../errors.ts";
import type { JSONFields } from "../json_fields.ts";
import { characterField, isCharacter } from "../character.ts";
import { PREPEND_SCHEMES, type PrependScheme } from "../prepend_scheme.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { checkOptions, FLAG, type Kinds, oneOf, TEXT } from "../options.ts";

/** Options of {@linkcode Metaspace}. */
export interface MetaspaceOptions {
  /** The character that stands for a space. Default: U+2581. */
  readonly replacement?: string;
  /** The texts that got a prefix space; it is removed again unless this is `"never"`. Default: `"always"`. */
  readonly prependScheme?: PrependScheme;
  /** Saved in the file but without effect. Default: true. */
  readonly split?: boolean;
}

const KINDS: Kinds<MetaspaceOptions> = { replacement: TEXT, prependScheme: oneOf(PREPEND_SCHEMES), split: FLAG };

/**
 * Replaces the stand-in character with spaces, reversing the pre-tokenizer of the same name.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decoders.decodeTokens(new decoders.Metaspace(), ["▁to", "▁b", "e"]).join(""), "to be");
 * ```
 */
export class Metaspace implements Decoder {
  /** The character that stands for a space. */
  readonly replacement: string;
  /** The texts that got a prefix space. */
  readonly prependScheme: PrependScheme;
  /** Saved in the file but without effect. */
  readonly split: boolean;

  /**
   * Creates a decoder with these settings.
   *
   * @throws {RangeError} If the replacement is not a single character.
   */
  constructor(options: MetaspaceOptions = {}) {
    const { replacement = "\u2581", prependScheme = "always", split = true } = checkOptions(
      "make a Metaspace decoder",
      options,
      KINDS,
    );
    if (!isCharacter(replacement)) {
      throw new InputRangeError(
        `build a decoder: replacement: expected one character, found ${JSON.stringify(replacement)}`,
      );
    }
    this.replacement = replacement;
    this.prependScheme = prependScheme;
    this.split = split;
  }

  /** Reads the decoder from a `tokenizer.json`. Old files have `add_prefix_space` instead of `prepend_scheme`. */
  static fromJSON(fields: JSONFields): Metaspace {
    // Old files repeat the replacement.
    fields.raw("str_rep");
    const isPrefixed = fields.boolean("add_prefix_space", true);
    const prependScheme = fields.choice("prepend_scheme", PREPEND_SCHEMES, isPrefixed ? "always" : "never");
    if (!isPrefixed && prependScheme !== "never") {
      throw fields.error("add_prefix_space", `true with the prepend_scheme "${prependScheme}"`);
    }
    return new Metaspace({
      replacement: characterField(fields, "replacement"),
      prependScheme,
      split: fields.boolean("split", true),
    });
  }

  /** Creates a stream that holds nothing back. */
  stream(): TokenStream {
    let isFirst = true;
    return {
      push: (fragment, ends, next) => {
        next(fragment.replaceAll(this.replacement, isFirst && this.prependScheme !== "never" ? "" : " "), ends);
        isFirst &&= !ends;
      },
      flush: () => {
        isFirst = true;
      },
    };
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { replacement, prependScheme, split } = this;
    return { type: "Metaspace", replacement, prepend_scheme: prependScheme, split };
  }
}
