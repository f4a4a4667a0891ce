import type { StepModel, StepOutput } from "../../../../tasks/translation/search/mod.ts";

/** Returns the probabilities of the next symbol after a sequence of symbols. */
export type Language = (symbols: readonly number[], sequence: number) => readonly number[];

/** A model with given probabilities for each prefix. It counts the rows that it computes. */
export class MadeUpModel implements StepModel {
  readonly vocabulary: number;
  readonly boundary: number;
  /** Number of rows computed in all steps. */
  rows = 0;
  #language: Language;
  #before: number[][] = [];
  #sequences: Int32Array;

  constructor(vocabulary: number, sequences: number, language: Language) {
    this.vocabulary = vocabulary;
    this.boundary = vocabulary - 1;
    this.#sequences = Int32Array.from({ length: sequences }, (_, sequence) => sequence);
    this.#language = language;
  }

  get sequences(): number {
    return this.#sequences.length;
  }

  get sourceLengths(): Int32Array {
    return this.#sequences.map(() => 2);
  }

  step(symbols: Int32Array, parents: Int32Array): StepOutput {
    const before = this.#before;
    this.#before = Array.from(symbols, (symbol, row) => before.length === 0 ? [] : [...before[parents[row]], symbol]);
    this.rows += symbols.length;
    const rows = this.#before.map((own, row) => this.#language(own, this.#sequences[row % this.sequences]));
    return {
      probabilities: Float32Array.from(rows.flat()),
      // Attends to the first of two source symbols if the last symbol is 0, otherwise to the second.
      attention: Float32Array.from(this.#before.flatMap((own) => own.at(-1) === 0 ? [1, 0] : [0, 1])),
    };
  }

  select(places: Int32Array): void {
    this.#sequences = places.map((place) => this.#sequences[place]);
  }
}

/** A made-up model that gives the most probable symbols of each row. */
export class NamingModel extends MadeUpModel {
  #named: number;

  constructor(vocabulary: number, sequences: number, language: Language, named: number) {
    super(vocabulary, sequences, language);
    this.#named = named;
  }

  override step(symbols: Int32Array, parents: Int32Array): StepOutput {
    const output = super.step(symbols, parents);
    const likeliest = Array.from(symbols, (_, r) => {
      const row = output.probabilities.subarray(r * this.vocabulary, (r + 1) * this.vocabulary);
      return [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, this.#named);
    });
    return { ...output, likeliest: Int32Array.from(likeliest.flat()) };
  }
}

/** Returns a language whose probabilities are drawn from a hash of the prefix. */
export function drawnLanguage(vocabulary: number, seed: number, endShare = 1): Language {
  return (symbols, sequence) => {
    let state = seed * 7919 + sequence * 104729 + 1;
    for (const symbol of symbols) state = (Math.imul(state, 31) + symbol + 17) >>> 0;
    const draws = Array.from({ length: vocabulary }, (_, v) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (0.05 + state / 2 ** 32) ** 3 * (v === vocabulary - 1 ? endShare : 1);
    });
    const sum = draws.reduce((a, b) => a + b);
    return draws.map((draw) => draw / sum);
  };
}

/** Lists every sequence of at most `maxLength` symbols with its log-probability; at that length, the end is forced. */
export function enumerate(
  language: Language,
  vocabulary: number,
  maxLength: number,
  sequence = 0,
): { symbols: number[]; logProbability: number }[] {
  const all: { symbols: number[]; logProbability: number }[] = [];
  const visit = (symbols: number[], sum: number): void => {
    // Single precision, as in the search.
    const p = language(symbols, sequence).map(Math.fround);
    all.push({ symbols, logProbability: sum + Math.log(p[vocabulary - 1]) });
    if (symbols.length === maxLength) return;
    for (let v = 0; v < vocabulary - 1; v++) visit([...symbols, v], sum + Math.log(p[v]));
  };
  visit([], 0);
  return all;
}
