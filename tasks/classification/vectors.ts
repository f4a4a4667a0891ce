import type { WordVectors } from "../../src/formats/mod.ts";
import type { Parameter } from "../../src/nn/mod.ts";
import { asPipeline, type Tokenizer } from "../../tokenizers/mod.ts";

/** How many of a vocabulary's words have vectors. */
export interface VectorCoverage {
  /** Words of the vocabulary that have a vector. */
  readonly found: number;
  /** Contractions and compounds that have none, but whose parts have. */
  readonly derived: number;
  /** Words of the vocabulary. */
  readonly words: number;
}

/**
 * Puts word vectors into the embeddings [V, E] of a tokenizer's tokens: a token's own vector, or that of its lower-case form. A token without one
 * begins as what it stands for, where it is the second half of an English contraction, or as the mean of its parts, where it has a hyphen or
 * the like. What is left keeps its small first values. Throws a RangeError where the vectors are not of
 * width E.
 */
export function placeVectors(embeddings: Parameter, tokenizer: Tokenizer, vectors: WordVectors): VectorCoverage {
  const [V, E] = embeddings.shape;
  if (vectors.width !== E) {
    throw new RangeError(`place word vectors: expected vectors of ${E} numbers, found ${vectors.width}`);
  }
  const known = new KnownVectors(vectors);
  const values = embeddings.toArray();
  let [found, derived] = [0, 0];
  tokensOf(tokenizer).forEach((token, id) => {
    const own = known.vectorOf(token);
    const vector = own ?? known.vectorLike(token);
    if (own) found++;
    else if (vector) derived++;
    if (vector) values.set(vector, id * E);
  });
  embeddings.assign(values);
  return { found, derived, words: V };
}

/** What the second halves of English contractions stand for: lists of word vectors often lack them. */
const CONTRACTIONS: Readonly<Record<string, string>> = {
  "n't": "not",
  "'s": "is",
  "'re": "are",
  "'ve": "have",
  "'ll": "will",
  "'d": "would",
  "'m": "am",
};

/** Fewest letters of a part. */
const PART_LETTERS = 3;

/** Vectors by word. */
class KnownVectors {
  #vectors: WordVectors;
  #rows: ReadonlyMap<string, number>;

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
    this.#rows = new Map(vectors.words.map((word, row) => [word, row]));
  }

  /** A token's own vector, or that of its lower-case form. */
  vectorOf(token: string): Float32Array | undefined {
    const row = this.#rows.get(token) ?? this.#rows.get(token.toLowerCase());
    const { values, width } = this.#vectors;
    return row === undefined ? undefined : values.subarray(row * width, (row + 1) * width);
  }

  /** The vector of what a contraction stands for, or the mean of a token's parts; nothing where there are none. */
  vectorLike(token: string): Float32Array | undefined {
    const word = token.toLowerCase();
    if (Object.hasOwn(CONTRACTIONS, word)) return this.vectorOf(CONTRACTIONS[word]);
    const parts = word.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part.length >= PART_LETTERS);
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

/** The share of the words of some texts that have a vector. */
export function coveredShare(texts: readonly string[], tokenizer: Tokenizer, vectors: WordVectors): number {
  const known = new KnownVectors(vectors);
  const isKnown = tokensOf(tokenizer).map((token) => known.vectorOf(token) !== undefined);
  let [covered, total] = [0, 0];
  for (const text of texts) {
    const ids = tokenizer.encode(text);
    total += ids.length;
    for (const id of ids) if (isKnown[id]) covered++;
  }
  return total === 0 ? 0 : covered / total;
}

/** The tokens of a tokenizer by id. */
export function tokensOf(tokenizer: Tokenizer): readonly string[] {
  return asPipeline(tokenizer).tokens;
}
