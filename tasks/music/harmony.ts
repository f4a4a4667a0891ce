import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { StepVocabulary } from "./notations/notation.ts";
import type { Demands, Draft } from "./piece_sampler.ts";

/** The pitch of a melody in each time step; null for a rest. */
export type Melody = readonly (number | null)[];

/** The most voices of a harmony. */
export const MOST_VOICES = 16;

/**
 * Returns the melody of a piano roll with at most one pitch in a step. Throws `RangeError` if a step has several, or
 * none has one.
 */
export function melodyOf(roll: readonly (readonly number[])[]): Melody {
  const chord = roll.findIndex((pitches) => pitches.length > 1);
  if (chord >= 0) {
    throw new InputRangeError(
      `harmonize: expected a melody of one note at a time, found ${roll[chord].length} notes at time step ${chord + 1}`,
    );
  }
  if (roll.every((pitches) => pitches.length === 0)) {
    throw new InputRangeError(`harmonize: expected a melody, found ${count(roll.length, "time step")} without a note`);
  }
  return roll.map(([pitch = null]) => pitch);
}

/**
 * Returns the demands on a harmony: in each time step, the melody's pitch is the highest of at most `voices`. A rest of
 * the melody is one of all voices.
 *
 * Throws `RangeError` if a pitch of the melody is none of the model's.
 */
export function harmonyDemands(melody: Melody, voices: number, vocabulary: StepVocabulary): Demands {
  const tops = melody.map((pitch, t) => {
    if (pitch === null) return vocabulary.end;
    const id = vocabulary.idOf(pitch);
    if (id !== undefined) return id;
    throw new InputRangeError(
      `harmonize: expected pitches that the model knows, found ${pitch} at time step ${t + 1}; transpose the melody`,
    );
  });
  return {
    isDone: ({ reader }) => reader.steps === melody.length,
    restrict: ({ reader, ids }, allowed) => restrict({ top: tops[reader.steps], voices, vocabulary }, ids, allowed),
  };
}

interface Wanted {
  readonly top: number;
  readonly voices: number;
  readonly vocabulary: StepVocabulary;
}

function restrict({ top, voices, vocabulary }: Wanted, ids: Draft["ids"], allowed: Uint8Array): void {
  const { end } = vocabulary;
  const chosen = ids.length - 1 - ids.lastIndexOf(end);
  if (ids.at(-1) === top || top === end) {
    allowed.fill(0)[end] = 1;
    return;
  }
  const most = vocabulary.pitchOf(top)!;
  for (let id = 0; id < allowed.length; id++) {
    const pitch = vocabulary.pitchOf(id);
    if (pitch === undefined || pitch > most || chosen === voices - 1 && pitch < most) allowed[id] = 0;
  }
}
