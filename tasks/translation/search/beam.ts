import { blocked } from "./blocking.ts";
import { type Hypothesis, rowOf, type RowOutput, type StepModel, type StepOutput } from "./hypothesis.ts";
import { likeliestOf } from "./likeliest.ts";
import { attentionOf, type Path, symbolsOf } from "./path.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { type Pause, type Search, searchSideBySide } from "./side_by_side.ts";

/** A hypothesis that may be continued. */
interface Live {
  /** Its symbols; none at the beginning. */
  readonly path: Path | undefined;
  /** The last of them. */
  readonly symbol: number;
  readonly logProbability: number;
  /** Its place among the live ones before. */
  readonly parent: number;
}

/** A live hypothesis with one symbol more. */
interface Candidate {
  readonly parent: number;
  readonly symbol: number;
  readonly logProbability: number;
}

/** A hypothesis that has ended. */
interface Finished {
  readonly path: Path;
  readonly logProbability: number;
  readonly score: number;
}

/**
 * Beam search, all sequences side by side: the best hypotheses of each, the best first. At every step the likeliest continuations are taken, as many as the
 * beam is wide; those that end are finished, the others go on. A sequence is done when nothing that goes on could still be among the best, or when as many
 * hypotheses are finished as the beam is wide and none that goes on is better as it stands. (Their number alone says nothing: where a model is
 * sure, what it holds for next to impossible ends early and often.) `pause` is awaited between steps; what it throws ends the search.
 */
export async function searchBeams(model: StepModel, settings: SearchSettings, pause?: Pause): Promise<Hypothesis[][]> {
  checkSearch(settings);
  const beams = Array.from({ length: model.sequences }, (_, sequence) => new Beam(model, sequence, settings));
  await searchSideBySide(model, beams, pause);
  return beams.map((beam) => beam.best);
}

/** The hypotheses of one sequence. */
class Beam implements Search {
  /** Those that go on, the likeliest first. */
  live: readonly Live[];
  /** Those that have ended, the best first. */
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

  /** The best of those that have ended. */
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
    // Only hypotheses that go on or end need to remember where they looked.
    const looks = new Map<number, Float32Array | undefined>();
    const next: Live[] = [];
    for (const { parent, symbol, logProbability } of candidates.slice(0, beam)) {
      const before = this.live[parent].path;
      if (!looks.has(parent)) looks.set(parent, rows[parent].attention?.slice());
      const path: Path = { symbol, before, length: (before?.length ?? 0) + 1, attention: looks.get(parent) };
      if (symbol === this.#model.boundary) this.#finish(path, logProbability);
      else next.push({ path, symbol, logProbability, parent });
    }
    this.live = this.#isOver(next) ? [] : next;
  }

  #finish(path: Path, logProbability: number): void {
    const attention = this.#settings.coveragePenalty === 0 ? [] : attentionOf(path);
    this.#finished.push({ path, logProbability, score: score(logProbability, path.length, attention, this.#settings) });
    // Equal ones stay in the order in which they ended.
    this.#finished.sort((a, b) => b.score - a.score);
  }

  #isOver([best]: readonly Live[]): boolean {
    const { beam, nBest, maxLengths } = this.#settings;
    const worst = this.#finished[nBest - 1];
    if (!best || !worst) return !best;
    const scoreAt = (length: number): number =>
      score(best.logProbability, length, [], { ...this.#settings, coveragePenalty: 0 });
    // A logarithm only falls, and counts least when it is divided by the most.
    if (scoreAt(maxLengths[this.#sequence] + 1) <= worst.score) return true;
    return this.#finished.length >= beam && scoreAt(best.path!.length) <= worst.score;
  }

  /** The likeliest continuations of a live hypothesis, as many as the beam is wide. */
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
    // Where nothing is allowed and possible nothing is left but to end.
    return (best.length === 0 ? [boundary] : best).map(continued);
  }
}

/** The likeliest first; among equals the better parent, then the smaller symbol. */
function compare(a: Candidate, b: Candidate): number {
  return b.logProbability - a.logProbability || a.parent - b.parent || a.symbol - b.symbol;
}
