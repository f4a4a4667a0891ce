import { describeValue } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { expectFractions, expectParts, expectText, Fingerprint } from "../task_model/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { blockAt, encodeText, type TextSource, type TokenIds } from "./token_ids.ts";

/** Training, validation and test texts, as strings or as ids from the model's own tokenizer. */
export interface TextCorpus<Part = string | TokenIds> {
  /** The training text. */
  readonly train: Part;
  /** The validation text: decides when to stop and which parameters to keep. */
  readonly valid?: Part;
  /** The test text: evaluated once, at the end. */
  readonly test?: Part;
}

/** Options of `splitText`. */
export interface SplitTextOptions {
  /** Share of the text for validation. Default: 0. */
  readonly validFraction?: number;
  /** Share of the text for testing. Default: 0. */
  readonly testFraction?: number;
  /** Whether parts must begin at the start of a line rather than at any character. Default: false. */
  readonly atLines?: boolean;
}

/** Code units searched at a time for a boundary. */
const SEARCH_LENGTH = 2 ** 12;

/**
 * Splits a text: its tail is the test text, what precedes the tail is the validation text, and the rest is the training
 * text.
 *
 * Throws `RangeError` if the fractions are invalid or a part would be empty.
 *
 * @example
 * ```ts
 * import { splitText } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, valid } = splitText("to be\nor not\nto be\n", { validFraction: 0.3, atLines: true });
 * assertEquals([train, valid], ["to be\nor not\n", "to be\n"]);
 * ```
 */
export function splitText(text: string, options: SplitTextOptions = {}): TextCorpus<string> {
  expectText("split a text", "text", text);
  const [test, valid] = places(text.length, options).map((place) => boundary(text, place, options.atLines));
  return divide(text.length, valid, test, options, (start, end) => text.slice(start, end));
}

/** Like `splitText`, for a text that need not fit in memory. */
export async function splitSource(text: TextSource, options: SplitTextOptions = {}): Promise<TextCorpus<TextSource>> {
  const [test, valid] = await Promise.all(
    places(text.length, options).map((place) => sourceBoundary(text, place, options.atLines)),
  );
  return divide(text.length, valid, test, options, (start, end) => ({
    length: end - start,
    slice: (from, to) => text.slice(start + from, start + to),
  }));
}

/** Returns the starts of the test text and the validation text according to the fractions alone. */
function places(length: number, options: SplitTextOptions): [number, number] {
  expectFractions("split a text", options, ["atLines"]);
  const { validFraction = 0, testFraction = 0 } = options;
  return [Math.round(length * (1 - testFraction)), Math.round(length * (1 - testFraction - validFraction))];
}

/** The first index at or after `index` where a part may begin. */
function boundary(text: string, index: number, atLines = false): number {
  if (atLines) {
    if (index === 0 || text[index - 1] === "\n") return index;
    const end = text.indexOf("\n", index);
    return end < 0 ? text.length : end + 1;
  }
  const code = text.charCodeAt(index);
  const splitsPair = index > 0 && code >= 0xdc00 && code <= 0xdfff && text.charCodeAt(index - 1) >> 10 === 0xd800 >> 10;
  return splitsPair ? index + 1 : index;
}

/** Like `boundary`, but reads no more of the text than it needs. */
async function sourceBoundary(text: TextSource, index: number, atLines?: boolean): Promise<number> {
  for (let at = index;;) {
    const start = Math.max(0, at - 1);
    const end = Math.min(text.length, start + SEARCH_LENGTH);
    const found = start + boundary(await text.slice(start, end), at - start, atLines);
    if (found < end || end === text.length) return found;
    at = end;
  }
}

/** Cuts a text into the parts that begin at these places. */
function divide<Part>(
  length: number,
  validStart: number,
  testStart: number,
  { validFraction = 0, testFraction = 0 }: SplitTextOptions,
  slice: (start: number, end: number) => Part,
): TextCorpus<Part> {
  const part = (fraction: number, start: number, end: number): Part | undefined => {
    if (fraction === 0) return undefined;
    if (start >= end) {
      throw new RangeError(`split a text: expected a share of ${fraction} to hold some text, found it empty`);
    }
    return slice(start, end);
  };
  if (validStart === 0) throw new RangeError("split a text: expected some text to train on, found none");
  return {
    train: slice(0, validStart),
    valid: part(validFraction, validStart, testStart),
    test: part(testFraction, testStart, length),
  };
}

/** A corpus as ids. */
export type CorpusIds = TextCorpus<TokenIds>;

/** Returns training data as a corpus. Throws `TypeError` if they are neither a text nor texts by part. */
export function expectCorpus(action: string, data: unknown): TextCorpus {
  if (typeof data === "string") return { train: data };
  const { train, valid, test } = expectParts(action, data) as Partial<TextCorpus>;
  const isPart = (part: unknown): boolean => typeof part === "string" || isTokenIds(part);
  if (isPart(train) && [valid, test].every((part) => part === undefined || isPart(part))) {
    return { train: train!, valid, test };
  }
  throw new TypeError(`${action}: expected a text or { train, valid, test } with texts, found ${describeValue(data)}`);
}

/** Returns the value if it is a text or the ids of one; throws `TypeError` if not. */
export function expectPart(action: string, part: unknown): string | TokenIds {
  if (typeof part === "string" || isTokenIds(part)) return part;
  throw new TypeError(`${action}: expected a text, or its ids, found ${describeValue(part)}`);
}

function isTokenIds(part: unknown): part is TokenIds {
  return typeof part === "object" && part !== null && "length" in part && "block" in part;
}

/** Encodes a corpus. A test text is left out, unless it is given as ids. */
export async function encodeCorpus({ train, valid, test }: TextCorpus, tokenizer: Tokenizer): Promise<CorpusIds> {
  return {
    train: await idsOf(train, tokenizer),
    valid: valid === undefined ? undefined : await idsOf(valid, tokenizer),
    test: typeof test === "string" ? undefined : test,
  };
}

/** Encodes a part of a corpus, unless it already consists of ids. */
export async function idsOf(part: string | TokenIds, tokenizer: Tokenizer): Promise<TokenIds> {
  return typeof part === "string" ? await encodeText(part, tokenizer) : part;
}

/** Hashes all training and validation ids. Corpora with the same fingerprint are taken to be the same. */
export async function fingerprintOf({ train, valid }: CorpusIds): Promise<number> {
  const breather = new Breather();
  const fingerprint = new Fingerprint();
  for (const part of [train, valid]) {
    const length = part?.length ?? 0;
    for (let position = 0; position < length;) {
      const { start, ids } = await blockAt(part!, position);
      for (let i = position - start; i < ids.length; i++) fingerprint.add(ids[i]);
      position = start + ids.length;
      await breather.breathe();
    }
    fingerprint.add(length);
  }
  return fingerprint.value;
}
