import { InputRangeError } from "../errors.ts";
import { checkGrowth, maxGrown } from "./limits.ts";
import { utf8Length } from "./utf8.ts";

/**
 * A text that maps each of its UTF-16 code units to a range of the original input. Normalizers and pre-tokenizers
 * operate on it, so every token can report its offsets in the original text.
 *
 * Immutable: every edit returns a new text.
 *
 * @example
 * ```ts
 * import { AlignedText } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const text = AlignedText.of("1½ kg").mapCharacters((character) => character.normalize("NFKC"));
 * assertEquals(text.text, "11⁄2 kg");
 * assertEquals([text.start(3), text.end(3)], [1, 2]); // The "2" comes from "½".
 * ```
 */
export class AlignedText {
  /** The current text. */
  readonly text: string;
  /** Start and end of each code unit's range in the original. Absent if unit i simply maps to `shift + i`. */
  readonly #starts: Int32Array | undefined;
  readonly #ends: Int32Array | undefined;
  readonly #shift: number;
  readonly #original: string;

  private constructor(text: string, original: string, shift: number, starts?: Int32Array, ends?: Int32Array) {
    this.text = text;
    this.#original = original;
    this.#shift = shift;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** Wraps an original text, each code unit mapped to itself. */
  static of(original: string): AlignedText {
    return new AlignedText(original, original, 0);
  }

  /** Length of the current text in UTF-16 code units. */
  get length(): number {
    return this.text.length;
  }

  /** The start, in the original, of the range of code unit `index`. */
  start(index: number): number {
    return this.#starts === undefined ? this.#shift + index : this.#starts[index];
  }

  /** The end (exclusive), in the original, of the range of code unit `index`. */
  end(index: number): number {
    return this.#ends === undefined ? this.#shift + index + 1 : this.#ends[index];
  }

  /** The part from code unit `from` up to, but not including, `to`. */
  slice(from: number, to: number = this.length): AlignedText {
    if (from === 0 && to === this.length) return this;
    const text = this.text.slice(from, to);
    if (this.#starts === undefined) return new AlignedText(text, this.#original, this.#shift + from);
    return new AlignedText(text, this.#original, 0, this.#starts.subarray(from, to), this.#ends!.subarray(from, to));
  }

  /** Replaces the text by another of the same length, with unchanged offsets. */
  withText(text: string): AlignedText {
    if (text.length !== this.length) {
      throw new InputRangeError(`rewrite a text: expected ${this.length} code units, found ${text.length}`);
    }
    return text === this.text ? this : new AlignedText(text, this.#original, this.#shift, this.#starts, this.#ends);
  }

  /** Replaces each character (code point) by the result of a function, which inherits the character's range. */
  mapCharacters(rewrite: (character: string) => string): AlignedText {
    let edit: AlignedTextEdit | undefined;
    let kept = 0;
    let at = 0;
    for (const character of this.text) {
      const end = at + character.length;
      const replacement = rewrite(character);
      if (replacement !== character) {
        edit ??= new AlignedTextEdit(this);
        edit.keep(kept, at);
        edit.put(replacement, at, end);
        kept = end;
      }
      at = end;
    }
    edit?.keep(kept, at);
    return edit === undefined ? this : edit.done();
  }

  /** @ignore For {@linkcode AlignedTextEdit}: another text from the same original. */
  withAlignment(text: string, starts: Int32Array, ends: Int32Array): AlignedText {
    return new AlignedText(text, this.#original, 0, starts, ends);
  }

  /** @ignore For {@linkcode Growth}: the range of the original that this text comes from. */
  get range(): [start: number, end: number] {
    return this.length === 0 ? [0, 0] : [this.start(0), this.end(this.length - 1)];
  }

  /** @ignore For {@linkcode Growth}: the number of bytes of that range in UTF-8. */
  get originalBytes(): number {
    return utf8Length(this.#original.slice(...this.range));
  }
}

/**
 * Builds a new text from parts of a source text and inserted text. A text becomes at most 12 code units long for
 * each byte of the original in UTF-8, and 1,024 more.
 *
 * @example
 * ```ts
 * import { AlignedText, AlignedTextEdit } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const edit = new AlignedTextEdit(AlignedText.of("5 km away"));
 * edit.keep(0, 2);
 * edit.put("kilometers", 2, 4);
 * edit.keep(4, 9);
 * const text = edit.done();
 * assertEquals(text.text, "5 kilometers away");
 * assertEquals([text.start(11), text.end(11)], [2, 4]); // The "s" comes from "km".
 * ```
 */
export class AlignedTextEdit {
  readonly #source: AlignedText;
  readonly #growth: Growth;
  #text = "";
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #length = 0;

  /** Creates an edit that has copied nothing yet. */
  constructor(source: AlignedText) {
    this.#source = source;
    this.#growth = new Growth("rewrite a text", source);
  }

  /** Code units appended so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a part of the source unchanged. */
  keep(from: number, to: number): void {
    if (from >= to) return;
    this.#reserve(to - from);
    this.#text += this.#source.text.slice(from, to);
    for (let i = from; i < to; i++) {
      this.#starts[this.#length] = this.#source.start(i);
      this.#ends[this.#length++] = this.#source.end(i);
    }
  }

  /**
   * Appends a replacement for a part of the source. If the part is empty, the replacement maps to the character before
   * it, if any.
   */
  put(text: string, from: number, to: number): void {
    const source = this.#source;
    const first = from < to ? from : lastCharacter(source.text, from);
    const last = from < to ? to - 1 : from - 1;
    this.putAt(text, first < 0 ? 0 : source.start(first), last < 0 ? 0 : source.end(last));
  }

  /** Appends text that maps to a range of the original. */
  putAt(text: string, start: number, end: number): void {
    this.#reserve(text.length);
    this.#text += text;
    this.#starts.fill(start, this.#length, this.#length + text.length);
    this.#ends.fill(end, this.#length, this.#length + text.length);
    this.#length += text.length;
  }

  /** Remaps the last code units to another, non-empty part of the source. */
  realign(units: number, from: number, to: number): void {
    this.#starts.fill(this.#source.start(from), this.#length - units, this.#length);
    this.#ends.fill(this.#source.end(to - 1), this.#length - units, this.#length);
  }

  /** Returns the new text. */
  done(): AlignedText {
    return this.#source.withAlignment(
      this.#text,
      this.#starts.subarray(0, this.#length),
      this.#ends.subarray(0, this.#length),
    );
  }

  #reserve(more: number): void {
    this.#growth.add(more);
    if (this.#length + more <= this.#starts.length) return;
    const capacity = Math.max(2 * this.#starts.length, this.#length + more);
    this.#starts = grown(this.#starts, capacity);
    this.#ends = grown(this.#ends, capacity);
  }
}

/** Limits how long all that a text becomes may be. */
export class Growth {
  readonly #action: string;
  readonly #source: AlignedText;
  #length = 0;
  /** A length that is certainly allowed. */
  #most: number;

  /** @param action The action that error messages start with. */
  constructor(action: string, source: AlignedText) {
    this.#action = action;
    this.#source = source;
    const [start, end] = source.range;
    // Each code unit is at least one byte; the bytes are counted only if that does not suffice.
    this.#most = Math.max(source.length, maxGrown(end - start));
  }

  /** Adds the length of a part of what the text becomes. Throws `RangeError` if all parts together are too long. */
  add(length: number): void {
    this.#length += length;
    if (this.#length <= this.#most) return;
    const bytes = this.#source.originalBytes;
    checkGrowth(this.#action, this.#length, bytes);
    this.#most = maxGrown(bytes);
  }
}

/** The start of the character before a position; -1 if there is none. */
function lastCharacter(text: string, end: number): number {
  return end >= 2 && text.codePointAt(end - 2)! > 0xffff ? end - 2 : end - 1;
}

function grown(array: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}
