/**
 * Strings of digits, spoken by a formant synthesizer in many voices. This folder knows how digits sound; it must not
 * know how they are recognized.
 * @module
 */
import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import type { Sound } from "../../data/audio/mod.ts";
import { Chance } from "../decks.ts";
import { type Segment, silence } from "./phonemes.ts";
import { DIGITS, segmentsOf } from "./pronunciations.ts";
import { record } from "./recording.ts";
import { RATE, synthesize } from "./synthesizer.ts";
import { drawVoices, type Voice } from "./voices.ts";

/** A synthesized sound and what is said in it. */
export interface SpokenDigits {
  /** The sound, at 16 kHz. */
  readonly sound: Sound;
  /** The digits, such as "three one four". */
  readonly text: string;
  /** Whose voice it is, and the number of the utterance, such as "woman 7, utterance 12". */
  readonly source: string;
}

/** Options of `spokenDigits`. */
export interface SpokenDigitsOptions {
  /** Seed of the voices, the digits and the noise. Default: 1. */
  readonly seed?: number;
  /** Number of utterances of all parts. Default: 1500. */
  readonly utterances?: number;
  /** Number of voices of all parts. Default: 150. */
  readonly voices?: number;
  /** Largest number of digits of an utterance. Default: 7. */
  readonly longest?: number;
  /** Share of the utterances and of the voices used for validation. Default: 0.1. */
  readonly validFraction?: number;
  /** Share of the utterances and of the voices used for testing. Default: 0.1. */
  readonly testFraction?: number;
}

/**
 * Generates strings of English digits as they sound from a formant synthesizer (Klatt 1980), in the voices of men,
 * women and children, with noise 10 to 40 dB below the speech. No voice occurs in two parts. It is not human speech:
 * what is learned from it does not recognize people.
 *
 * Throws `RangeError` if an option is out of range, or there are fewer voices or utterances than parts.
 *
 * @example
 * ```ts
 * import { spokenDigits } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, valid, test } = spokenDigits({ utterances: 10, voices: 10 });
 * assertEquals([train.length, valid.length, test.length], [8, 1, 1]);
 * assertEquals([train[0].source, test[0].source], ["man 1, utterance 1", "man 10, utterance 10"]);
 * assertEquals(train[0].text, "eight five four six eight seven three");
 * assertEquals(train[0].sound.rate, 16000);
 * ```
 */
export function spokenDigits(
  { seed = 1, utterances = 1500, voices = 150, longest = 7, validFraction = 0.1, testFraction = 0.1 }:
    SpokenDigitsOptions = {},
): { train: SpokenDigits[]; valid: SpokenDigits[]; test: SpokenDigits[] } {
  for (const [name, value] of Object.entries({ utterances, voices, longest })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new InputRangeError(
      `spoken digits: expected ${name} to be a whole number of at least 1, found ${describeValue(value)}`,
    );
  }
  const shares = [validFraction, testFraction];
  const chance = new Chance(seed);
  const voicesOf = divide("voices", drawVoices(voices, chance), shares);
  const numbersOf = divide("utterances", Array.from({ length: utterances }, (_, i) => i + 1), shares);
  const [train, valid, test] = numbersOf.map((numbers, part) =>
    numbers.map((number, i) => {
      const own = voicesOf[part];
      return speak(own[i % own.length], { number, digits: chance.between(1, longest), chance });
    })
  );
  return { train, valid, test };
}

/** Divides items into those for training, validation and testing, the latter by their shares. */
function divide<T>(name: string, items: readonly T[], shares: readonly number[]): readonly (readonly T[])[] {
  const sizes = shares.map((share) => share > 0 ? Math.max(1, Math.round(share * items.length)) : 0);
  const rest = items.length - sizes[0] - sizes[1];
  if (!(rest >= 1) || shares.some((share) => !(share >= 0))) {
    throw new InputRangeError(
      `spoken digits: expected more ${name} than ${items.length} for shares of ${
        shares.map(describeValue).join(" and ")
      }`,
    );
  }
  return [items.slice(0, rest), items.slice(rest, rest + sizes[0]), items.slice(rest + sizes[0])];
}

/** Speaks random digits in a voice. */
function speak(
  voice: Voice,
  { number, digits, chance }: { readonly number: number; readonly digits: number; readonly chance: Chance },
): SpokenDigits {
  const words = Array.from({ length: digits }, () => chance.below(DIGITS.length));
  // Half of the words follow the one before without a pause.
  const pause = (): Segment[] => chance.share() < 0.5 ? [] : [silence(0.03 + 0.22 * chance.share())];
  const margin = (): Segment => silence(0.1 + 0.25 * chance.share());
  const spoken = words.flatMap((word, i) => [...(i > 0 ? pause() : []), ...segmentsOf(DIGITS[word], voice.ways[word])]);
  const samples = synthesize([margin(), ...spoken, margin()], voice, chance);
  record(samples, chance);
  return {
    sound: { samples, rate: RATE },
    text: words.map((word) => DIGITS[word]).join(" "),
    source: `${voice.speaker} ${voice.number}, utterance ${number}`,
  };
}
