import { blocked } from "./blocking.ts";
import { type Hypothesis, rowOf, type StepModel, type StepOutput } from "./hypothesis.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { type Search, searchSideBySide } from "./side_by_side.ts";

/** The likeliest symbol at every step, for all sequences side by side: what beam search gives with a beam of 1, without its bookkeeping. */
export function searchGreedily(model: StepModel, settings: SearchSettings): Hypothesis[] {
  checkSearch(settings);
  const searches = Array.from({ length: model.sequences }, (_, sequence) => new Greedy(model, sequence, settings));
  searchSideBySide(model, searches);
  return searches.map((search) => search.hypothesis);
}

/** The one hypothesis of a sequence. */
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

  /** What was found. */
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
    const { probabilities, attention } = rowOf(output, this.#model, [0, place]);
    const symbol = likeliest(
      probabilities,
      this.#symbols,
      boundary,
      this.#settings,
      this.#settings.maxLengths[this.#sequence],
    );
    this.#logProbability += Math.log(probabilities[symbol]);
    if (attention) this.#attention.push(attention);
    if (symbol !== boundary) this.#symbols.push(symbol);
    this.live = symbol === boundary ? [] : [{ symbol, parent: 0 }];
  }
}

function likeliest(
  probabilities: Float32Array,
  before: readonly number[],
  boundary: number,
  { minLength, blockNgrams }: SearchSettings,
  maxLength: number,
): number {
  if (before.length >= maxLength) return boundary;
  const banned = blocked(before, blockNgrams);
  let best = -1;
  for (let v = 0; v < probabilities.length; v++) {
    if (!(probabilities[v] > (best < 0 ? 0 : probabilities[best]))) continue;
    if (banned.has(v) || (v === boundary && before.length < minLength)) continue;
    best = v;
  }
  return best < 0 ? boundary : best;
}
