import { InputRangeError } from "../../../../errors.ts";
import { describeValue } from "../../../../src/schema/mod.ts";
import { type Problem, ProblemList } from "../problems.ts";
import { type KeySignature, readKeyField, readMeterField } from "./fields.ts";
import { barsOf } from "./bars.ts";
import type { ABCItem, ABCTune } from "./tune.ts";
import { VoiceReader } from "./voice_reader.ts";
import { NoteWriter, UNIT } from "./write.ts";

/** How a tune is written for a model. */
export interface TuneTextOptions {
  /** Whether a token before each bar tells how many bars are left, such as `@8`. Default: true. */
  readonly positions?: boolean;
  /** Whether the names of chords are written. Default: true. */
  readonly chords?: boolean;
}

/** The largest number of bars that a token tells. */
export const MOST_BARS = 64;

/**
 * Returns the first voice of a tune as one line for a language model, with a space between tokens: the meter, the key
 * and the number of bars (`M:6/8 K:D B:16`), then for each bar how many bars are left (`@16`), its notes as in ABC with
 * lengths in eighth notes, and a bar line. Unlike in ABC, an accidental holds for its note alone, and is written
 * wherever a note differs from the key, so that each token means the same everywhere.
 *
 * @example
 * ```ts
 * import { readABC, tuneToText } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * assertEquals(tuneToText(tune), 'M:3/4 K:D B:3 @3 "D" F2 A2 d2 | @2 "A7" g4 f2 | @1 "D" d6 |]');
 * ```
 */
export function tuneToText(tune: ABCTune, { positions = true, chords = true }: TuneTextOptions = {}): string {
  const bars = barsOf(tune.voices[0].items, tune.meter);
  const left = barsLeft(bars.map(({ ticks, expected }) => expected === undefined ? 1 : ticks / expected));
  const writer = new NoteWriter(tune.key, false);
  const tokens = [`M:${tune.meter ?? "none"}`, `K:${tune.key.name}`, `B:${left[0] ?? 0}`];
  const push = (item: ABCItem): void => {
    const text = writer.write(item);
    // A tie is a token of its own, as the number of an ending is.
    if (text !== "") tokens.push(...text.replace(/-$/, " -").replace(/(?<=[|:\]])\[/, " [").split(" "));
  };
  if (bars[0] && bars[0].left !== "") push({ kind: "bar", sign: bars[0].left });
  bars.forEach(({ items, right, ending }, i) => {
    if (ending !== undefined) tokens.push(`[${ending}`);
    if (positions) tokens.push(`@${left[i]}`);
    for (const item of items) if (item.kind !== "chord" || chords) push(item);
    push({ kind: "bar", sign: right === "" ? "|]" : right });
  });
  return tokens.join(" ");
}

/**
 * Returns how many bars are left at the beginning of each bar, itself included, where two parts of a bar count once.
 */
function barsLeft(lengths: readonly number[]): number[] {
  let sum = 0;
  return lengths.toReversed().map((length) => {
    sum += length;
    return Math.min(MOST_BARS, Math.max(1, Math.ceil(sum - 1e-6)));
  }).reverse();
}

/** A tune that was read from a model's text. */
export interface TuneTextReading {
  /** The tune. */
  readonly tune: ABCTune;
  /** Tokens that could not be read. */
  readonly problems: readonly Problem[];
}

/** A control token, such as `K:D`, or a count of the bars that are left. */
const CONTROL = /^(?:([MKB]):(\S+)|@\d+)$/;

/**
 * Returns the tune of a line that `tuneToText` has written, or that a model has.
 *
 * @example
 * ```ts
 * import { textToTune, writeABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tune, problems } = textToTune("M:3/4 K:D B:1 @1 F2 A2 d2 |]");
 * assertEquals(problems, []);
 * assertEquals(writeABC([tune]), "X:1\nM:3/4\nL:1/8\nK:D\nF2 A2 d2|]\n");
 * ```
 */
