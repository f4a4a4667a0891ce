import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { WordVectors } from "../../src/formats/mod.ts";
import type { Parameter } from "../../src/nn/mod.ts";
import { asPipeline, type Tokenizer } from "../../tokenizers/mod.ts";

/** The coverage of a vocabulary by word vectors. */
export interface VectorCoverage {
  /** Number of words with a vector of their own. */
  readonly found: number;
  /** Number of contractions and compounds whose vector is derived from their parts. */
  readonly derived: number;
  /** Vocabulary size. */
  readonly words: number;
}

/**
 * Copies word vectors into the embeddings `[V, E]` of a tokenizer's tokens: a token's own vector, or that of its
 * lowercase form. For a token without one, the ending of an English contraction gets the vector of the word it stands
 * for, and a compound the mean of its parts. All other tokens keep their initial values. Throws `RangeError` if the
 * width of the vectors is not E.
 */
export function placeVectors(embeddings: Parameter, tokenizer: Tokenizer, vectors: WordVectors): VectorCoverage {
  const [V, E] = embeddings.shape;
  if (vectors.width !== E) {
    throw new InputRangeError(`place word vectors: expected vectors of ${count(E, "number")}, found ${vectors.width}`);
  }
  const known = new KnownVectors(vectors);
  const values = embeddings.toArray();
  let [found, derived] = [0, 0];
  tokensOf(tokenizer).forEach((token, id) => {
    if (token === undefined) return;
    const own = known.vectorOf(token);
    const vector = own ?? known.vectorLike(token);
    if (own) found++;
    else if (vector) derived++;
    if (vector) values.set(vector, id * E);
  });
  embeddings.assign(values);
  return { found, derived, words: V };
}

/** The full forms of contracted English words, which word vectors often lack. */
const CONTRACTIONS: Readonly<Record<string, string>> = {
  "n't": "not",
  "'s": "is",
  "'re": "are",
  "'ve": "have",
  "'ll": "will",
  "'d": "would",
  "'m": "am",
};

/** Minimum number of letters in a part of a compound. */
const MIN_PART_LETTERS = 3;

/** Looks up vectors by word. */
class KnownVectors {
  #vectors: WordVectors;
  #rows: ReadonlyMap<string, number>;

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
    this.#rows = new Map(vectors.words.map((word, row) => [word, row]));
  }

  /** Returns a token's own vector, or that of its lowercase form. */
  vectorOf(token: string): Float32Array | undefined {
    const row = this.#rows.get(token) ?? this.#rows.get(token.toLowerCase());
    const { values, width } = this.#vectors;
    return row === undefined ? undefined : values.subarray(row * width, (row + 1) * width);
  }

  /** Returns the vector of a contraction's full form, or the mean of a compound's parts, if they have vectors. */
  vectorLike(token: string): Float32Array | undefined {
    const word = token.toLowerCase();
    if (Object.hasOwn(CONTRACTIONS, word)) return this.vectorOf(CONTRACTIONS[word]);
    const parts = word.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part.length >= MIN_PART_LETTERS);
    return parts[0] === word ? undefined : this.#mean(parts);
  }

  #mean(words: readonly string[]): Float32Array | undefined {
    const found = words.flatMap((word) => this.vectorOf(word) ?? []);
    if (found.length === 0) return undefined;
    return new Float32Array(this.#vectors.width).map((_, i) =>
      found.reduce((sum, vector) => sum + vector[i], 0) / found.length
    );
  }
}

/** Computes the share of the words in texts that have a vector. */
export function coveredShare(texts: readonly string[], tokenizer: Tokenizer, vectors: WordVectors): number {
  const known = new KnownVectors(vectors);
  const isKnown = tokensOf(tokenizer).map((token) => token !== undefined && known.vectorOf(token) !== undefined);
  let [covered, total] = [0, 0];
  for (const text of texts) {
    const ids = tokenizer.encode(text);
    total += ids.length;
    for (const id of ids) if (isKnown[id]) covered++;
  }
  return total === 0 ? 0 : covered / total;
}

/** Returns a tokenizer's tokens in the order of their ids; `undefined` for an id that no token has. */
export function tokensOf(tokenizer: Tokenizer): readonly (string | undefined)[] {
  return asPipeline(tokenizer).tokens;
}
