/**
 * A text that knows where each of its UTF-16 code units comes from in the text that the user gave: what normalizers
 * rewrite and pre-tokenizers cut, so that every token can say which part of the original it stands for.
 *
 * It never changes; what rewrites it makes another one.
 */
export class AlignedText {
  /** The text as it is now. */
  readonly text: string;
  /** For each code unit, where its part of the original begins and ends; absent where unit i is `shift + i` there. */
  readonly #starts: Int32Array | undefined;
  readonly #ends: Int32Array | undefined;
  readonly #shift: number;

  private constructor(text: string, shift: number, starts?: Int32Array, ends?: Int32Array) {
    this.text = text;
    this.#shift = shift;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** A text that nothing has rewritten yet. */
  static of(original: string): AlignedText {
    return new AlignedText(original, 0);
  }

  /** Code units of the text as it is now. */
  get length(): number {
    return this.text.length;
  }

  /** Where the code unit's part of the original begins. */
  start(index: number): number {
    return this.#starts === undefined ? this.#shift + index : this.#starts[index];
  }

  /** Where the code unit's part of the original ends. */
  end(index: number): number {
    return this.#ends === undefined ? this.#shift + index + 1 : this.#ends[index];
  }

  /** The part from one code unit to before another. */
  slice(from: number, to: number = this.length): AlignedText {
    if (from === 0 && to === this.length) return this;
    const text = this.text.slice(from, to);
    if (this.#starts === undefined) return new AlignedText(text, this.#shift + from);
    return new AlignedText(text, 0, this.#starts.subarray(from, to), this.#ends!.subarray(from, to));
  }

  /** Another text of the same length, of which each code unit comes from where this one's does. */
  withText(text: string): AlignedText {
    if (text.length !== this.length) {
      throw new RangeError(`rewrite a text: expected ${this.length} code units, found ${text.length}`);
    }
    return text === this.text ? this : new AlignedText(text, this.#shift, this.#starts, this.#ends);
  }

  /** Each character (code point) rewritten by a function; what it gives comes from where the character does. */
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

  /** @ignore For {@linkcode AlignedTextEdit}. */
  static assemble(text: string, starts: Int32Array, ends: Int32Array): AlignedText {
    return new AlignedText(text, 0, starts, ends);
  }
}

/** Puts a new text together from parts of an old one and from other text. */
export class AlignedTextEdit {
  readonly #source: AlignedText;
  #text = "";
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #length = 0;

  /** Nothing of the source is taken yet. */
  constructor(source: AlignedText) {
    this.#source = source;
  }

  /** Code units so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a part of the source as it is. */
  keep(from: number, to: number): void {
    if (from >= to) return;
    this.#reserve(to - from);
    this.#text += this.#source.text.slice(from, to);
    for (let i = from; i < to; i++) {
      this.#starts[this.#length] = this.#source.start(i);
      this.#ends[this.#length++] = this.#source.end(i);
    }
  }

  /** Appends a text that stands for a part of the source; where the part is empty, for the character before it, if there is one. */
  put(text: string, from: number, to: number): void {
    const source = this.#source;
    const first = from < to ? from : lastCharacter(source.text, from);
    const last = from < to ? to - 1 : from - 1;
    this.putAt(text, first < 0 ? 0 : source.start(first), last < 0 ? 0 : source.end(last));
  }

  /** Appends a text that stands for a part of the original. */
  putAt(text: string, start: number, end: number): void {
    this.#reserve(text.length);
    this.#text += text;
    this.#starts.fill(start, this.#length, this.#length + text.length);
    this.#ends.fill(end, this.#length, this.#length + text.length);
    this.#length += text.length;
  }

  /** Lets the last code units stand for another part of the source, which is not empty. */
  realign(units: number, from: number, to: number): void {
    this.#starts.fill(this.#source.start(from), this.#length - units, this.#length);
    this.#ends.fill(this.#source.end(to - 1), this.#length - units, this.#length);
  }

  /** The new text. */
  done(): AlignedText {
    return AlignedText.assemble(
      this.#text,
      this.#starts.subarray(0, this.#length),
      this.#ends.subarray(0, this.#length),
    );
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#starts.length) return;
    const capacity = Math.max(2 * this.#starts.length, this.#length + more);
    this.#starts = grown(this.#starts, capacity);
    this.#ends = grown(this.#ends, capacity);
  }
}

/** Where the character before a place begins; -1 where there is none. */
function lastCharacter(text: string, end: number): number {
  return end >= 2 && text.codePointAt(end - 2)! > 0xffff ? end - 2 : end - 1;
}

function grown(array: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}
