import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { encodeAll, type EncodedTexts, encodeTexts, type LabelledText, labelPlaces } from "../texts.ts";

/** The fields of a configuration that the encoding of labeled texts depends on. */
interface Encoding {
  readonly labels: readonly string[];
  readonly maxTokens: number;
  readonly multiLabel: boolean;
}

/** Encodes texts and their label, or their labels; see `encodeTexts`. */
export function encodeLabelled(
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  { labels, maxTokens, multiLabel }: Encoding,
  part: string,
): EncodedTexts {
  if (!multiLabel) return encodeTexts(texts, tokenizer, labels, maxTokens, part);
  return { targets: targetRows(texts, labels, part), ...encodeAll(texts, tokenizer, maxTokens, part) };
}

/**
 * Returns 1 for each label of a text and 0 for the others, `[texts, labels]`; `part` names the texts in messages.
 * Throws `RangeError` if a label is not one of `labels`.
 */
export function targetRows(texts: readonly LabelledText[], labels: readonly string[], part: string): Int32Array {
  const placesOf = labelPlaces(labels, part);
  const targets = new Int32Array(texts.length * labels.length);
  texts.forEach((text, i) => {
    for (const place of placesOf(text, i)) targets[i * labels.length + place] = 1;
  });
  return targets;
}

/** Returns the targets of the given texts, of which each has `width`. */
export function targetsAt(targets: Int32Array, places: Iterable<number>, width: number): Int32Array {
  const rows = Array.from(places);
  const found = new Int32Array(rows.length * width);
  rows.forEach((place, row) => found.set(targets.subarray(place * width, (place + 1) * width), row * width));
  return found;
}
