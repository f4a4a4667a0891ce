import { detached } from "../detached.ts";
import { Unigram as UnigramModel } from "../models/unigram.ts";
import { checkCounts, checkInteger, checkSpecialTokens } from "./checks.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { prune, reestimate } from "./unigram_em.ts";
import type { CountedWord, ScoredPieces } from "./unigram_pieces.ts";
import { seedPieces } from "./unigram_seeds.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER, TEXT, TEXTS } from "../options.ts";

/** What a unigram vocabulary is made of. */
export interface UnigramTrainerOptions {
  /** How many tokens the vocabulary has at most, special tokens and alphabet included. 8,000 by default. */
  vocabSize?: number;
  /** Tokens that get the first ids. None by default. */
  specialTokens?: readonly string[];
  /**
   * What stands for characters outside the alphabet; the first id where it is none of the special tokens. `"<unk>"` by
   * default.
   */
  unknownToken?: string;
  /** Characters that the vocabulary has also where the corpus lacks them. None by default. */
  initialAlphabet?: Iterable<string>;
  /** How many characters a token has at most. 16 by default. */
  maxPieceLength?: number;
  /** How many pieces the training begins with at most. 1,000,000 by default. */
  seedSize?: number;
  /**
   * Whether the training begins also with parts that only ever end words; false by default. Hugging Face's trainer leaves
   * them out too, and nearly the same vocabulary is found; with them it fits text that was not trained on some percent better.
   */
  seedEndings?: boolean;
  /** How many of the pieces remain each time that some are dropped, as a fraction. 0.75 by default. */
  shrinkingFactor?: number;
  /** How many steps of expectation maximization there are each time. 2 by default. */
  subIterations?: number;
}

const KINDS: Kinds<UnigramTrainerOptions> = {
  vocabSize: NUMBER,
  specialTokens: LIST,
  unknownToken: TEXT,
  initialAlphabet: TEXTS,
  maxPieceLength: NUMBER,
  seedSize: NUMBER,
  seedEndings: FLAG,
  shrinkingFactor: NUMBER,
  subIterations: NUMBER,
};

const ACTION = "train a Unigram model";

/** What is cut down to the vocabulary's size in the end is this much larger. */
const SPARE = 1.1;

/** How the scores of characters that had been dropped rise, so that none are equal. */
const SCORE_STEP = 0.0001;

/**
 * Learns a unigram language model (Kudo 2018, "Subword Regularization"): beginning with all frequent parts of the
 * corpus's pieces, their probabilities are estimated by expectation maximization, and those without which the
 * likelihood falls the least are dropped, in turns, until the vocabulary has the size that is asked for. Every
 * character of the corpus stays in it.
 *
 * The ids: special tokens, then the others from the likeliest on.
 *
 * @example
 * ```ts
 * import { trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = new Map([["hug", 10], ["pug", 5], ["pun", 12], ["bun", 4], ["hugs", 5]]);
 * const model = new trainers.Unigram({ vocabSize: 10 }).train(counts);
 * assertEquals(model.pieces.length, 10);
 * ```
 */
export class Unigram implements Trainer {
  /** How many tokens the vocabulary has at most. */
  readonly vocabSize: number;
  /** Tokens that get the first ids. */
  readonly specialTokens: readonly string[];
  /** What stands for characters outside the alphabet. */
  readonly unknownToken: string;
  readonly #initialAlphabet: readonly string[];
  readonly #maxPieceLength: number;
  readonly #seedSize: number;
  readonly #seedEndings: boolean;
  readonly #shrinkingFactor: number;
  readonly #subIterations: number;

