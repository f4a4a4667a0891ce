import type { Tokenizer } from "../../tokenizers/mod.ts";

/** Texts to train and measure on. */
export interface Corpus {
  /** What the model learns from. */
  readonly train: string;
  /** What decides when to stop and which parameters are the best. */
  readonly valid?: string;
  /** What is looked at once, at the end. */
  readonly test?: string;
}

/** Options of `splitText`. */
export interface SplitOptions {
  /** Share of the text for validation. */
  readonly validFraction?: number;
  /** Share of the text for testing. */
  readonly testFraction?: number;
  /** Whether the parts must begin with lines; characters where absent. */
  readonly atLines?: boolean;
}

/** The first place at or after `index` where a part may begin. */
function boundary(text: string, index: number, atLines: boolean): number {
  if (atLines) {
    if (index === 0 || text[index - 1] === "\n") return index;
    const end = text.indexOf("\n", index);
    return end < 0 ? text.length : end + 1;
  }
  const code = text.charCodeAt(index);
  const splitsPair = index > 0 && code >= 0xdc00 && code <= 0xdfff && text.charCodeAt(index - 1) >> 10 === 0xd800 >> 10;
  return splitsPair ? index + 1 : index;
}

/** Takes the tail of a text for testing, and what stands before it for validation. */
export function splitText(text: string, options: SplitOptions = {}): Corpus {
  const { validFraction = 0, testFraction = 0, atLines = false } = options;
  if (!(validFraction >= 0 && testFraction >= 0 && validFraction + testFraction < 1)) {
    throw new RangeError(
      `split a text: expected fractions from 0 to below 1 in all, found ${validFraction} and ${testFraction}`,
    );
  }
  const testStart = boundary(text, Math.round(text.length * (1 - testFraction)), atLines);
  const validStart = boundary(text, Math.round(text.length * (1 - testFraction - validFraction)), atLines);
  const part = (fraction: number, start: number, end: number): string | undefined => {
    if (fraction === 0) return undefined;
    if (start >= end) {
      throw new RangeError(`split a text: expected a part of ${fraction} to hold something, found it empty`);
    }
    return text.slice(start, end);
  };
  if (validStart === 0) throw new RangeError("split a text: expected something to train on, found it empty");
  return {
    train: text.slice(0, validStart),
    valid: part(validFraction, validStart, testStart),
    test: part(testFraction, testStart, text.length),
  };
}

/** A corpus as ids. */
export interface CorpusIds {
  /** Training ids. */
  readonly train: Int32Array;
  /** Validation ids. */
  readonly valid?: Int32Array;
  /** A number that depends on every id: two corpora with the same one are taken for the same. */
  readonly fingerprint: number;
}

/** Encodes what a training run reads. */
export function encodeCorpus(corpus: string | Corpus, tokenizer: Tokenizer): CorpusIds {
  const texts = typeof corpus === "string" ? { train: corpus } : corpus;
  const train = tokenizer.encode(texts.train);
  const valid = texts.valid === undefined ? undefined : tokenizer.encode(texts.valid);
  let hash = 0x811c9dc5;
  for (const ids of [train, valid ?? []]) {
    for (const id of ids) hash = Math.imul(hash ^ id, 0x01000193);
    hash = Math.imul(hash ^ ids.length, 0x01000193);
  }
  return { train, valid, fingerprint: hash >>> 0 };
}
