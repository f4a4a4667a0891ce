import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue, parseJSON } from "../../../src/schema/mod.ts";
import { type Problem, ProblemList } from "./problems.ts";
import { MOST_PITCH, type PianoRoll } from "./score.ts";

/** The pieces of a file of piano rolls. */
export interface PianoRolls {
  /** Whether the file says which pieces are for training, validation and test. If not, all are in `train`. */
  readonly isSplit: boolean;
  /** The pieces for training. */
  readonly train: readonly PianoRoll[];
  /** The pieces for validation. */
  readonly valid: readonly PianoRoll[];
  /** The pieces for the test. */
  readonly test: readonly PianoRoll[];
  /** Problems: parts that were left out or put in order. */
  readonly problems: readonly Problem[];
}

/** The names of the parts in files. */
const PARTS: Readonly<Record<"train" | "valid" | "test", readonly string[]>> = {
  train: ["train", "training"],
  valid: ["valid", "validation", "val", "dev"],
  test: ["test", "testing"],
};

/**
 * Reads piano rolls from JSON: `{"train": [...], "valid": [...], "test": [...]}`, or one list of pieces. A piece is a
 * list of time steps, each a list of the MIDI pitches that sound.
 *
 * Pitches outside 0 to 127 are left out, pitches that occur twice in a step are kept once, and steps are sorted; all of
 * that, and pieces without a step, is counted in `problems`.
 *
 * Throws `SyntaxError` if the text is not JSON, and `RangeError` if it has another shape or no pieces.
 *
 * @example
 * ```ts
 * import { readPianoRolls } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, test, problems } = readPianoRolls('{"train": [[[60, 64, 67], []]], "test": [[[200]]]}');
 * assertEquals([train, test], [[[[60, 64, 67], []]], [[[]]]]);
 * assertEquals(problems[0].first, "test, piece 1, step 1: 200");
 * ```
 */
export function readPianoRolls(content: string): PianoRolls {
  const value = parseJSON(content, "read piano rolls: expected JSON");
  const problems = new ProblemList();
  if (Array.isArray(value)) {
    const train = readPieces(value, "", problems);
    expectPieces(train.length);
    return { isSplit: false, train, valid: [], test: [], problems: problems.list() };
  }
  if (typeof value !== "object" || value === null) {
    throw new InputRangeError(`read piano rolls: expected lists of pieces, found ${describeValue(value)}`);
  }
  const part = (names: readonly string[]): PianoRoll[] => {
    const name = names.find((each) => Object.hasOwn(value, each));
    return name === undefined ? [] : readPieces((value as Record<string, unknown>)[name], name, problems);
  };
  const known = Object.values(PARTS).flat();
  const found = Object.keys(value);
  if (!found.some((name) => known.includes(name))) {
    throw new InputRangeError(
      `read piano rolls: expected train, valid or test, found ${describeList(found) || "no field"}`,
    );
  }
  const rolls = { train: part(PARTS.train), valid: part(PARTS.valid), test: part(PARTS.test) };
  expectPieces(rolls.train.length + rolls.valid.length + rolls.test.length);
  for (const name of found) if (!known.includes(name)) problems.add("fields that are no part", describeValue(name));
  return { isSplit: true, ...rolls, problems: problems.list() };
}

function expectPieces(found: number): void {
  if (found === 0) {
    throw new InputRangeError("read piano rolls: expected at least 1 piece with a time step, found none");
  }
}

function readPieces(value: unknown, part: string, problems: ProblemList): PianoRoll[] {
  const inPart = part === "" ? "" : `${part}, `;
  if (!Array.isArray(value)) {
    throw new InputRangeError(`read piano rolls: expected a list of pieces in ${part}, found ${describeValue(value)}`);
  }
  return value.flatMap((piece: unknown, i) => {
    const place = `${inPart}piece ${i + 1}`;
    if (!Array.isArray(piece)) {
      throw new InputRangeError(
        `read piano rolls: expected a list of time steps in ${place}, found ${describeValue(piece)}`,
      );
    }
    if (piece.length === 0) problems.add("pieces without a time step", place);
    return piece.length === 0 ? [] : [piece.map((step, t) => readStep(step, `${place}, step ${t + 1}`, problems))];
  });
}

function readStep(step: unknown, place: string, problems: ProblemList): number[] {
  if (!Array.isArray(step)) {
    throw new InputRangeError(`read piano rolls: expected a list of pitches in ${place}, found ${describeValue(step)}`);
  }
  if ((step.length === 88 || step.length > MOST_PITCH) && step.every((value) => value === 0 || value === 1)) {
    throw new InputRangeError(
      `read piano rolls: expected the pitches that sound in ${place}, found a row of ${step.length} zeros and ones`,
    );
  }
  const pitches: number[] = [];
  let isSorted = true;
  for (const pitch of step) {
    if (!Number.isInteger(pitch)) {
      throw new InputRangeError(
        `read piano rolls: expected a pitch from 0 to ${MOST_PITCH} in ${place}, found ${describeValue(pitch)}`,
      );
    }
    if (pitch < 0 || pitch > MOST_PITCH) {
      problems.add(`pitches outside 0 to ${MOST_PITCH}`, `${place}: ${pitch}`);
      continue;
    }
    isSorted &&= pitches.length === 0 || pitches[pitches.length - 1] <= pitch;
    pitches.push(pitch);
  }
  if (!isSorted) problems.add("steps that are not in ascending order", place);
  const distinct = [...new Set(pitches)].sort((a, b) => a - b);
  problems.add("pitches that occur twice in a step", place, pitches.length - distinct.length);
  return distinct;
}