  /**
   * A trainer with these options.
   *
   * @throws {RangeError} If one of them is not possible.
   */
  constructor(options: UnigramTrainerOptions = {}) {
    const { vocabSize = 8000, specialTokens = [], unknownToken = "<unk>", initialAlphabet = [] } = checkOptions(
      ACTION,
      options,
      KINDS,
    );
    const { maxPieceLength = 16, seedSize = 1_000_000, seedEndings = false } = options;
    const { shrinkingFactor = 0.75, subIterations = 2 } = options;
    checkInteger(ACTION, "vocabSize", vocabSize, 1);
    checkInteger(ACTION, "maxPieceLength", maxPieceLength, 1);
    checkInteger(ACTION, "seedSize", seedSize, 1);
    checkInteger(ACTION, "subIterations", subIterations, 1);
    checkSpecialTokens(ACTION, specialTokens);
    if (!(shrinkingFactor > 0 && shrinkingFactor < 1)) {
      throw new RangeError(`${ACTION}: shrinkingFactor: expected a number between 0 and 1, found ${shrinkingFactor}`);
    }
    this.vocabSize = vocabSize;
    this.specialTokens = [...new Set(specialTokens)];
    this.unknownToken = unknownToken;
    this.#initialAlphabet = [...initialAlphabet];
    const longer = this.#initialAlphabet.find((character) => [...character].length !== 1);
    if (longer !== undefined) {
      throw new RangeError(
        `${ACTION}: initialAlphabet: expected single characters, found ${JSON.stringify(longer)}`,
      );
    }
    this.#maxPieceLength = maxPieceLength;
    this.#seedSize = seedSize;
    this.#seedEndings = seedEndings;
    this.#shrinkingFactor = shrinkingFactor;
    this.#subIterations = subIterations;
  }

  /**
   * The model of a corpus.
   *
   * @param counts How often each piece occurs, as {@linkcode countPieces} gives it.
   * @param onProgress Called now and then, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or `vocabSize` is less than the special tokens and the characters.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): UnigramModel {
    checkCounts(ACTION, counts);
    const { unknownToken, specialTokens } = this;
    const special = specialTokens.includes(unknownToken) ? specialTokens : [unknownToken, ...specialTokens];
    const words = [...counts].sort(([a], [b]) => a < b ? -1 : 1);
    const alphabet = this.#alphabet(words, special);
    const trained = this.#learn(words, new ProgressReporter(onProgress));
    const pieces = finalPieces(trained, alphabet, special, this.vocabSize - special.length);
    return new UnigramModel({
      pieces: [...special.map((token) => [token, 0] as const), ...pieces],
      unknownId: special.indexOf(unknownToken),
    });
  }

  /** The characters that the vocabulary has to have, special tokens apart. */
  #alphabet(words: readonly CountedWord[], special: readonly string[]): string[] {
    const characters = new Set(this.#initialAlphabet);
    for (const [word] of words) for (const character of word) characters.add(character);
    for (const token of special) characters.delete(token);
    const least = special.length + characters.size;
    if (least <= this.vocabSize) return [...characters].sort();
    const what = `${special.length} special tokens and ${characters.size} characters`;
    throw new RangeError(`${ACTION}: expected a vocabSize of at least ${least}, for ${what}, found ${this.vocabSize}`);
  }

  /** Pieces of which there are a few more than are asked for, from the most useful one on. */
  #learn(words: readonly CountedWord[], reporter: ProgressReporter): ScoredPieces {
    reporter.report("find pieces", 0, 1);
    const enough = Math.floor(this.vocabSize * SPARE);
    let pieces = seedPieces(words, this.#seedSize, this.#maxPieceLength, this.#seedEndings);
    reporter.report("find pieces", 1, 1);
    const all = pieces.tokens.length;
    const excess = Math.max(0, all - enough);
    for (;;) {
      for (let step = 0; step < this.#subIterations; step++) {
        pieces = reestimate(pieces, words);
        reporter.report("drop pieces", Math.min(all - pieces.tokens.length, excess), excess);
      }
      const size = pieces.tokens.length;
      if (size <= enough) break;
      pieces = prune(pieces, words, Math.max(enough, Math.floor(size * this.#shrinkingFactor)));
      if (pieces.tokens.length === size) break;
    }
    reporter.report("drop pieces", excess, excess);
    return pieces;
  }
}

/** The characters and, as long as there is room, the pieces in their order; the likeliest first. */
function finalPieces(
  { tokens, scores }: ScoredPieces,
  alphabet: readonly string[],
  special: readonly string[],
  room: number,
): [token: string, score: number][] {
  const known = new Map(tokens.map((token, id) => [token, scores[id]]));
  let least = scores.reduce((least, score) => Math.min(least, score), 0);
  const final = new Map<string, number>();
  for (const character of alphabet) {
    const score = known.get(character);
    final.set(character, score ?? least);
    if (score === undefined) least += SCORE_STEP;
  }
  const taken = new Set(special);
  for (const [token, score] of known) {
    if (final.size >= room) break;
    if (!taken.has(token)) final.set(detached(token), score);
  }
  return [...final].sort(([, a], [, b]) => b - a);
}
