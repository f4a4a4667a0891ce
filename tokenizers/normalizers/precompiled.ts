import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { CharacterMap } from "./character_map.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * The rewriting rules of a SentencePiece model (Kudo and Richardson 2018): a table from characters and sequences of them to others. As in Hugging
 * Face's library a grapheme of fewer than 6 bytes is looked up as a whole, then each of its characters.
 */
export class Precompiled implements Normalizer {
  /** false: the table can make spaces of what stands before one. */
  readonly isLocal = false;
  /** The table as its file has it. */
  readonly charsMap: Uint8Array;
  readonly #map: CharacterMap;

  /**
   * A normalizer with this table.
   *
   * @throws {RangeError} If the table is cut off.
   */
  constructor(charsMap: Uint8Array) {
    this.charsMap = charsMap;
    this.#map = new CharacterMap(charsMap);
  }

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Precompiled {
    const text = fields.string("precompiled_charsmap");
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
      throw fields.error("precompiled_charsmap", "bytes as base64");
    }
    try {
      return new Precompiled(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw fields.error("precompiled_charsmap", `a table (${error.message})`);
    }
  }

  /** The rewritten text. */
  normalize(text: AlignedText): AlignedText {
    const edit = new AlignedTextEdit(text);
    let isChanged = false;
    for (const { 0: stretch, index } of text.text.matchAll(STRETCHES)) {
      const graphemes = stretch.length === 1 ? [{ segment: stretch, index: 0 }] : graphemesOf(stretch);
      for (const { segment, index: offset } of graphemes) {
        isChanged = this.#append(segment, index + offset, edit) || isChanged;
      }
    }
    return isChanged ? edit.done() : text;
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    let binary = "";
    for (const byte of this.charsMap) binary += String.fromCharCode(byte);
    return { type: "Precompiled", precompiled_charsmap: btoa(binary) };
  }

  /** Appends what becomes of a grapheme; tells whether that is something else. */
  #append(grapheme: string, start: number, edit: AlignedTextEdit): boolean {
    const whole = isShort(grapheme) ? this.#map.get(grapheme) : undefined;
    if (whole !== undefined) return replace(grapheme, whole, start, edit);
    let isChanged = false;
    let at = start;
    for (const character of grapheme) {
      const other = this.#map.get(character);
      if (other === undefined) edit.keep(at, at + character.length);
      else isChanged = replace(character, other, at, edit) || isChanged;
      at += character.length;
    }
    return isChanged;
  }
}

/** ASCII characters one by one, since each is a grapheme where no mark follows (a line's end is two); other stretches as a whole. */
const STRETCHES = /(?!\r\n)[\0-\x7f](?![^\0-\x7f])|\r\n|[\0-\x7f]?[^\0-\x7f]+/g;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Code units that are cut into graphemes at a time, about. */
const MOST_UNITS = 2 ** 12;

/** The graphemes of a text, long ones piece by piece: the segmenter's time grows with the text that it is given. */
function* graphemesOf(text: string): Generator<{ segment: string; index: number }, void, void> {
  let start = 0;
  while (start < text.length) {
    const piece = text.slice(start, start + MOST_UNITS);
    const segments = [...GRAPHEMES.segment(piece)];
    // What the end of the piece cuts off comes again with the next one.
    const isLast = start + piece.length === text.length;
    const kept = isLast || segments.length === 1 ? segments : segments.slice(0, -1);
    for (const { segment, index } of kept) yield { segment, index: start + index };
    const { segment, index } = kept[kept.length - 1];
    start += index + segment.length;
  }
}

/** Whether a text has fewer than 6 bytes of UTF-8. */
function isShort(text: string): boolean {
  if (text.length > 5) return false;
  return text.length < 2 || new TextEncoder().encode(text).length < 6;
}

/**
 * Appends what stands for a part of the text: character by character; where there are more than before, they come from the last one there
 * was.
 */
function replace(before: string, after: string, start: number, edit: AlignedTextEdit): boolean {
  const old = [...before];
  let at = start;
  let i = 0;
  for (const character of after) {
    const isLast = i >= old.length - 1;
    edit.put(character, at, at + old[Math.min(i, old.length - 1)].length);
    if (!isLast) at += old[i].length;
    i++;
  }
  return before !== after;
}
