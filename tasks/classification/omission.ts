import type { Alphabet } from "../data/sequences/mod.ts";
import type { Classification } from "./answers.ts";
import { spansOf, withoutSpan, type WordWeight } from "./explanation.ts";
import { judgeInBlocks, refuseMany } from "./variants.ts";

/** The functions that read the variants of a text. */
interface Reader {
  /** The alphabet of sequences, whose letters are left out one by one; null for other texts. */
  readonly alphabet: Alphabet | null;
  /** Whether a text has anything to read. */
  readonly isReadable: (text: string) => boolean;
  readonly classify: (texts: readonly string[]) => Promise<Classification[]>;
}

/**
 * Weighs each word, or each letter of a sequence, by how far the log-probability of a text's label falls without it.
 * Throws `RangeError` if there are too many of them.
 */
export async function weighOmissions(
  text: string,
  { label, labels, probabilities }: Classification,
  { alphabet, isReadable, classify }: Reader,
): Promise<WordWeight[]> {
  const spans = spansOf(text, alphabet);
  refuseMany("explain by omission", spans.length, alphabet === null ? "word" : "letter");
  // A text without tokens says nothing: all labels are equally likely or, if it may have several, each as likely as
  // not.
  const blank = labels === undefined ? 1 / Object.keys(probabilities).length : 1 / 2;
  const rests = await judgeInBlocks(spans, async (block) => {
    const shorter = block.map((span) => withoutSpan(text, span));
    const readable = shorter.flatMap((text, i) => isReadable(text) ? [i] : []);
    const found = await classify(readable.map((i) => shorter[i]));
    const known = new Map(readable.map((i, k) => [i, found[k].probabilities[label]]));
    return block.map((_, i) => known.get(i) ?? blank);
  });
  return spans.map((span, i) => ({
    ...span,
    word: text.slice(span.start, span.end),
    weight: Math.log(probabilities[label]) - Math.log(rests[i]),
  }));
}
