import type { TextSet } from "./texts.ts";

/** The tokens of a text. Offsets are in code points, as in Hugging Face. */
export interface Tokens {
  readonly ids: ArrayLike<number>;
  readonly offsets?: readonly (readonly number[])[];
}

/** Encodes many texts. */
export type Encoder = (texts: readonly string[]) => Promise<readonly Tokens[]> | readonly Tokens[];

/** The agreement between two encoders on a set of texts. */
export interface Agreement {
  readonly what: string;
  readonly set: string;
  readonly texts: number;
  readonly tokens: number;
  /** Number of texts with different ids. */
  readonly otherIds: number;
  /** Number of texts with equal ids but different offsets; `undefined` if the reference reports no offsets. */
  readonly otherOffsets: number | undefined;
  /** The first few differing texts. */
  readonly examples: readonly string[];
}

const BATCH = 2000;

/** Compares an encoder with a reference on all text sets. */
export async function compare(
  what: string,
  sets: readonly TextSet[],
  ours: Encoder,
  reference: Encoder,
): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  for (const { name, texts } of sets) {
    let [tokens, otherIds, otherOffsets] = [0, 0, 0];
    let hasOffsets = true;
    const examples: string[] = [];
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH);
      const [found, expected] = [await ours(batch), await reference(batch)];
      for (const [i, text] of batch.entries()) {
        tokens += expected[i].ids.length;
        hasOffsets &&= expected[i].offsets !== undefined && found[i].offsets !== undefined;
        const difference = differenceOf(found[i], expected[i]);
        if (difference === undefined) continue;
        if (difference.what === "ids") otherIds++;
        else otherOffsets++;
        if (examples.length < 5) examples.push(`${JSON.stringify(text.slice(0, 80))}: ${difference.text}`);
      }
    }
    const offsets = hasOffsets ? otherOffsets : undefined;
    agreements.push({ what, set: name, texts: texts.length, tokens, otherIds, otherOffsets: offsets, examples });
  }
  return agreements;
}

function differenceOf(found: Tokens, expected: Tokens): { what: "ids" | "offsets"; text: string } | undefined {
  const at = firstDifference(found.ids, expected.ids, (a, b) => a === b);
  if (at !== undefined) {
    return { what: "ids", text: `at token ${at} expected ${around(expected.ids, at)}, found ${around(found.ids, at)}` };
  }
  if (found.offsets === undefined || expected.offsets === undefined) return undefined;
  const place = firstDifference(found.offsets, expected.offsets, (a, b) => a[0] === b[0] && a[1] === b[1]);
  if (place === undefined) return undefined;
  const text = `token ${place} expected at ${expected.offsets[place]}, found at ${found.offsets[place]}`;
  return { what: "offsets", text };
}

function firstDifference<T>(a: ArrayLike<T>, b: ArrayLike<T>, same: (a: T, b: T) => boolean): number | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (i >= a.length || i >= b.length || !same(a[i], b[i])) return i;
  }
  return undefined;
}

function around(ids: ArrayLike<number>, at: number): string {
  return Array.from(ids).slice(at, at + 4).join(" ");
}

/** Converts UTF-16 offsets to code point offsets. */
export function inCodePoints(text: string, offsets: readonly (readonly [number, number])[]): [number, number][] {
  const places = new Int32Array(text.length + 1);
  let count = 0;
  let at = 0;
  for (const character of text) {
    places.fill(count++, at, at + character.length);
    at += character.length;
  }
  places[at] = count;
  return offsets.map(([start, end]) => [places[start], places[end]]);
}
