import type { Segmentation } from "../../../tokenizers/models/segmentation.ts";

/**
 * Enumerates all segmentations of a text by brute force, as the oracle for the lattice's algorithms. An unknown
 * character has the id -1.
 */
export function allSegmentations(
  text: string,
  pieces: readonly string[],
  scores: ArrayLike<number>,
  start: number = 0,
): Segmentation[] {
  if (start === text.length) return [{ pieces: [], score: 0 }];
  const character = String.fromCodePoint(text.codePointAt(start)!);
  const unknown = Math.min(...Array.from(scores)) - 10;
  const firsts = pieces.map((piece, id) => ({ id, length: piece.length, score: scores[id] }))
    .filter(({ id }) => text.startsWith(pieces[id], start));
  if (!pieces.includes(character)) firsts.push({ id: -1, length: character.length, score: unknown });
  return firsts.flatMap(({ id, length, score }) =>
    allSegmentations(text, pieces, scores, start + length).map((rest) => ({
      pieces: [id, start + length, ...rest.pieces],
      score: score + rest.score,
    }))
  );
}
