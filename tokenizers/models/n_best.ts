import { type LatticeEdges, UNKNOWN } from "./lattice_edges.ts";
import type { Segmentation } from "./segmentation.ts";

/** The tail of a segmentation, from a position of the text on. */
interface Ending {
  /** Its start. */
  readonly start: number;
  /** Its first piece. */
  readonly id: number;
  /** The tail after that piece. */
  readonly next: Ending | undefined;
  /** The sum of its pieces' scores. */
  readonly score: number;
  /** The score of the best segmentation with this tail. */
  readonly total: number;
}

/**
 * Finds the best segmentations by A* search from the end of the text (Nagata 1994). The heuristic is exact, so it need
 * not keep more tails than segmentations requested.
 *
 * @param text The text to segment.
 * @param count The number of segmentations to find.
 * @param edges Finds the pieces that end at each position.
 * @param bests The best score of the text before each position.
 */
export function nBest(text: string, count: number, edges: LatticeEdges, bests: ArrayLike<number>): Segmentation[] {
  const found: Segmentation[] = [];
  const agenda: Ending[] = [{ start: text.length, id: UNKNOWN, next: undefined, score: 0, total: bests[text.length] }];
  while (found.length < count) {
    const next = agenda.pop();
    if (next === undefined) break;
    if (next.start === 0) {
      found.push(segmentation(next));
      continue;
    }
    const size = edges.find(text, next.start);
    for (let edge = 0; edge < size; edge++) {
      const start = edges.starts[edge];
      const score = next.score + edges.values[edge];
      insert(agenda, { start, id: edges.ids[edge], next, score, total: bests[start] + score }, count - found.length);
    }
  }
  return found;
}

/** Inserts a tail in sorted order, best last, newest last among equals. Drops those beyond a limit. */
function insert(agenda: Ending[], ending: Ending, limit: number): void {
  if (agenda.length >= limit && ending.total < agenda[0].total) return;
  let [low, high] = [0, agenda.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (agenda[middle].total <= ending.total) low = middle + 1;
    else high = middle;
  }
  agenda.splice(low, 0, ending);
  if (agenda.length > limit) agenda.shift();
}

function segmentation(ending: Ending): Segmentation {
  const pieces: number[] = [];
  for (let at = ending; at.next !== undefined; at = at.next) pieces.push(at.id, at.next.start);
  return { pieces, score: ending.score };
}
