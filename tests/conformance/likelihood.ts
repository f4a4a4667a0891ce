import type { models } from "../../tokenizers/mod.ts";

/**
 * How well a vocabulary fits pieces of text: the mean log-probability (natural logarithm) per character. Special tokens
 * count as ordinary pieces, so the vocabulary must have none, or the text must not contain them.
 *
 * @param model The vocabulary and its probabilities.
 * @param counts How often each piece occurs.
 * @param of Whether to sum over all segmentations of each piece or to use only the best one.
 */
export function logLikelihoodPerCharacter(
  model: models.Unigram,
  counts: ReadonlyMap<string, number>,
  of: "all" | "best" = "all",
): number {
  let [sum, characters] = [0, 0];
  for (const [piece, count] of counts) {
    sum += count * (of === "all" ? model.logProbability(piece) : model.bestLogProbability(piece));
    characters += count * [...piece].length;
  }
  return sum / characters;
}
