import { describeValue } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { expectFractions, expectParts, expectText, Fingerprint } from "../task_model/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { blockAt, encodeText, type TextSource, type TokenIds } from "./token_ids.ts";

/** Texts to train and measure on, as strings or as the ids that the model's own tokenizer gives for them. */
export interface TextCorpus<Part = string | TokenIds> {
  /** What the model learns from. */
  readonly train: Part;
  /** What decides when to stop and which parameters are the best. */
  readonly valid?: Part;
  /** What is looked at once, at the end. */
  readonly test?: Part;
}

/** Options of `splitText`. */
export interface SplitTextOptions {
  /** Share of the text for validation. */
  readonly validFraction?: number;
  /** Share of the text for testing. */
  readonly testFraction?: number;
  /** Whether the parts must begin with lines; characters where absent. */
  readonly atLines?: boolean;
}

/** Code units among which a boundary is looked for at a time. */
const NEAR = 2 ** 12;

/** Takes the tail of a text for testing, and what stands before it for validation. */
export function splitText(text: string, options: SplitTextOptions = {}): TextCorpus<string> {
  expectText("split a text", "text", text);
  const [test, valid] = places(text.length, options).map((place) => boundary(text, place, options.atLines));
  return divide(text.length, valid, test, options, (start, end) => text.slice(start, end));
}

/** As `splitText`, of a text that need not be held whole. */
export async function splitSource(text: TextSource, options: SplitTextOptions = {}): Promise<TextCorpus<TextSource>> {
  const [test, valid] = await Promise.all(
    places(text.length, options).map((place) => sourceBoundary(text, place, options.atLines)),
  );
  return divide(text.length, valid, test, options, (start, end) => ({
    length: end - start,
    slice: (from, to) => text.slice(start + from, start + to),
  }));
}

/** Where the fractions would have the test text and the validation text begin. */
function places(length: number, options: SplitTextOptions): [number, number] {
  expectFractions("split a text", options, ["atLines"]);
  const { validFraction = 0, testFraction = 0 } = options;
  return [Math.round(length * (1 - testFraction)), Math.round(length * (1 - testFraction - validFraction))];
}

/** The first place at or after `index` where a part may begin. */
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

/** As `boundary`, looking no further than it must. */
async function sourceBoundary(text: TextSource, index: number, atLines?: boolean): Promise<number> {
  for (let at = index;;) {
    const start = Math.max(0, at - 1);
    const end = Math.min(text.length, start + NEAR);
    const found = start + boundary(await text.slice(start, end), at - start, atLines);
    if (found < end || end === text.length) return found;
    at = end;
  }
}

/** The parts that begin at these places. */
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
      throw new RangeError(`split a text: expected a part of ${fraction} to hold something, found it empty`);
    }
    return slice(start, end);
  };
  if (validStart === 0) throw new RangeError("split a text: expected something to train on, found it empty");
  return {
    train: slice(0, validStart),
    valid: part(validFraction, validStart, testStart),
    test: part(testFraction, testStart, length),
  };
}

/** What a training run reads, as ids. */
export type CorpusIds = TextCorpus<TokenIds>;

/** What a language model is given to learn from. Throws a `TypeError` if it is neither a text nor texts by part. */
export function expectCorpus(action: string, data: unknown): TextCorpus {
  if (typeof data === "string") return { train: data };
  const { train, valid, test } = expectParts(action, data) as Partial<TextCorpus>;
  const isPart = (part: unknown): boolean => typeof part === "string" || isTokenIds(part);
  if (isPart(train) && [valid, test].every((part) => part === undefined || isPart(part))) {
    return { train: train!, valid, test };
  }
  throw new TypeError(`${action}: expected a text or { train, valid, test } with texts, found ${describeValue(data)}`);
}

/** Checks that a value is a text or its ids, and gives it back. Throws a `TypeError` that says what was found in its place. */
export function expectPart(action: string, part: unknown): string | TokenIds {
  if (typeof part === "string" || isTokenIds(part)) return part;
  throw new TypeError(`${action}: expected a text, or its ids, found ${describeValue(part)}`);
}

function isTokenIds(part: unknown): part is TokenIds {
  return typeof part === "object" && part !== null && "length" in part && "block" in part;
}

/** The ids of a corpus. A test text is not looked at, unless it is given as ids. */
export async function encodeCorpus({ train, valid, test }: TextCorpus, tokenizer: Tokenizer): Promise<CorpusIds> {
  return {
    train: await idsOf(train, tokenizer),
    valid: valid === undefined ? undefined : await idsOf(valid, tokenizer),
    test: typeof test === "string" ? undefined : test,
  };
}

/** The ids of a part of a corpus. */
export async function idsOf(part: string | TokenIds, tokenizer: Tokenizer): Promise<TokenIds> {
  return typeof part === "string" ? await encodeText(part, tokenizer) : part;
}

/** A number that depends on every id: two corpora with the same one are taken for the same. */
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
