import { Lattice } from "../models/lattice.ts";
import { UNKNOWN } from "../models/lattice_edges.ts";
import { digamma } from "./digamma.ts";
import { chosen, type CountedWord, type ScoredPieces } from "./unigram_pieces.ts";

/** Pieces that are expected less often than this are dropped. */
const LEAST_EXPECTED = 0.5;

/**
 * One step of expectation maximization: how often each piece is expected in the words under its probability, and new
 * probabilities from that. Digamma in place of the logarithm favours few pieces, as a Dirichlet prior of weight 0 does
 * (Liang and Klein 2007).
 */
export function reestimate(pieces: ScoredPieces, words: readonly CountedWord[]): ScoredPieces {
  const lattice = new Lattice(pieces.tokens, pieces.scores);
  const expected = new Float64Array(pieces.tokens.length);
  for (const [text, count] of words) lattice.addExpected(text, count, expected);
  const kept: number[] = [];
  let total = 0;
  for (let id = 0; id < expected.length; id++) {
    if (expected[id] < LEAST_EXPECTED) continue;
    kept.push(id);
    total += expected[id];
  }
  if (kept.length === 0) return pieces;
  const offset = digamma(total);
  const scores = Float64Array.from(expected, (count) => digamma(count) - offset);
  return chosen({ tokens: pieces.tokens, scores }, kept);
}

/**
 * Drops the pieces without which the likelihood of the words falls the least, as far as that can be told without
 * cutting all words again: what stands for a missing piece are the pieces into which it is cut itself.
 *
 * @param size How many are to remain. Those that nothing can stand for remain in any case.
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
 * How often each piece is in the words' best segmentations; an unknown character is after the last piece, all uses
 * together after that.
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

/** By how much the logarithm of the words' probability falls where other pieces stand for one. */
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
