import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import { type Form, normalForm } from "./normal_form.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * Stretches that no form joins with what follows: a character with the marks after it, and with the letters that compose with the one before though
 * they are no marks (Hangul's vowels and finals, also as compatibility and half-width letters, half-width sound marks, vowel signs of Kirat Rai).
 * Runs of ASCII are one stretch, for speed.
 */
const SEGMENTS = (() => {
  const joining = "[\\p{M}\\u1160-\\u11ff\\u3131-\\u318e\\uff9e\\uff9f\\uffa0-\\uffdc\\u{16d63}\\u{16d67}-\\u{16d6a}]";
  return new RegExp(`[\\0-\\x7f]+(?!${joining})|[^]${joining}*`, "gu");
})();

/** Rewrites a text in one of Unicode's normalization forms (Unicode Standard Annex 15). */
abstract class UnicodeForm implements Normalizer {
  /** true: a space composes with nothing before it. */
  readonly isLocal = true;
  /** Which of the forms. */
  protected abstract readonly form: Form;

  /** The text in this form. */
  normalize(text: AlignedText): AlignedText {
    if (normalForm(text.text, this.form) === text.text) return text;
    const edit = new AlignedTextEdit(text);
    for (const { 0: segment, index } of text.text.matchAll(SEGMENTS)) {
      if (normalForm(segment, this.form) === segment) edit.keep(index, index + segment.length);
      else rewrite(segment, index, this.form, edit);
    }
    return edit.done();
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: this.form };
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

/** Decomposed characters: canonical decomposition. */
export class NFD extends UnicodeForm {
  /** `"NFD"` */
  protected override readonly form = "NFD";
}

/** Composed characters of which variants are made the same: compatibility decomposition, then composition. */
export class NFKC extends UnicodeForm {
  /** `"NFKC"` */
  protected override readonly form = "NFKC";
}

/** Decomposed characters of which variants are made the same: compatibility decomposition. */
export class NFKD extends UnicodeForm {
  /** `"NFKD"` */
  protected override readonly form = "NFKD";
}

/**
 * A character of the new text, and by how many characters the text grows with it: 1 where it is one more than there was, -1 where it stands
 * for two.
 */
interface Change {
  readonly character: string;
  readonly growth: number;
}

/** Appends what a segment becomes; each character comes from the one in whose place it stands, and one more from the one before. */
function rewrite(segment: string, start: number, form: Form, edit: AlignedTextEdit): void {
  const bounds = [start];
  for (const character of segment) bounds.push(bounds[bounds.length - 1] + character.length);
  let at = 0;
  for (const { character, growth } of changesOf(segment, form)) {
    const place = Math.min(growth > 0 ? at - 1 : at, bounds.length - 2);
    edit.put(character, bounds[Math.max(0, place)], bounds[Math.max(0, place) + 1]);
    if (growth <= 0) at += 1 - growth;
  }
}

function changesOf(segment: string, form: Form): Change[] {
  const decomposing = form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
  const pending = new Pending();
  for (const character of segment) {
    for (const [i, part] of [...character.normalize(decomposing)].entries()) pending.add(part, i > 0 ? 1 : 0);
  }
  // Marks are put in their canonical order; each keeps its growth.
  const decomposed = Array.from(normalForm(segment, decomposing), (character) => {
    return { character, growth: pending.take(character) };
  });
  if (form === decomposing) return decomposed;
  for (const { character, growth } of decomposed) pending.add(character, growth);
  return Array.from(normalForm(segment, form), (character) => {
    const parts = [...character.normalize("NFD")];
    const growth = parts.reduce((sum, part) => sum + pending.take(part), 1 - parts.length);
    return { character, growth };
  });
}

/** The growth of characters that wait for their place, first in, first out. */
class Pending {
  readonly #queues = new Map<string, { readonly growths: number[]; taken: number }>();

  add(character: string, growth: number): void {
    const queue = this.#queues.get(character);
    if (queue === undefined) this.#queues.set(character, { growths: [growth], taken: 0 });
    else queue.growths.push(growth);
  }

  take(character: string): number {
    const queue = this.#queues.get(character);
    return queue?.growths[queue.taken++] ?? 0;
  }
}
