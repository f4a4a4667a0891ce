import type { Classification } from "./answers.ts";
import { spansOf, withoutSpan, type WordWeight } from "./explanation.ts";

/** Weighs each word by how far the log-probability of a text's label falls without it. */
export async function weighOmissions(
  text: string,
  { label, labels, probabilities }: Classification,
  classify: (texts: readonly string[]) => Promise<Classification[]>,
): Promise<WordWeight[]> {
  const spans = spansOf(text);
  const shorter = spans.map((span) => withoutSpan(text, span));
  const readable = shorter.flatMap((text, i) => text.trim() === "" ? [] : [i]);
  const found = await classify(readable.map((i) => shorter[i]));
  const rests = new Map(readable.map((i, k) => [i, found[k].probabilities[label]]));
  // An empty text says nothing: all labels are equally likely or, if a text may have several, each as likely as not.
  const blank = labels === undefined ? 1 / Object.keys(probabilities).length : 1 / 2;
  return spans.map((span, i) => ({
    ...span,
    word: text.slice(span.start, span.end),
    weight: Math.log(probabilities[label]) - Math.log(rests.get(i) ?? blank),
  }));
}
