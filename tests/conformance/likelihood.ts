import type { models } from "../../tokenizers/mod.ts";

/**
 * How well a vocabulary fits pieces of text: the mean of the natural logarithm of their probability, for each of their
 * characters. A vocabulary's special tokens count as pieces like others, so it is to be one without them or the pieces
 * are to lack them.
 *
 * @param model The vocabulary and its probabilities.
 * @param counts How often each piece occurs.
 * @param of All segmentations together, or the best one of each piece alone.
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
