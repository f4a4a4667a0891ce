import { type Phoneme, PHONEMES, type Segment } from "./phonemes.ts";

/** How the digits are pronounced, in ARPAbet; a voice keeps to one of the ways. */
export const PRONUNCIATIONS = {
  zero: ["z ih r ow", "z iy r ow"],
  one: ["w ah n"],
  two: ["t uw"],
  three: ["th r iy"],
  four: ["f ao r er", "f ao er", "f ao ao"],
  five: ["f ay v"],
  six: ["s ih k s"],
  seven: ["s eh v ax n"],
  eight: ["ey t", "ey tq"],
  nine: ["n ay n"],
} as const;

/** A spoken digit. */
export type Digit = keyof typeof PRONUNCIATIONS;

/** The digits, from zero to nine. */
export const DIGITS = Object.keys(PRONUNCIATIONS) as readonly Digit[];

/** Returns the segments of a digit in one of the ways to pronounce it. */
export function segmentsOf(digit: Digit, way: number): readonly Segment[] {
  const ways: readonly string[] = PRONUNCIATIONS[digit];
  return ways[way % ways.length].split(" ").flatMap((name): readonly Segment[] => PHONEMES[name as Phoneme]);
}
