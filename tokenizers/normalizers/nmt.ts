import type { AlignedText } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";
import { without } from "./strip_accents.ts";

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]+/g;
const SPACES = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd\p{Cs}]/gu;

/**
 * SentencePiece's normalization for machine translation: removes control characters and replaces special white space
 * and invisible characters with spaces.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.Nmt().normalize(AlignedText.of("a\u0007b\u200bc\nd")).text, "ab c d");
 * ```
 */
export class Nmt implements Normalizer {
  /** Always false: a character before a space can itself become a space. */
  readonly isLocal = false;

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(): Nmt {
    return new Nmt();
  }

  /** Normalizes a text. */
  normalize(text: AlignedText): AlignedText {
    const kept = without(text, CONTROLS);
    return kept.withText(kept.text.replace(SPACES, " "));
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Nmt" };
  }
}
