import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * Removes all marks; after a decomposition these are the accents.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const normalizer = new normalizers.Sequence([new normalizers.NFD(), new normalizers.StripAccents()]);
 * assertEquals(normalizer.normalize(AlignedText.of("déjà")).text, "deja");
 * ```
 */
export class StripAccents implements Normalizer {
  /** Always true: each character is kept or removed independently. */
  readonly isLocal = true;

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(): StripAccents {
    return new StripAccents();
  }

  /** Removes the marks of a text. */
  normalize(text: AlignedText): AlignedText {
    return without(text, /\p{M}+/gu);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "StripAccents" };
  }
}

/** Removes all matches of a global regular expression. */
export function without(text: AlignedText, expression: RegExp): AlignedText {
  let edit: AlignedTextEdit | undefined;
  let kept = 0;
  for (const { 0: match, index } of text.text.matchAll(expression)) {
    edit ??= new AlignedTextEdit(text);
    edit.keep(kept, index);
    kept = index + match.length;
  }
  edit?.keep(kept, text.length);
  return edit?.done() ?? text;
}
