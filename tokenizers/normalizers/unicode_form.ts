import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import { CharacterClasses } from "../character_classes.ts";
import { type Change, changesOf } from "./form_changes.ts";
import { type Form, normalForm } from "./normal_form.ts";
import type { Normalizer } from "./normalizer.ts";

/** Converts a text to a Unicode normalization form (Unicode Standard Annex 15). */
abstract class UnicodeForm implements Normalizer {
  /** Always true: a space never composes with what precedes it. */
  readonly isLocal = true;
  /** The normalization form. */
  protected abstract readonly form: Form;
  readonly #known = new Map<string, readonly Change[] | undefined>();

  /** Converts a text to this form. */
  normalize(text: AlignedText): AlignedText {
    if (normalForm(text.text, this.form) === text.text) return text;
    const edit = new AlignedTextEdit(text);
    let kept = 0;
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = segmentEnd(text.text, start);
      const changes = this.#changes(text.text.slice(start, end));
      if (changes === undefined) continue;
      edit.keep(kept, start);
      rewrite(text.text.slice(start, end), start, changes, edit);
      kept = end;
    }
    edit.keep(kept, text.length);
    return edit.done();
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: this.form };
  }

  /** The changes to a segment; `undefined` if it stays the same. */
  #changes(segment: string): readonly Change[] | undefined {
    if (segment.length > MAX_CACHED_LENGTH) return changesOf(segment, this.form);
    if (!this.#known.has(segment)) {
      if (this.#known.size >= MAX_CACHED_SEGMENTS) this.#known.clear();
      this.#known.set(segment, changesOf(segment, this.form));
    }
    return this.#known.get(segment);
  }
}

/**
 * Composed characters: canonical decomposition, then composition.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.NFC().normalize(AlignedText.of("e\u0301")).text, "\u00e9");
 * ```
 */
export class NFC extends UnicodeForm {
  /** `"NFC"` */
  protected override readonly form = "NFC";
}

/**
 * Decomposed characters: canonical decomposition.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.NFD().normalize(AlignedText.of("\u00e9")).text, "e\u0301");
 * ```
 */
export class NFD extends UnicodeForm {
  /** `"NFD"` */
  protected override readonly form = "NFD";
}

/**
 * Composed characters with compatibility variants unified: compatibility decomposition, then composition.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.NFKC().normalize(AlignedText.of("ﬁ e\u0301")).text, "fi \u00e9");
 * ```
 */
export class NFKC extends UnicodeForm {
  /** `"NFKC"` */
  protected override readonly form = "NFKC";
}

/**
 * Decomposed characters with compatibility variants unified: compatibility decomposition.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.NFKD().normalize(AlignedText.of("ﬁ \u00e9")).text, "fi e\u0301");
 * ```
 */
export class NFKD extends UnicodeForm {
  /** `"NFKD"` */
  protected override readonly form = "NFKD";
}

/**
 * Maximum number of cached segments (a full cache is cleared), and the maximum length of a cached one in code units.
 */
const MAX_CACHED_SEGMENTS = 2 ** 12;
const MAX_CACHED_LENGTH = 12;

/**
 * Characters that some form joins with the preceding one: marks, and letters that compose although they are not marks
 * (Hangul vowels and finals, also as compatibility and half-width letters, half-width sound marks, vowel signs of Kirat
 * Rai).
 */
const JOINS_PREVIOUS = new CharacterClasses([
  "\\p{M}\\u1160-\\u11ff\\u3131-\\u318e\\uff9e\\uff9f\\uffa0-\\uffdc\\u{16d63}\\u{16d67}-\\u{16d6a}",
]);

/** The end of a segment that no form joins with what follows; a run of ASCII is one segment, for speed. */
function segmentEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) < 0x80) at++;
  if (at === start) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  const end = JOINS_PREVIOUS.runEnd(text, at, 1);
  // The last ASCII character belongs to the marks that join with it.
  return end > at && at - start > 1 && text.charCodeAt(at - 1) < 0x80 ? at - 1 : end;
}

/**
 * Appends the changes of a segment; each character maps to the one it replaces, an extra one to the character before.
 */
function rewrite(segment: string, start: number, changes: readonly Change[], edit: AlignedTextEdit): void {
  const bounds = [start];
  for (const character of segment) bounds.push(bounds[bounds.length - 1] + character.length);
  let at = 0;
  for (const { character, growth } of changes) {
    const place = Math.min(growth > 0 ? at - 1 : at, bounds.length - 2);
    edit.put(character, bounds[Math.max(0, place)], bounds[Math.max(0, place) + 1]);
    if (growth <= 0) at += 1 - growth;
  }
}
