import { blocked } from "./blocking.ts";
import { type Hypothesis, rowOf, type StepModel, type StepOutput } from "./hypothesis.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { type Search, searchSideBySide } from "./side_by_side.ts";

/** A hypothesis that may be continued. */
interface Live {
  readonly symbols: readonly number[];
  /** The last of them. */
  readonly symbol: number;
  readonly logProbability: number;
  readonly attention: readonly Float32Array[];
  /** Its place among the live ones before. */
  readonly parent: number;
}

/** A live hypothesis with one symbol more. */
interface Candidate {
  readonly parent: number;
  readonly symbol: number;
  readonly logProbability: number;
}

/**
 * Beam search, all sequences side by side: the best hypotheses of each, the best first. At every step the likeliest continuations are taken, as many as the
 * beam is wide; those that end are finished, the others go on. A sequence is done when nothing that goes on could still be among the best, or when as many
 * hypotheses are finished as the beam is wide and none that goes on is better as it stands. (Their number alone says nothing: where a model is
 * sure, what it holds for next to impossible ends early and often.)
 */
export function searchBeams(model: StepModel, settings: SearchSettings): Hypothesis[][] {
  checkSearch(settings);
  const beams = Array.from({ length: model.sequences }, (_, sequence) => new Beam(model, sequence, settings));
  searchSideBySide(model, beams);
  return beams.map(({ finished }) => finished.slice(0, settings.nBest));
}

/** The hypotheses of one sequence. */
class Beam implements Search {
  /** Those that go on, the likeliest first. */
  live: readonly Live[];
  /** Those that have ended, the best first. */
  finished: Hypothesis[] = [];
  #model: StepModel;
  #sequence: number;
  #settings: SearchSettings;

  constructor(model: StepModel, sequence: number, settings: SearchSettings) {
    this.#model = model;
    this.#sequence = sequence;
    this.#settings = settings;
    this.live = [{ symbols: [], symbol: model.boundary, logProbability: 0, attention: [], parent: 0 }];
  }

  advance(output: StepOutput, place: number): void {
    const { beam } = this.#settings;
    const rows = this.live.map((_, k) => rowOf(output, this.#model, [k, place]));
    const candidates = rows.flatMap(({ probabilities }, k) => this.#candidates(probabilities, k)).sort(compare);
    const next: Live[] = [];
    for (const { parent, symbol, logProbability } of candidates.slice(0, beam)) {
      const before = this.live[parent];
      const { attention: own } = rows[parent];
      const attention = own ? [...before.attention, own] : before.attention;
      if (symbol === this.#model.boundary) this.#finish(before.symbols, logProbability, attention);
      else next.push({ symbols: [...before.symbols, symbol], symbol, logProbability, attention, parent });
    }
    this.live = this.#isOver(next) ? [] : next;
  }

  #finish(symbols: readonly number[], logProbability: number, attention: readonly Float32Array[]): void {
    const own = score(logProbability, symbols.length + 1, attention, this.#settings);
    this.finished.push({ symbols, logProbability, score: own, attention });
    // Equal ones stay in the order in which they ended.
    this.finished.sort((a, b) => b.score - a.score);
  }

  #isOver([best]: readonly Live[]): boolean {
    const { beam, nBest, maxLengths } = this.#settings;
    const worst = this.finished[nBest - 1];
    if (!best || !worst) return !best;
    const scoreAt = (length: number): number =>
      score(best.logProbability, length, [], { ...this.#settings, coveragePenalty: 0 });
    // A logarithm only falls, and counts least when it is divided by the most.
    if (scoreAt(maxLengths[this.#sequence] + 1) <= worst.score) return true;
    return this.finished.length >= beam && scoreAt(best.symbols.length) <= worst.score;
  }

  /** The likeliest continuations of a live hypothesis, as many as the beam is wide. */
  #candidates(probabilities: Float32Array, parent: number): Candidate[] {
    const { beam, minLength, maxLengths, blockNgrams } = this.#settings;
    const { boundary } = this.#model;
    const { symbols, logProbability } = this.live[parent];
    const continued = (symbol: number): Candidate => ({
      parent,
      symbol,
      logProbability: logProbability + Math.log(probabilities[symbol]),
    });
    if (symbols.length >= maxLengths[this.#sequence]) return [continued(boundary)];
    const banned = blocked(symbols, blockNgrams);
    const isAllowed = (v: number): boolean => !banned.has(v) && (v !== boundary || symbols.length >= minLength);
    const best = likeliest(probabilities, beam, isAllowed);
    // Where nothing is allowed and possible nothing is left but to end.
    return (best.length === 0 ? [boundary] : best).map(continued);
  }
}

/** The likeliest first; among equals the better parent, then the smaller symbol. */
function compare(a: Candidate, b: Candidate): number {
  return b.logProbability - a.logProbability || a.parent - b.parent || a.symbol - b.symbol;
}

/** The places of the `count` largest probabilities above 0 that are allowed, the largest first, equal ones in ascending order. */
function likeliest(probabilities: Float32Array, count: number, isAllowed: (place: number) => boolean): number[] {
  const best: number[] = [];
  let least = 0;
  for (let v = 0; v < probabilities.length; v++) {
    const p = probabilities[v];
    if (!(p > least) || !isAllowed(v)) continue;
    let at = best.length;
    while (at > 0 && probabilities[best[at - 1]] < p) at--;
    best.splice(at, 0, v);
    if (best.length > count) best.pop();
    if (best.length === count) least = probabilities[best[count - 1]];
  }
  return best;
}
