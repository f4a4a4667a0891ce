import type { AlignedText } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * Converts a text to lowercase, character by character, so there is no final sigma.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.Lowercase().normalize(AlignedText.of("To Be")).text, "to be");
 * ```
 */
export class Lowercase implements Normalizer {
  /** Always true: each character is rewritten independently. */
  readonly isLocal = true;

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(): Lowercase {
    return new Lowercase();
  }

  /** Lowercases a text. */
  normalize(text: AlignedText): AlignedText {
    return lowercase(text);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Lowercase" };
  }
}

/** Lowercases a text. */
export function lowercase(text: AlignedText): AlignedText {
  const lower = text.text.toLowerCase();
  if (lower === text.text) return text;
  // Equivalent, except for characters that expand and for sigma.
  if (lower.length === text.length && !/\u03a3/.test(text.text)) return text.withText(lower);
  return text.mapCharacters((character) => character.toLowerCase());
}
