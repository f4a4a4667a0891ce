import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";

/** Prepends a string, which maps to the range of the text's first character. */
export function prepend(prefix: string, text: AlignedText): AlignedText {
  const edit = new AlignedTextEdit(text);
  edit.put(prefix, 0, text.text.codePointAt(0)! > 0xffff ? 2 : 1);
  edit.keep(0, text.length);
  return edit.done();
}
