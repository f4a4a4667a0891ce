import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkKind, TEXT } from "../options.ts";

/**
 * Puts a text before each text that is not empty.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.Prepend("▁").normalize(AlignedText.of("to be")).text, "▁to be");
 * ```
 */
export class Prepend implements Normalizer {
  /** false: a part would get it again. */
  readonly isLocal = false;
  /** What is put before. */
  readonly prepend: string;

  /** A normalizer that puts this before texts. */
  constructor(prepend: string) {
    this.prepend = checkKind("make a normalizer that prepends", "the text", prepend, TEXT);
  }

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Prepend {
    return new Prepend(fields.string("prepend"));
  }

  /** The longer text; what is put before comes from where the first character does. */
  normalize(text: AlignedText): AlignedText {
    if (text.length === 0 || this.prepend === "") return text;
    const edit = new AlignedTextEdit(text);
    edit.put(this.prepend, 0, text.text.codePointAt(0)! > 0xffff ? 2 : 1);
    edit.keep(0, text.length);
    return edit.done();
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Prepend", prepend: this.prepend };
  }
}
