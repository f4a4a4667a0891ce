import { InputRangeError } from "../../errors.ts";
import { detached } from "../detached.ts";
import { Unigram as UnigramModel } from "../models/unigram.ts";
import { checkCounts, checkInteger, checkSizes, checkSpecialTokens, mostTokens, type SizeLimits } from "./checks.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { prune, reestimate } from "./unigram_em.ts";
import type { CountedWord, ScoredPieces } from "./unigram_pieces.ts";
import { seedPieces } from "./unigram_seeds.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER, TEXT, TEXTS } from "../options.ts";

/** Options of the Unigram trainer. */
export interface UnigramTrainerOptions {
  /** Maximum vocabulary size, including special tokens and alphabet. Default: see `usualSize`. */
  vocabSize?: number;
  /**
   * Vocabulary size if `vocabSize` is not given; it grows if special tokens and characters, such as those of Chinese,
   * take more than half of it. Default: 8,000.
   */
  usualSize?: number;
  /** Special tokens, which get the first ids. Default: none. */
  specialTokens?: readonly string[];
  /**
   * The token for characters outside the alphabet; gets the first id unless it is one of the special tokens. Default:
   * `"<unk>"`.
   */
  unknownToken?: string;
  /** Characters to include in the vocabulary even if the corpus lacks them. Default: none. */
  initialAlphabet?: Iterable<string>;
  /** Maximum number of characters per token. Default: 16. */
  maxPieceLength?: number;
  /** Maximum number of initial pieces. Default: 1,000,000. */
  seedSize?: number;
  /**
   * Whether the initial pieces include substrings that occur only at the ends of words. Hugging Face's trainer excludes
   * them, and excluding them finds nearly the same vocabulary; including them fits held-out text some percent better.
   * Default: false.
   */
  seedEndings?: boolean;
  /** Fraction of the pieces kept at each pruning step. Default: 0.75. */
  shrinkingFactor?: number;
  /** EM steps between pruning steps. Default: 2. */
  subIterations?: number;
}

const KINDS: Kinds<UnigramTrainerOptions> = {
  vocabSize: NUMBER,
  usualSize: NUMBER,
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

/** Factor by which the vocabulary may exceed its final size before the last selection. */
const OVERSIZE_FACTOR = 1.1;

/** Score increment between restored characters, so that no two scores are equal. */
const SCORE_STEP = 0.0001;

/**
 * Trains a unigram language model (Kudo 2018, "Subword Regularization"). Starts from all frequent substrings of the
 * corpus's pieces and alternates between estimating their probabilities by expectation maximization and dropping the
 * pieces whose loss reduces the likelihood least, until the vocabulary has the requested size. Always keeps every
 * character of the corpus.
 *
 * Order of the ids: special tokens, then the other tokens, most likely first.
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
  /** The vocabulary size that was asked for, or the usual one, which `train` exceeds if the alphabet is large. */
  readonly vocabSize: number;
  /** Special tokens, which get the first ids. */
  readonly specialTokens: readonly string[];
  /** The token for characters outside the alphabet. */
  readonly unknownToken: string;
  readonly #sizes: SizeLimits;
  readonly #initialAlphabet: readonly string[];
  readonly #maxPieceLength: number;
  readonly #seedSize: number;
  readonly #seedEndings: boolean;
  readonly #shrinkingFactor: number;
  readonly #subIterations: number;

  /**
   * Creates a trainer with these options.
   *
   * @throws {RangeError} If an option is invalid.
   */
  constructor(options: UnigramTrainerOptions = {}) {
    const { vocabSize, usualSize = 8000, specialTokens = [] } = checkOptions(ACTION, options, KINDS);
    const { unknownToken = "<unk>", initialAlphabet = [] } = options;
    const { maxPieceLength = 16, seedSize = 1_000_000, seedEndings = false } = options;
    const { shrinkingFactor = 0.75, subIterations = 2 } = options;
    this.#sizes = { vocabSize, usualSize };
    checkSizes(ACTION, this.#sizes);
    checkInteger(ACTION, "maxPieceLength", maxPieceLength, 1);
    checkInteger(ACTION, "seedSize", seedSize, 1);
    checkInteger(ACTION, "subIterations", subIterations, 1);
    checkSpecialTokens(ACTION, specialTokens);
    if (!(shrinkingFactor > 0 && shrinkingFactor < 1)) {
      throw new InputRangeError(
        `${ACTION}: shrinkingFactor: expected a number between 0 and 1, found ${shrinkingFactor}`,
      );
    }
    this.vocabSize = vocabSize ?? usualSize;
    this.specialTokens = [...new Set(specialTokens)];
    this.unknownToken = unknownToken;
    this.#initialAlphabet = [...initialAlphabet];
    const longer = this.#initialAlphabet.find((character) => [...character].length !== 1);
    if (longer !== undefined) {
      throw new InputRangeError(
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
   * Trains a model.
   *
   * @param counts How often each piece occurs, from {@linkcode countPieces}.
   * @param onProgress Called with the progress, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or a `vocabSize` was asked for that is less than the number of
   * special tokens plus characters.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): UnigramModel {
    checkCounts(ACTION, counts);
    const { unknownToken, specialTokens } = this;
    const special = specialTokens.includes(unknownToken) ? specialTokens : [unknownToken, ...specialTokens];
    const words = [...counts].sort(([a], [b]) => a < b ? -1 : 1);
    const alphabet = this.#alphabet(words, special);
    const size = this.#sizeFor(special.length, alphabet.length);
    const trained = this.#learn(words, size, new ProgressReporter(onProgress));
    const pieces = finalPieces(trained, alphabet, special, size - special.length);
    return new UnigramModel({
      pieces: [...special.map((token) => [token, 0] as const), ...pieces],
      unknownId: special.indexOf(unknownToken),
    });
  }

  /** The characters that the vocabulary must contain, except special tokens. */
  #alphabet(words: readonly CountedWord[], special: readonly string[]): string[] {
    const characters = new Set(this.#initialAlphabet);
    for (const [word] of words) for (const character of word) characters.add(character);
    for (const token of special) characters.delete(token);
    return [...characters].sort();
  }

  /** The number of tokens that the vocabulary may have. */
  #sizeFor(special: number, characters: number): number {
    const least = special + characters;
    const size = mostTokens(this.#sizes, least);
    if (least <= size) return size;
    const what = `the special tokens (${special}) and the characters (${characters})`;
    throw new InputRangeError(`${ACTION}: expected a vocabSize of at least ${least}, for ${what}, found ${size}`);
  }

  /** Selects somewhat more pieces than requested, most useful first. */
  #learn(words: readonly CountedWord[], vocabSize: number, reporter: ProgressReporter): ScoredPieces {
    reporter.report("find pieces", 0, 1);
    const enough = Math.floor(vocabSize * OVERSIZE_FACTOR);
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

/** Selects the characters and, as space permits, the pieces in order; most likely first. */
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
