import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { expectFractions, expectParts, expectText, Fingerprint } from "../task_model/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { encodeDocuments, isDocumentIds } from "./document_ids.ts";
import { endOfTextId } from "./end_of_text.ts";
import { blockAt, encodeText, type TextSource, type TokenIds } from "./token_ids.ts";

/** A text, documents, or the ids of either from the model's own tokenizer. */
export type TextPart = string | readonly string[] | TokenIds;

/** Training, validation and test texts, as strings or as ids from the model's own tokenizer. */
export interface TextCorpus<Part = TextPart> {
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
  /**
   * Whether parts must begin at the start of a line, or of a word in a text whose lines are too long for that, rather
   * than at any character. Default: false.
   */
  readonly atLines?: boolean;
}

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
  const search = partsOf(text.length, options);
  let next = search.next();
  while (!next.done) next = search.next(text.slice(...next.value));
  return divide(next.value, (start, end) => text.slice(start, end));
}

/** Like `splitText`, for a text that need not fit in memory. */
export async function splitSource(text: TextSource, options: SplitTextOptions = {}): Promise<TextCorpus<TextSource>> {
  const search = partsOf(text.length, options);
  let next = search.next();
  while (!next.done) next = search.next(await text.slice(...next.value));
  return divide(next.value, (start, end) => ({
    length: end - start,
    slice: (from, to) => text.slice(start + from, start + to),
  }));
}

/** The place of a part in a text. */
type Place = readonly [start: number, end: number];

/** A search in a text: asks for parts of it and returns a result. */
type Search<T> = Generator<Place, T, string>;

/** Finds where the parts of a text begin and end. */
function* partsOf(length: number, options: SplitTextOptions): Search<TextCorpus<Place>> {
  expectFractions("split a text", options, ["atLines"]);
  const { validFraction = 0, testFraction = 0, atLines = false } = options;
  const startOf = function* (fraction: number, rest: number, end: number): Search<number> {
    if (fraction === 0) return end;
    const place = Math.round(length * rest);
    const start = atLines ? yield* lineOrWordStart(place, end) : yield* characterStart(place, end);
    if (start !== undefined && start < end) return start;
    const unit = atLines ? "a line or a word that begins in it" : "some text";
    throw new InputRangeError(
      `split a text: expected a share of ${fraction} of ${count(length, "character")} to hold ${unit}, found it empty`,
    );
  };
  const test = yield* startOf(testFraction, 1 - testFraction, length);
  const valid = yield* startOf(validFraction, 1 - testFraction - validFraction, test);
  if (valid === 0) throw new InputRangeError("split a text: expected some text to train on, found none");
  return {
    train: [0, valid],
    valid: validFraction === 0 ? undefined : [valid, test],
    test: testFraction === 0 ? undefined : [test, length],
  };
}

/** The first index at or after `place` that does not divide a character. */
function* characterStart(place: number, end: number): Search<number> {
  if (place === 0 || place >= end) return place;
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(yield [place - 1, place + 1]) ? place + 1 : place;
}

/** How much of a part may be given up for it to begin at a line. */
const NEAR = 0.9;
const LINE_START = /(?<=\n)[^]/g;
const WORD_START = /(?<=\p{White_Space})\P{White_Space}/gu;

/**
 * Where a part that should extend from `place` to `end` begins: at the first line that starts at or after `place`,
 * unless the part would lose most of its share; otherwise at the first word after `place`, or the last one before it.
 */
function* lineOrWordStart(place: number, end: number): Search<number | undefined> {
  const limit = place + Math.ceil(NEAR * (end - place));
  return (yield* firstMatch(LINE_START, place, limit)) ?? (yield* firstMatch(WORD_START, place, end)) ??
    (yield* lastMatch(WORD_START, Math.min(place, end)));
}

/** Characters searched at a time. */
const SEARCH_LENGTH = 2 ** 12;

