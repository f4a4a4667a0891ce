import { Lattice } from "../models/lattice.ts";
import { UNKNOWN } from "../models/lattice_edges.ts";
import { digamma } from "./digamma.ts";
import { chosen, type CountedWord, type ScoredPieces } from "./unigram_pieces.ts";

/** Pieces with a lower expected count are dropped. */
const MIN_EXPECTED_COUNT = 0.5;

/**
 * One step of expectation maximization: computes each piece's expected count in the words and re-estimates the
 * probabilities. Using digamma instead of the logarithm favors sparse vocabularies, like a Dirichlet prior of weight 0
 * (Liang and Klein 2007).
 */
export function reestimate(pieces: ScoredPieces, words: readonly CountedWord[]): ScoredPieces {
  const lattice = new Lattice(pieces.tokens, pieces.scores);
  const expected = new Float64Array(pieces.tokens.length);
  for (const [text, count] of words) lattice.addExpected(text, count, expected);
  const kept: number[] = [];
  let total = 0;
  for (let id = 0; id < expected.length; id++) {
    if (expected[id] < MIN_EXPECTED_COUNT) continue;
    kept.push(id);
    total += expected[id];
  }
  if (kept.length === 0) return pieces;
  const offset = digamma(total);
  const scores = Float64Array.from(expected, (count) => digamma(count) - offset);
  return chosen({ tokens: pieces.tokens, scores }, kept);
}

/**
 * Drops the pieces whose removal reduces the likelihood of the words least. Estimates the reduction without segmenting
 * all words again, by assuming that a dropped piece is replaced by its own best segmentation into other pieces.
 *
 * @param size How many pieces to keep. Irreplaceable pieces are kept in any case.
 */
export function prune(pieces: ScoredPieces, words: readonly CountedWord[], size: number): ScoredPieces {
  const lattice = new Lattice(pieces.tokens, pieces.scores);
  const uses = countUses(lattice, pieces.tokens.length, words);
  const kept: number[] = [];
  const candidates: { id: number; loss: number }[] = [];
  for (const [id, token] of pieces.tokens.entries()) {
    if (isCharacter(token)) kept.push(id);
    else if (uses[id] > 0) {
      const { score, pieces: substitutes } = lattice.best(token, true);
      if (score > pieces.scores[id]) kept.push(id);
      else candidates.push({ id, loss: lossWithout(id, substitutes, uses) });
    }
  }
  candidates.sort((a, b) => b.loss - a.loss);
  const best = candidates.slice(0, Math.max(0, size - kept.length));
  return chosen(pieces, [...kept, ...best.map(({ id }) => id)]);
}

/**
 * Returns the count of each piece in the best segmentations of the words, then that of unknown characters and
 * the total.
 */
function countUses(lattice: Lattice, size: number, words: readonly CountedWord[]): Float64Array {
  const uses = new Float64Array(size + 2);
  for (const [text, count] of words) {
    const { pieces } = lattice.best(text);
    for (let i = 0; i < pieces.length; i += 2) uses[pieces[i] === UNKNOWN ? size : pieces[i]] += count;
    uses[size + 1] += count * pieces.length / 2;
  }
  return uses;
}

/** The decrease in log-likelihood if other pieces replace one. */
function lossWithout(id: number, substitutes: readonly number[], uses: Float64Array): number {
  const [unknown, all] = [uses.length - 2, uses.length - 1];
  const logTotal = Math.log(uses[all] + uses[id] * (substitutes.length / 2 - 1));
  let logProbability = 0;
  for (let i = 0; i < substitutes.length; i += 2) {
    const substitute = substitutes[i] === UNKNOWN ? unknown : substitutes[i];
    logProbability += Math.log(uses[substitute] + uses[id]) - logTotal;
  }
  return uses[id] * (Math.log(uses[id]) - Math.log(uses[all]) - logProbability);
}

function isCharacter(token: string): boolean {
  return token.length === (token.codePointAt(0)! > 0xffff ? 2 : 1);
}
