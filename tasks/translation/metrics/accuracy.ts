import { mapSentences, type References } from "./references.ts";
import { splitAtSpace } from "./tokenize.ts";

/**
 * Share of the hypotheses that equal their reference, or one of several, character for character, from 0 to 1.
 *
 * Throws a RangeError where there are no sentences, not as many references as hypotheses, or a sentence without references.
 */
export function exactMatch(hypotheses: readonly string[], references: readonly References[]): number {
  const matches = mapSentences(
    hypotheses,
    references,
    "compute the exact match",
    (hypothesis, references) => references.includes(hypothesis),
  );
  return matches.filter((isMatch) => isMatch).length / matches.length;
}

/**
 * Share of the tokens between spaces that are right and in their place, from 0 to 1: the tokens that the hypotheses have in common
 * with their references at the same place, counted from the beginning of the sentence, over the tokens of the hypothesis or of the
 * reference, whichever has more, both summed over the sentences. Of several references that with the largest share counts. It is 1 where
 * no text has a token.
 *
 * Throws a RangeError where there are no sentences, not as many references as hypotheses, or a sentence without references.
 */
export function tokenAccuracy(hypotheses: readonly string[], references: readonly References[]): number {
  const shares = mapSentences(hypotheses, references, "compute the token accuracy", (hypothesis, references) => {
    const tokens = splitAtSpace(hypothesis);
    return references.map((reference) => compare(tokens, splitAtSpace(reference)))
      .reduce((best, share) => valueOf(share) > valueOf(best) ? share : best);
  });
  return valueOf({
    right: shares.reduce((sum, { right }) => sum + right, 0),
    of: shares.reduce((sum, { of }) => sum + of, 0),
  });
}

interface Share {
  readonly right: number;
  readonly of: number;
}

function compare(tokens: readonly string[], others: readonly string[]): Share {
  const right = tokens.filter((token, i) => token === others[i]).length;
  return { right, of: Math.max(tokens.length, others.length) };
}

function valueOf({ right, of }: Share): number {
  return of === 0 ? 1 : right / of;
}
