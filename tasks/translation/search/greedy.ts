import { blocked } from "./blocking.ts";
import { type Hypothesis, rowOf, type RowOutput, type StepModel, type StepOutput } from "./hypothesis.ts";
import { likeliestOf } from "./likeliest.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { type Pause, type Search, searchSideBySide } from "./side_by_side.ts";

/**
 * Takes the most probable symbol at each step, for all sequences in parallel: the same result as beam search with a
 * beam of 1, without its bookkeeping. `pause` is awaited between steps; an error that it throws ends the search.
 */
export async function searchGreedily(model: StepModel, settings: SearchSettings, pause?: Pause): Promise<Hypothesis[]> {
  checkSearch(settings);
  const searches = Array.from({ length: model.sequences }, (_, sequence) => new Greedy(model, sequence, settings));
  await searchSideBySide(model, searches, pause);
  return searches.map((search) => search.hypothesis);
}

/** The greedy search for one sequence. */
class Greedy implements Search {
  live: Search["live"];
  #model: StepModel;
  #sequence: number;
  #settings: SearchSettings;
  #symbols: number[] = [];
  #attention: Float32Array[] = [];
  #logProbability = 0;

  constructor(model: StepModel, sequence: number, settings: SearchSettings) {
    this.#model = model;
    this.#sequence = sequence;
    this.#settings = settings;
    this.live = [{ symbol: model.boundary, parent: 0 }];
  }

  /** The hypothesis found. */
  get hypothesis(): Hypothesis {
    const [symbols, attention, logProbability] = [this.#symbols, this.#attention, this.#logProbability];
    return {
      symbols,
      attention,
      logProbability,
      score: score(logProbability, symbols.length + 1, attention, this.#settings),
    };
  }

  advance(output: StepOutput, place: number): void {
    const { boundary } = this.#model;
    const row = rowOf(output, this.#model, [0, place]);
    const symbol = this.#choose(row);
    this.#logProbability += Math.log(row.probabilities[symbol]);
    if (row.attention) this.#attention.push(row.attention.slice());
    if (symbol !== boundary) this.#symbols.push(symbol);
    this.live = symbol === boundary ? [] : [{ symbol, parent: 0 }];
  }

  /** Returns the most probable allowed symbol, or the boundary if none is possible. */
  #choose(row: RowOutput): number {
    const { minLength, maxLengths, blockNgrams } = this.#settings;
    const { boundary } = this.#model;
    const { length } = this.#symbols;
    if (length >= maxLengths[this.#sequence]) return boundary;
    const banned = blocked(this.#symbols, blockNgrams);
    const isAllowed = (v: number): boolean => !banned.has(v) && (v !== boundary || length >= minLength);
    return likeliestOf(row, 1, isAllowed)[0] ?? boundary;
  }
}
