import { InputRangeError } from "../../errors.ts";
import { checkKind, instanceOf } from "../options.ts";
import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { CharacterMap } from "./character_map.ts";
import { forEachGrapheme } from "./graphemes.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * The normalization rules of a SentencePiece model (Kudo and Richardson 2018): a table that maps character sequences to
 * replacements. As in Hugging Face's library, a grapheme of fewer than 6 bytes is first looked up as a whole, then
 * character by character.
 *
 * @example
 * ```ts
 * import { AlignedText, JSONFields, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * // A table that turns a tab into a space.
 * const table = "KAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACQUAAAAAAIAgAA==";
 * const normalizer = normalizers.Precompiled.fromJSON(new JSONFields({ precompiled_charsmap: table }, "normalizer"));
 * assertEquals(normalizer.normalize(AlignedText.of("to\tbe")).text, "to be");
 * ```
 */
export class Precompiled implements Normalizer {
  /** Always false: the table can turn a character before a space into a space. */
  readonly isLocal = false;
  /** The table in its file format. */
  readonly charsMap: Uint8Array;
  readonly #map: CharacterMap;

  /**
   * Creates a normalizer with this table.
   *
   * @throws {RangeError} If the table is truncated.
   */
  constructor(charsMap: Uint8Array) {
    this.charsMap = checkKind("make a precompiled normalizer", "its map", charsMap, instanceOf(Uint8Array));
    this.#map = new CharacterMap(charsMap);
  }

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Precompiled {
    return new Precompiled(charsMapFromJSON(fields));
  }

  /** Normalizes a text. */
  normalize(text: AlignedText): AlignedText {
    let edit: AlignedTextEdit | undefined;
    let kept = 0;
    let last = "";
    const look = (part: string, start: number): boolean => {
      const other = this.#map.get(part);
      if (other === undefined) return false;
      if (other === part) return true;
      edit ??= new AlignedTextEdit(text);
      edit.keep(kept, start);
      // A removed character cancels out an extra one added just before it.
      if (other === "" && kept === start) edit.realign(last.length, start, start + firstOf(part).length);
      last = replace(part, other, start, edit);
      kept = start + part.length;
      return true;
    };
    forEachGrapheme(text.text, (grapheme, start) => {
      if (isShort(grapheme) && look(grapheme, start) || grapheme.length === 1) return;
      for (const character of grapheme) {
        look(character, start);
        start += character.length;
      }
    });
    edit?.keep(kept, text.length);
    return edit?.done() ?? text;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return precompiledJSON(this.charsMap);
  }
}

/** The `tokenizer.json` form of a table. */
export function precompiledJSON(charsMap: Uint8Array): unknown {
  let binary = "";
  for (const byte of charsMap) binary += String.fromCharCode(byte);
  return { type: "Precompiled", precompiled_charsmap: btoa(binary) };
}

/** Reads the table of a `tokenizer.json`; checks that it is one. */
export function charsMapFromJSON(fields: JSONFields): Uint8Array {
  const text = fields.string("precompiled_charsmap");
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw fields.error("precompiled_charsmap", "bytes as base64");
  }
  try {
    new CharacterMap(bytes);
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    throw fields.error("precompiled_charsmap", `a table (${error.message})`);
  }
  return bytes;
}

/** Whether a text has fewer than 6 bytes of UTF-8. */
function isShort(text: string): boolean {
  if (text.length > 5) return false;
  return text.length < 2 || new TextEncoder().encode(text).length < 6;
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0)!);
}

/**
 * Appends the replacement of a part of the text, character by character; extra characters map to the last original one.
 * Returns that last character, if any.
 */
function replace(before: string, after: string, start: number, edit: AlignedTextEdit): string {
  const old = [...before];
  let at = start;
  let i = 0;
  let last = "";
  for (const character of after) {
    edit.put(character, at, at + old[Math.min(i, old.length - 1)].length);
    if (i < old.length - 1) at += old[i].length;
    if (i >= old.length) last = character;
    i++;
  }
  return last;
}
