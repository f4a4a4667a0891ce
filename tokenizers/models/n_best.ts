import { type LatticeEdges, UNKNOWN } from "./lattice_edges.ts";
import type { Segmentation } from "./segmentation.ts";

/** The end of a segmentation: from a place of the text on. */
interface Ending {
  /** Where it begins. */
  readonly start: number;
  /** Its first piece. */
  readonly id: number;
  /** What follows that piece. */
  readonly next: Ending | undefined;
  /** The sum of its pieces' scores. */
  readonly score: number;
  /** The score of the best segmentation that has it. */
  readonly total: number;
}

/**
 * The segmentations of the highest scores, by A* search from the end of the text (Nagata 1994). What can still be
 * reached is known exactly, so that no more endings than segmentations that are looked for need be kept.
 *
 * @param text What is cut.
 * @param count How many are looked for.
 * @param edges The pieces that end at each place.
 * @param bests The best score of what comes before each place.
 */
export function nBest(text: string, count: number, edges: LatticeEdges, bests: Float64Array): Segmentation[] {
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

/** Puts an ending in its place: the best stands last, of equals the newest. Those in excess of a limit are dropped. */
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
