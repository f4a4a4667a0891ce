import { Random } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { VectorSequence } from "../data/mod.ts";
import { percent } from "../task_model/mod.ts";
import type { FrameProcessor } from "./frame_processor.ts";
import { resample } from "./frames.ts";

/** Frames to which sequences are resampled before they are compared. */
const COMPARED_FRAMES = 16;
/** Most and fewest test sequences that are compared, and values of all comparisons: some ten seconds. */
const [MOST_TESTED, FEWEST_TESTED, MOST_VALUES] = [2000, 200, 1e10];

/** Accuracies of simple methods, with which a model is compared. */
export interface SimpleAccuracies {
  /** Accuracy of the training sequences' most frequent label. */
  readonly majority: number;
  /** Accuracy of the label of the nearest training sequence, by the scaled values, resampled to 16 frames. */
  readonly nearest: number;
  /** Share of the test sequences that were compared for it: 1, or less if there are too many. */
  readonly compared: number;
  /** Share of the training sequences that they were compared with, likewise. */
  readonly known: number;
}

/**
 * Measures simple methods that know the training sequences on test sequences. Of very many test sequences, some are
 * picked at random for the comparison with the nearest one, and then of the training sequences, without all of which the
 * method is worse; the picks are always the same.
 */
export async function measureSimple(
  processor: FrameProcessor,
  train: readonly VectorSequence[],
  test: readonly VectorSequence[],
): Promise<SimpleAccuracies> {
  const counts = new Map<string | undefined, number>();
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [[frequent]] = [...counts].sort((a, b) => b[1] - a[1]);
  const pointOf = (sequence: VectorSequence): Float32Array => {
    const { frames, length } = processor.encode(sequence);
    const { width, channels } = processor;
    // Velocities have more noise than values.
    return resample(frames, length, width, COMPARED_FRAMES).frames.filter((_, i) => i % width < channels);
  };
  const most = MOST_VALUES / (COMPARED_FRAMES * processor.channels);
  const tested = pick(test, Math.min(MOST_TESTED, Math.max(FEWEST_TESTED, Math.floor(most / train.length))));
  const known = pick(train, Math.max(1, Math.floor(most / tested.length)));
  const breather = new Breather();
  const points: Float32Array[] = [];
  for (const sequence of known) {
    points.push(pointOf(sequence));
    await breather.breathe();
  }
  let hits = 0;
  for (const sequence of tested) {
    if (known[nearestTo(pointOf(sequence), points)].label === sequence.label) hits++;
    await breather.breathe();
  }
  return {
    majority: test.filter(({ label }) => label === frequent).length / test.length,
    nearest: hits / tested.length,
    compared: tested.length / test.length,
    known: known.length / train.length,
  };
}

/** Picks a number of values at random, in their order; all if there are no more. */
function pick<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values;
  const draws = new Random(1).uniform(values.length);
  const limit = draws.toSorted()[most];
  return values.filter((_, i) => draws[i] < limit);
}

/** Returns the index of the nearest point by Euclidean distance. */
function nearestTo(point: Float32Array, known: readonly Float32Array[]): number {
  let [best, least] = [0, Infinity];
  known.forEach((other, i) => {
    let sum = 0;
    for (let k = 0; k < point.length && sum < least; k++) sum += (point[k] - other[k]) ** 2;
    if (sum < least) [best, least] = [i, sum];
  });
  return best;
}

/** Describes the accuracies beside a model's; the last line says so if the nearest sequence does as well. */
export function describeSimple(
  { majority, nearest, compared, known }: SimpleAccuracies,
  accuracy: number,
  part: string,
): string[] {
  const among = known < 1 ? `, among a random ${percent(known)} of the training sequences` : "";
  const sampled = compared < 1 || known < 1 ? ` (of a random ${percent(compared)}${among}, since there are many)` : "";
  return [
    `For comparison, accuracy on the ${part} sequences: most frequent label ${
      percent(majority)
    }, label of the nearest ` +
    `training sequence ${percent(nearest)}${sampled}.`,
    ...accuracy > nearest ? [] : ["This model does not beat the label of the nearest training sequence."],
  ];
}
