import { type Problem, ProblemList } from "./problems.ts";
import { MOST_PITCH, type PianoRoll } from "./score.ts";

/** The token that ends a time step. */
export const END_OF_STEP = ".";

/**
 * Returns a piano roll as one line for a language model: the pitches of each time step in ascending order, then `.`,
 * with a space between tokens. There is one such line for every piano roll, so that the probability of a step is the
 * product of those of its tokens.
 *
 * @example
 * ```ts
 * import { rollToText } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rollToText([[60, 64, 67], [], [62]]), "60 64 67 . . 62 .");
 * ```
 */
export function rollToText(roll: PianoRoll): string {
  return roll.map((pitches) => [...pitches, END_OF_STEP].join(" ")).join(" ");
}

/** A piano roll that was read from a model's text. */
export interface RollTextReading {
  /** The piano roll. */
  readonly roll: PianoRoll;
  /** Tokens that were left out. */
  readonly problems: readonly Problem[];
}

/**
 * Returns the piano roll of a line that `rollToText` has written, or that a model has. Pitches that do not ascend
 * within a step, and other tokens, are left out and counted.
 *
 * @example
 * ```ts
 * import { textToRoll } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(textToRoll("60 64 67 . . 62 ."), { roll: [[60, 64, 67], [], [62]], problems: [] });
 * ```
 */
export function textToRoll(text: string): RollTextReading {
  const problems = new ProblemList();
  const roll: number[][] = [];
  let step: number[] = [];
  for (const token of text.split(/\s+/)) {
    if (token === "") continue;
    const pitch = /^\d{1,3}$/.test(token) ? Number(token) : NaN;
    if (token === END_OF_STEP) {
      roll.push(step);
      step = [];
    } else if (!(pitch <= MOST_PITCH)) problems.add("tokens that are no pitch", `step ${roll.length + 1}: ${token}`);
    else if (step.length > 0 && pitch <= step[step.length - 1]) {
      problems.add("pitches that do not ascend", `step ${roll.length + 1}: ${token}`);
    } else step.push(pitch);
  }
  if (step.length > 0) {
    problems.add("steps without an end", `step ${roll.length + 1}`);
    roll.push(step);
  }
  return { roll, problems: problems.list() };
}