export function textToTune(text: string): TuneTextReading {
  const problems = new ProblemList();
  let [meter, signature] = [undefined as string | undefined, readKeyField("C")!];
  const music: string[] = [];
  for (const token of text.trim().split(/\s+/)) {
    const control = CONTROL.exec(token);
    if (control === null) music.push(token);
    else if (control[1] === "M") {
      const read = readMeterField(control[2]);
      if (read === undefined) problems.add("meters that cannot be read", token);
      else meter = read.meter;
    } else if (control[1] === "K") {
      const read = readKeyField(control[2]);
      if (read === undefined) problems.add("keys that cannot be read", token);
      else signature = read;
    }
  }
  const reader = new VoiceReader({ signature, meter, unit: UNIT }, problems, false);
  reader.read(music.join(" "), "the tune");
  const tune = { ...meter !== undefined && { meter }, key: signature.key, voices: [{ items: reader.items }] };
  return { tune, problems: problems.list() };
}

/** The meaning of a token of a tune's text. */
export type TuneToken =
  | { readonly kind: "meter"; readonly meter: string | undefined }
  | { readonly kind: "key"; readonly key: string }
  /** The number of bars of the tune. */
  | { readonly kind: "bars"; readonly bars: number }
  /** How many bars are left. */
  | { readonly kind: "left"; readonly bars: number }
  /** Notes or a rest; the length is in ticks, 10,080 in a quarter note, without what a tuplet makes of it. */
  | { readonly kind: "notes"; readonly pitches: readonly number[]; readonly length: number }
  | { readonly kind: "bar"; readonly sign: string }
  | { readonly kind: "ending"; readonly ending: string }
  | { readonly kind: "chord"; readonly name: string }
  | { readonly kind: "tuplet"; readonly into: number; readonly of: number; readonly notes: number }
  | { readonly kind: "tie" }
  /** A change of the key or meter within a tune. */
  | { readonly kind: "change" };

/**
 * Returns what a token of a tune's text is; pitches are those in the given key. Returns `undefined` if it is none.
 */
export function readTuneToken(token: string, key = "C"): TuneToken | undefined {
  const [, control, value] = /^([MKB@]):?(\S+)$/.exec(token) ?? [];
  if (token === "-") return { kind: "tie" };
  if (/^\[\d[\d,-]*$/.test(token)) return { kind: "ending", ending: token.slice(1) };
  if (token.startsWith("@") || token.startsWith("B:")) {
    const bars = Number(value);
    return Number.isInteger(bars) ? { kind: control === "B" ? "bars" : "left", bars } : undefined;
  }
  if (token.startsWith("M:")) return readMeterField(value) && { kind: "meter", meter: readMeterField(value)!.meter };
  if (token.startsWith("K:")) {
    const read = readKeyField(value);
    return read && { kind: "key", key: read.key.name };
  }
  const problems = new ProblemList();
  const reader = new VoiceReader({ signature: signatureOfKey(key), meter: undefined, unit: UNIT }, problems, false);
  reader.read(token, "the token");
  if (problems.list().length > 0) return undefined;
  if (/^\[[A-Za-z]:/.test(token)) return { kind: "change" };
  if (reader.items.length !== 1) return undefined;
  const [item] = reader.items;
  if (item.kind === "notes") {
    return { kind: "notes", pitches: item.notes.map(({ pitch }) => pitch), length: item.length };
  }
  if (item.kind === "bar") return item.sign === "" ? undefined : { kind: "bar", sign: item.sign };
  return item.kind === "chord" || item.kind === "tuplet" ? item : undefined;
}

function signatureOfKey(key: string): KeySignature {
  const signature = readKeyField(key);
  if (signature !== undefined) return signature;
  throw new InputRangeError(`read a token of a tune: expected a key like D, F#m or Ador, found ${describeValue(key)}`);
}
