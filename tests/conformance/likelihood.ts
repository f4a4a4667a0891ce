import type { models } from "../../tokenizers/mod.ts";

/**
 * Returns the mean log-probability per character (natural logarithm) of pieces of text under a model. Special tokens
 * count as ordinary pieces, so the vocabulary must have none, or the text must not contain them.
 *
 * @param model The vocabulary and its probabilities.
 * @param counts The number of occurrences of each piece.
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
