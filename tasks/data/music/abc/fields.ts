import { isInputError } from "../../../../errors.ts";
import { type Key, LETTER_SEMITONES, readKey, signatureOf } from "../keys.ts";
import { meterParts } from "../score.ts";
import { WHOLE } from "./tune.ts";

/** A key with the accidentals that hold in all octaves. */
export interface KeySignature {
  readonly key: Key;
  /** The semitones by which each letter is raised. */
  readonly raised: ReadonlyMap<string, number>;
}

/** The semitones of accidentals. */
export const ACCIDENTALS: Readonly<Record<string, number>> = { "^^": 2, "^": 1, "=": 0, "_": -1, "__": -2 };

const KEY = /^\s*([A-G][#b]?\s*(?:(?:maj|ion|min|aeo|dor|phr|lyd|mix|loc)[a-z]*|m(?![a-z])|M(?![a-z]))?)(?![A-Za-z])/i;
const PIPES = /^\s*H[Pp]/;
const NO_KEY = /^\s*(?:none\b.*|(?:clef\s*=|treble|bass|alto|tenor|perc)?)/i;
const EXPLICIT = /(\^\^|__|\^|_|=)([A-Ga-g])(?![a-z])/g;

/** Reads the value of a `K:` field: a key, also with further accidentals. Returns `undefined` if it is no key. */
export function readKeyField(value: string): KeySignature | undefined {
  const [whole, name] = KEY.exec(value) ?? [];
  const pipes = PIPES.exec(value)?.[0];
  const none = NO_KEY.exec(value)?.[0] ?? "";
  if (name === undefined && pipes === undefined && none === "" && value.trim() !== "") return undefined;
  try {
    // The highland bagpipes play F and C sharp and G natural.
    const key = readKey(name === undefined ? pipes === undefined ? "C" : "D" : name[0].toUpperCase() + name.slice(1));
    const rest = value.slice((whole ?? pipes ?? none).length);
    const raised = new Map(/^\s*exp\b/.test(rest) ? signatureOf(0) : signatureOf(key.fifths));
    for (const [, accidental, letter] of rest.matchAll(EXPLICIT)) {
      raised.set(letter.toUpperCase(), ACCIDENTALS[accidental]);
    }
    return { key, raised };
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}

/** A meter that was read; `undefined` for free meter. */
export interface MeterField {
  readonly meter: string | undefined;
}

/** Reads the value of an `M:` field. Returns `undefined` if it is no meter. */
export function readMeterField(value: string): MeterField | undefined {
  const text = value.replaceAll(/\s/g, "");
  if (text === "C") return { meter: "4/4" };
  if (text === "C|") return { meter: "2/2" };
  if (text === "" || text.toLowerCase() === "none") return { meter: undefined };
  const [, sum, unit] = /^\(?(\d{1,3}(?:\+\d{1,3})*)\)?\/(\d{1,3})$/.exec(text) ?? [];
  if (sum === undefined) return undefined;
  const meter = `${sum.split("+").reduce((total, part) => total + Number(part), 0)}/${Number(unit)}`;
  try {
    meterParts(meter);
    return { meter };
  } catch {
    return undefined;
  }
}

/** Reads the value of an `L:` field: the unit of lengths in ticks. Returns `undefined` if it is none. */
export function readUnitField(value: string): number | undefined {
  const [, above, below = "1"] = /^\s*(\d{1,2})\s*(?:\/\s*(\d{1,3}))?\s*$/.exec(value) ?? [];
  const ticks = Number(above) * WHOLE / Number(below);
  return ticks >= 1 && Number.isInteger(ticks) ? ticks : undefined;
}

/** Returns the unit of lengths of a tune that tells none: a 16th if a bar is shorter than three quarters. */
export function usualUnit(meter: string | undefined): number {
  const [beats, unit] = (meter ?? "4/4").split("/").map(Number);
  return beats / unit < 0.75 ? WHOLE / 16 : WHOLE / 8;
}

/** Reads the value of a `Q:` field: quarter notes a minute. Returns `undefined` if it has no tempo that is possible. */
export function readTempoField(value: string, unit: number): number | undefined {
  const text = value.replaceAll(/"[^"]*"/g, " ").trim();
  const [, beats, rate] = /^((?:\d+\/\d+\s*)+|C\d*\s*)?=?\s*(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (rate === undefined) return undefined;
  const lengths = (beats ?? "").match(/\d+\/\d+/g) ?? [];
  const beat = lengths.map((each) => each.split("/").map(Number)).reduce((sum, [a, b]) => sum + a * WHOLE / b, 0);
  const tempo = Number(rate) * (beat === 0 ? unit : beat) * 4 / WHOLE;
  return tempo >= 4 && tempo <= 60_000 ? tempo : undefined;
}

/** Returns the pitch of a letter, `c` an octave above `C`, without accidentals. */
export function letterPitch(letter: string): number {
  const upper = letter.toUpperCase();
  return 60 + LETTER_SEMITONES[upper] + (letter === upper ? 0 : 12);
}
