import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkKind, TEXT } from "../options.ts";

/**
 * Prepends a string to each nonempty text.
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
  /** Always false: each part would get the prefix. */
  readonly isLocal = false;
  /** The string to prepend. */
  readonly prepend: string;

  /** Creates a normalizer that prepends a string. */
  constructor(prepend: string) {
    this.prepend = checkKind("make a normalizer that prepends", "the text", prepend, TEXT);
  }

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Prepend {
    return new Prepend(fields.string("prepend"));
  }

  /** Prepends the string; it maps to the range of the text's first character. */
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
