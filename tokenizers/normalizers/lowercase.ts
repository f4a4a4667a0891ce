import type { AlignedText } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * Lower-case letters, each character for itself: there is no special sigma at the end of a word.
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
  /** true: each character is rewritten for itself. */
  readonly isLocal = true;

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(): Lowercase {
    return new Lowercase();
  }

  /** The text in lower case. */
  normalize(text: AlignedText): AlignedText {
    return lowercase(text);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Lowercase" };
  }
}

/** A text in lower case. */
export function lowercase(text: AlignedText): AlignedText {
  const lower = text.text.toLowerCase();
  if (lower === text.text) return text;
  // The same but for characters that become several, and for sigma.
  if (lower.length === text.length && !/\u03a3/.test(text.text)) return text.withText(lower);
  return text.mapCharacters((character) => character.toLowerCase());
}
