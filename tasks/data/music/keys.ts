import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";

/** A key. */
export interface Key {
  /** The name in its normal form: `D`, `F#m`, `Bb`, `Ador`. */
  readonly name: string;
  /** Sharps of its signature, or flats if negative: -7 to 7. */
  readonly fifths: number;
  /** The mode: an empty text for major, `m`, `dor`, `phr`, `lyd`, `mix` or `loc`. */
  readonly mode: string;
  /** The tonic as a number of semitones above C, 0 to 11. */
  readonly tonic: number;
}

/** The letters of notes in the order of the circle of fifths. */
const FIFTHS = "FCGDAEB";

/** How many fifths a mode's signature is away from that of the major key with the same tonic. */
const MODES: Readonly<Record<string, number>> = { lyd: 1, "": 0, mix: -1, dor: -2, m: -3, phr: -4, loc: -5 };

/** Names of modes by their first three letters, in lower case. */
const MODE_NAMES: Readonly<Record<string, string>> = {
  maj: "",
  ion: "",
  min: "m",
  aeo: "m",
  dor: "dor",
  phr: "phr",
  lyd: "lyd",
  mix: "mix",
  loc: "loc",
};

/** The largest number of sharps or flats of a signature. */
const MOST_FIFTHS = 7;

/** The semitones of the letters above C. */
export const LETTER_SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** A letter, a sign or its name, and a mode. */
const NAME = /^\s*([A-Ga-g])(?:\s*([#b♯♭])|[\s-]*(sharp|flat))?[\s-]*([A-Za-z]*)\s*$/i;

/**
 * Reads the name of a key: a letter, `#` or `b`, and a mode, such as `D`, `Dmaj`, `d minor`, `F#m`, `Bb major`, `Ddor`,
 * `A Dorian` or `B flat minor`.
 *
 * Throws `RangeError` if it has another form or more than 7 sharps or flats.
 */
export function readKey(text: string): Key {
  const [, letter, sign, signName, word = ""] = NAME.exec(text) ?? [];
  const accidental = sign?.toLowerCase() ?? { sharp: "#", flat: "b" }[signName?.toLowerCase() ?? ""] ?? "";
  const mode = word === "M" ? "" : word === "" || word === "m" ? word : MODE_NAMES[word.slice(0, 3).toLowerCase()];
  if (letter === undefined || mode === undefined) {
    throw new InputRangeError(
      `read a key: expected one like D, F#m, Bb major or A Dorian, found ${describeValue(text)}`,
    );
  }
  const sharp = accidental === "#" || accidental === "♯" ? 1 : accidental === "" ? 0 : -1;
  const tonicFifths = FIFTHS.indexOf(letter.toUpperCase()) - 1 + 7 * sharp;
  const key = keyOf(tonicFifths, mode);
  if (Math.abs(key.fifths) > MOST_FIFTHS) {
    throw new InputRangeError(`read a key: expected at most 7 sharps or flats, found ${describeValue(text)}`);
  }
  return key;
}

/** Returns the key with a signature and a mode. */
export function keyWithSignature(fifths: number, mode: string): Key {
  return keyOf(fifths - MODES[mode], mode);
}

/** Returns the key of a mode whose tonic is a number of fifths above C. */
function keyOf(tonicFifths: number, mode: string): Key {
  const name = spell(tonicFifths) + mode;
  return { name, fifths: tonicFifths + MODES[mode], mode, tonic: modulo(tonicFifths * 7, 12) };
}

/** Returns the name of the note that is a number of fifths above C. */
function spell(fifths: number): string {
  const sharps = Math.floor((fifths + 1) / 7);
  return FIFTHS[modulo(fifths + 1, 7)] + (sharps < 0 ? "b".repeat(-sharps) : "#".repeat(sharps));
}

/** Returns a key that is a number of semitones higher, with the fewest sharps or flats; of six, sharps. */
export function transposeKey(key: Key, semitones: number): Key {
  const fifths = modulo(key.fifths + 7 * semitones + 5, 12) - 5;
  return keyWithSignature(fifths, key.mode);
}

/** Returns how much a letter is raised by a signature: 1, 0 or -1 semitones. */
export function signatureOf(fifths: number): ReadonlyMap<string, number> {
  const raised = new Map<string, number>();
  for (let i = 0; i < 7; i++) {
    raised.set(FIFTHS[i], fifths > i ? 1 : fifths < 0 && 6 - i < -fifths ? -1 : 0);
  }
  return raised;
}

/**
 * Returns the letter and the alteration in semitones that name a pitch class in a key: as in its scale, or near it on
 * the circle of fifths, as raised leading notes and the like are.
 */
export function spellPitch(pitch: number, fifths: number): { readonly letter: string; readonly alteration: number } {
  // The twelve notes around the signature's own seven: those of the scale, five more fifths up and none down would be
  // all sharps, so the window begins three fifths below the scale.
  const lowest = fifths - 1 - 2;
  const position = modulo(pitch * 7 - lowest, 12) + lowest;
  return { letter: FIFTHS[modulo(position + 1, 7)], alteration: Math.floor((position + 1) / 7) };
}

/** Returns a remainder that is never negative. */
export function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
