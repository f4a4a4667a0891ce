import { grownInts } from "../grown.ts";
import { checkLookup } from "../limits.ts";
import type { SeededRandom } from "../random.ts";
import { isBoundary, lastCharacter, LatticeEdges, UNKNOWN } from "./lattice_edges.ts";
import { nBest } from "./n_best.ts";
import type { Segmentation } from "./segmentation.ts";

/** An array of scores, in single or double precision. */
type Scores = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Options of {@linkcode Lattice}. */
export interface LatticeOptions {
  /** The score of an unknown character. Default: 10 below the lowest score. */
  readonly unknownScore?: number;
  /** The precision in which scores are added up. Default: double. */
  readonly precision?: "single" | "double";
}

/** The lattice of all segmentations of a text into scored pieces. Scores are log-probabilities. */
export class Lattice {
  readonly #edges: LatticeEdges;
  /** For each position, the best score, or the log-sum of the scores, of all segmentations of the text before it. */
  #totals: Scores;
  /** For each position, the best piece that ends there and its start. */
  #ids: Int32Array<ArrayBuffer> = new Int32Array(64);
  #starts: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** For each position, the expected number of segmentations that split there. */
  #cuts: Float64Array<ArrayBuffer> = new Float64Array(0);

  /**
   * @param pieces The pieces, all distinct; a piece's index is its id.
   * @param scores The score of each; a piece with -Infinity never matches.
   * @throws {RangeError} If a piece is too long to be looked up at each position of a text.
   */
  constructor(pieces: readonly string[], scores: Float64Array, options: LatticeOptions = {}) {
    for (const piece of pieces) checkLookup("build a Unigram model", piece);
    this.#edges = new LatticeEdges(pieces, scores, options.unknownScore);
    this.#totals = options.precision === "single" ? new Float32Array(64) : new Float64Array(64);
  }

  /**
   * The segmentation with the highest score (Viterbi's algorithm). Among ties, the one with the longest last piece
   * wins, and so on towards the start.
   *
   * @param text The text to segment.
   * @param isDivided Whether to exclude the segmentation into a single piece.
   */
  best(text: string, isDivided: boolean = false): Segmentation {
    this.#search(text, isDivided ? text.length : -1);
    const pieces: number[] = [];
    for (let end = text.length; end > 0; end = this.#starts[end]) pieces.push(end, this.#ids[end]);
    return { pieces: pieces.reverse(), score: this.#totals[text.length] };
  }

  /** The `count` best segmentations, best first; fewer if the text has fewer. */
  nBest(text: string, count: number): Segmentation[] {
    this.#search(text, -1);
    return nBest(text, count, this.#edges, this.#totals);
  }

  /** The log of the total probability of all segmentations. */
  logSum(text: string): number {
    this.#sum(text, 1);
    return this.#totals[text.length];
  }

  /**
   * Samples a segmentation with probability proportional to its own probability raised to the power `alpha` (forward
   * filtering, backward sampling).
   */
  sample(text: string, alpha: number, random: SeededRandom): Segmentation {
    this.#sum(text, alpha);
    const edges = this.#edges;
    const pieces: number[] = [];
    let score = 0;
    for (let end = text.length; end > 0;) {
      const last = edges.find(text, end) - 1;
      let left = random.next();
      let edge = -1;
      do {
        edge++;
        left -= Math.exp(this.#totals[edges.starts[edge]] + alpha * edges.values[edge] - this.#totals[end]);
      } while (left >= 0 && edge < last);
      pieces.push(end, edges.ids[edge]);
      score += edges.values[edge];
      end = edges.starts[edge];
    }
    return { pieces: pieces.reverse(), score };
  }

  /**
   * Adds the expected count of each piece in a segmentation of the text, times a weight (the E-step of EM). Returns the
   * log of the total probability of all segmentations.
   *
   * @param text The text to segment.
   * @param weight How often the text occurs in the corpus.
   * @param expected The expected count of each piece; updated in place.
   */
  addExpected(text: string, weight: number, expected: Float64Array): number {
    this.#sum(text, 1);
    if (this.#cuts.length <= text.length) this.#cuts = new Float64Array(this.#totals.length);
    const edges = this.#edges;
    const [totals, cuts] = [this.#totals, this.#cuts];
    cuts.fill(0, 0, text.length);
    cuts[text.length] = weight;
    for (let end = text.length; end > 0; end--) {
      if (cuts[end] === 0) continue;
      const count = edges.find(text, end);
      for (let edge = 0; edge < count; edge++) {
        const start = edges.starts[edge];
        const share = count === 1 ? cuts[end] : cuts[end] * Math.exp(totals[start] + edges.values[edge] - totals[end]);
        cuts[start] += share;
        const id = edges.ids[edge];
        if (id !== UNKNOWN) expected[id] += share;
      }
    }
    return totals[text.length];
  }

  /** Computes the best score of each prefix of a text, ignoring pieces of one given length. */
  #search(text: string, excluded: number): void {
    this.#reserve(text.length);
    const edges = this.#edges;
    for (let end = 1; end <= text.length; end++) {
      this.#totals[end] = -Infinity;
      if (!isBoundary(text, end)) continue;
      this.#starts[end] = lastCharacter(text, end);
      this.#ids[end] = UNKNOWN;
      const count = edges.find(text, end);
      const known = edges.ids[count - 1] === UNKNOWN ? count - 1 : count;
      // From the longest piece to the shortest: in single precision the order matters, since each sum is compared with
      // a rounded one.
      for (let edge = known - 1; edge >= 0; edge--) {
        if (end - edges.starts[edge] !== excluded) this.#offer(edge, end);
      }
      if (known < count) this.#offer(known, end);
    }
  }

  /** Takes an edge as the last of the segmentation of the text before its end, if that is the best one so far. */
  #offer(edge: number, end: number): void {
    const { starts, ids, values } = this.#edges;
    const total = this.#totals[starts[edge]] + values[edge];
    if (!(total > this.#totals[end])) return;
    this.#totals[end] = total;
    this.#starts[end] = starts[edge];
    this.#ids[end] = ids[edge];
  }

  /** Computes, for each prefix of a text, the log-sum over its segmentations of the probabilities raised to a power. */
  #sum(text: string, power: number): void {
    this.#reserve(text.length);
    const edges = this.#edges;
    const totals = this.#totals;
    for (let end = 1; end <= text.length; end++) {
      if (!isBoundary(text, end)) {
        totals[end] = -Infinity;
        continue;
      }
      const count = edges.find(text, end);
      let most = -Infinity;
      for (let edge = 0; edge < count; edge++) {
        most = Math.max(most, totals[edges.starts[edge]] + power * edges.values[edge]);
      }
      let sum = 0;
      for (let edge = 0; edge < count; edge++) {
        sum += Math.exp(totals[edges.starts[edge]] + power * edges.values[edge] - most);
      }
      totals[end] = most + Math.log(sum);
    }
  }

  #reserve(length: number): void {
    if (length < this.#totals.length) return;
    const capacity = Math.max(2 * this.#totals.length, length + 1);
    const totals = this.#totals;
    this.#totals = totals instanceof Float32Array ? new Float32Array(capacity) : new Float64Array(capacity);
    this.#totals.set(totals);
    this.#ids = grownInts(this.#ids, capacity);
    this.#starts = grownInts(this.#starts, capacity);
  }
}
