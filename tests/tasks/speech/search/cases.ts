// Made-up frames for the tests of searches.

import type { FrameScores } from "../../../../tasks/speech/greedy.ts";
import { randomValues, seededRandom } from "../../../support/random.ts";

/** Log-probabilities of random frames. */
export function randomScores(
  { frames, classes, seed }: { readonly frames: number; readonly classes: number; readonly seed: number },
): FrameScores {
  const values = Float32Array.from(randomValues(seededRandom(seed), frames * classes, 2));
  for (let t = 0; t < frames; t++) {
    const row = values.subarray(t * classes, (t + 1) * classes);
    const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
    row.forEach((value, c) => row[c] = value - sum);
  }
  return { values, frames, classes };
}

/** All sequences of up to `most` of the labels. */
export function sequencesOf(most: number, labels: readonly number[]): number[][] {
  if (most === 0) return [[]];
  return [[], ...sequencesOf(most - 1, labels).flatMap((rest) => labels.map((label) => [label, ...rest]))];
}
