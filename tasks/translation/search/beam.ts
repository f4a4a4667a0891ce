import { blocked } from "./blocking.ts";
import { type Hypothesis, rowOf, type RowOutput, type StepModel, type StepOutput } from "./hypothesis.ts";
import { likeliestOf } from "./likeliest.ts";
import { attentionOf, type Path, symbolsOf } from "./path.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { type Pause, type Search, searchSideBySide } from "./side_by_side.ts";

/** An unfinished hypothesis. */
interface Live {
  /** Its symbols; `undefined` before the first step. */
  readonly path: Path | undefined;
  /** The last symbol. */
  readonly symbol: number;
  readonly logProbability: number;
  /** Index of the hypothesis that it continues, among those of the previous step. */
  readonly parent: number;
}

/** A continuation of a live hypothesis by one symbol. */
interface Candidate {
  readonly parent: number;
  readonly symbol: number;
  readonly logProbability: number;
}

/** A finished hypothesis. */
interface Finished {
  readonly path: Path;
  readonly logProbability: number;
  readonly score: number;
}

/**
 * Searches all sequences in parallel with beam search and returns the best hypotheses of each, the best first. Each
 * step keeps the `beam` most probable continuations; those that end are finished, the others stay live. The search of a
 * sequence stops if no live hypothesis can still be among the best, or if `beam` hypotheses are finished and the best
 * live one has no better score at its current length. (The number of finished hypotheses alone is not enough: if a
 * model is confident, very improbable hypotheses end early and often.) `pause` is awaited between steps; an error that
 * it throws ends the search.
 */
export async function searchBeams(model: StepModel, settings: SearchSettings, pause?: Pause): Promise<Hypothesis[][]> {
  checkSearch(settings);
  const beams = Array.from({ length: model.sequences }, (_, sequence) => new Beam(model, sequence, settings));
  await searchSideBySide(model, beams, pause);
  return beams.map((beam) => beam.best);
}

/** The hypotheses of one sequence. */
class Beam implements Search {
  /** Unfinished hypotheses, the most probable first. */
  live: readonly Live[];
  /** Finished hypotheses, the best first. */
  #finished: Finished[] = [];
  #model: StepModel;
  #sequence: number;
  #settings: SearchSettings;

  constructor(model: StepModel, sequence: number, settings: SearchSettings) {
    this.#model = model;
    this.#sequence = sequence;
    this.#settings = settings;
    this.live = [{ path: undefined, symbol: model.boundary, logProbability: 0, parent: 0 }];
  }

  /** The `nBest` best finished hypotheses. */
  get best(): Hypothesis[] {
    return this.#finished.slice(0, this.#settings.nBest).map(({ path, logProbability, score }) => ({
      symbols: symbolsOf(path.before),
      logProbability,
      score,
      attention: attentionOf(path),
    }));
  }

  advance(output: StepOutput, place: number): void {
    const { beam } = this.#settings;
    const rows = this.live.map((_, k) => rowOf(output, this.#model, [k, place]));
    const candidates = rows.flatMap((row, k) => this.#candidates(row, k)).sort(compare);
    // Only continuations that survive need a copy of their attention.
    const copies = new Map<number, Float32Array | undefined>();
    const next: Live[] = [];
    for (const { parent, symbol, logProbability } of candidates.slice(0, beam)) {
      const before = this.live[parent].path;
      if (!copies.has(parent)) copies.set(parent, rows[parent].attention?.slice());
      const path: Path = { symbol, before, length: (before?.length ?? 0) + 1, attention: copies.get(parent) };
      if (symbol === this.#model.boundary) this.#finish(path, logProbability);
      else next.push({ path, symbol, logProbability, parent });
    }
    this.live = this.#isOver(next) ? [] : next;
  }

  #finish(path: Path, logProbability: number): void {
    const attention = this.#settings.coveragePenalty === 0 ? [] : attentionOf(path);
    this.#finished.push({ path, logProbability, score: score(logProbability, path.length, attention, this.#settings) });
    // The sort is stable: of equal scores, the one that ended first stays first.
    this.#finished.sort((a, b) => b.score - a.score);
  }

  #isOver([best]: readonly Live[]): boolean {
    const { beam, nBest, maxLengths } = this.#settings;
    const worst = this.#finished[nBest - 1];
    if (!best || !worst) return !best;
    const scoreAt = (length: number): number =>
      score(best.logProbability, length, [], { ...this.#settings, coveragePenalty: 0 });
    // The log-probability can only fall, so dividing it by the maximum length gives an upper bound of the score.
    if (scoreAt(maxLengths[this.#sequence] + 1) <= worst.score) return true;
    return this.#finished.length >= beam && scoreAt(best.path!.length) <= worst.score;
  }

  /** Returns the `beam` most probable continuations of a live hypothesis. */
  #candidates(row: RowOutput, parent: number): Candidate[] {
    const { beam, minLength, maxLengths, blockNgrams } = this.#settings;
    const { boundary } = this.#model;
    const { path, logProbability } = this.live[parent];
    const length = path?.length ?? 0;
    const continued = (symbol: number): Candidate => ({
      parent,
      symbol,
      logProbability: logProbability + Math.log(row.probabilities[symbol]),
    });
    if (length >= maxLengths[this.#sequence]) return [continued(boundary)];
    const banned = blockNgrams === 0 ? undefined : blocked(symbolsOf(path), blockNgrams);
    const isAllowed = (v: number): boolean => !banned?.has(v) && (v !== boundary || length >= minLength);
    const best = likeliestOf(row, beam, isAllowed);
    // If no symbol is allowed and possible, the hypothesis ends.
    return (best.length === 0 ? [boundary] : best).map(continued);
  }
}

/** Orders candidates by descending probability, then by parent, then by symbol. */
function compare(a: Candidate, b: Candidate): number {
  return b.logProbability - a.logProbability || a.parent - b.parent || a.symbol - b.symbol;
}
