import { mapSentences, type References } from "./references.ts";
import { splitAtSpace } from "./tokenize.ts";

/**
 * Computes the share of the hypotheses that equal their reference, or one of several, character for character, from 0
 * to 1.
 *
 * Throws `RangeError` if there are no sentences, if the numbers of hypotheses and references differ, or if a sentence
 * has no reference.
 *
 * @example
 * ```ts
 * import { exactMatch } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(exactMatch(["eins", "zwei"], ["eins", ["drei", "vier"]]), 0.5);
 * ```
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
 * Computes the token match, from 0 to 1: the number of space-separated tokens that hypothesis and reference have at
 * the same position, divided by the number of tokens of the longer one, both summed over the sentences. Of several
 * references, the one with the highest share counts. The match is 1 if no text has a token.
 *
 * Throws `RangeError` if there are no sentences, if the numbers of hypotheses and references differ, or if a sentence
 * has no reference.
 *
 * @example
 * ```ts
 * import { tokenMatch } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokenMatch(["a b c", "d"], ["a b d", "d"]), 3 / 4);
 * ```
 */
export function tokenMatch(hypotheses: readonly string[], references: readonly References[]): number {
  const shares = mapSentences(hypotheses, references, "compute the token match", (hypothesis, references) => {
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