/** The first index from `from` to before `to`, and above 0, at which a pattern matches. */
function* firstMatch(pattern: RegExp, from: number, to: number): Search<number | undefined> {
  for (let at = Math.max(0, from - 1); at + 1 < to; at += SEARCH_LENGTH) {
    const found = (yield [at, Math.min(to, at + SEARCH_LENGTH + 1)]).search(pattern);
    if (found >= 0) return at + found;
  }
}

/** The last index before `to` at which a pattern matches. */
function* lastMatch(pattern: RegExp, to: number): Search<number | undefined> {
  for (let end = to; end > 1; end -= SEARCH_LENGTH) {
    const at = Math.max(0, end - SEARCH_LENGTH - 1);
    const found = [...(yield [at, end]).matchAll(pattern)].at(-1);
    if (found) return at + found.index;
  }
}

/** Takes the parts of a corpus from their places. */
function divide<Part>({ train, valid, test }: TextCorpus<Place>, slice: (...place: Place) => Part): TextCorpus<Part> {
  return { train: slice(...train), valid: valid && slice(...valid), test: test && slice(...test) };
}

/** A corpus as ids. */
export type CorpusIds = TextCorpus<TokenIds>;

/** Returns training data as a corpus. Throws `TypeError` if they are neither a text nor texts by part. */
export function expectCorpus(action: string, data: unknown): TextCorpus {
  if (isText(data)) return { train: data };
  const { train, valid, test } = expectParts(action, data) as Partial<TextCorpus>;
  if (isPart(train) && [valid, test].every((part) => part === undefined || isPart(part))) {
    return { train, valid, test };
  }
  throw new InputTypeError(
    `${action}: expected a text, documents or { train, valid, test } with them, found ${describeValue(data)}`,
  );
}

/** Returns the value if it is a text, documents or the ids of either; throws `TypeError` if not. */
export function expectPart(action: string, part: unknown): TextPart {
  if (isPart(part)) return part;
  throw new InputTypeError(`${action}: expected a text, documents, or their ids, found ${describeValue(part)}`);
}

function isPart(part: unknown): part is TextPart {
  return isText(part) || (typeof part === "object" && part !== null && "length" in part && "block" in part);
}

/** Whether a value is a text or documents. */
function isText(data: unknown): data is string | readonly string[] {
  return typeof data === "string" || (Array.isArray(data) && data.every((text) => typeof text === "string"));
}

/** A tokenizer, and the token that ends documents. */
export interface TextReader {
  /** Converts text to ids. */
  readonly tokenizer: Tokenizer;
  /** The token that ends documents; null for a model of running text. */
  readonly endOfText: string | null;
}

/** Encodes a corpus. A test text is left out, unless it is given as ids. */
export async function encodeCorpus({ train, valid, test }: TextCorpus, reader: TextReader): Promise<CorpusIds> {
  return {
    train: await idsOf("fit", train, reader),
    valid: valid === undefined ? undefined : await idsOf("fit", valid, reader),
    test: test === undefined || isText(test) ? undefined : await idsOf("fit", test, reader),
  };
}

/**
 * Encodes a part of a corpus, unless it already consists of ids. For a model of documents, a text is one document.
 *
 * Throws `RangeError` if documents are given to a model of running text, or ids of running text to a model of
 * documents.
 */
export async function idsOf(action: string, part: TextPart, { tokenizer, endOfText }: TextReader): Promise<TokenIds> {
  if (endOfText === null) {
    if (typeof part === "string") return await encodeText(part, tokenizer);
    if (!Array.isArray(part) && !isDocumentIds(part as TokenIds)) return part as TokenIds;
    throw new InputRangeError(`${action}: expected running text for a model without endOfText, found documents`);
  }
  if (isText(part)) return await encodeDocuments([part].flat(), tokenizer, { endOfText });
  const end = endOfTextId(action, tokenizer, endOfText);
  if (isDocumentIds(part) && part.end === end) return part;
  throw new InputRangeError(
    `${action}: expected documents that end with ${JSON.stringify(endOfText)}, found ids of ${
      isDocumentIds(part) ? "documents that end with another token" : "running text"
    }`,
  );
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
    if (part && isDocumentIds(part)) fingerprint.add(part.starts.length);
  }
  return fingerprint.value;
}
