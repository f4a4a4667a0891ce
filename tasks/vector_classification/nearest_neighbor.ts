import type { VectorSequence } from "../data/mod.ts";
import { percent } from "../task_model/mod.ts";
import type { FrameProcessor } from "./frame_processor.ts";
import { resample } from "./frames.ts";

/** Frames to which sequences are resampled before they are compared. */
const COMPARED_FRAMES = 16;

/** Accuracies of simple methods, with which a model is compared. */
export interface SimpleAccuracies {
  /** Accuracy of the training sequences' most frequent label. */
  readonly majority: number;
  /** Accuracy of the label of the nearest training sequence, by the scaled values, resampled to 16 frames. */
  readonly nearest: number;
}

/** Measures simple methods that know the training sequences on test sequences. */
export function measureSimple(
  processor: FrameProcessor,
  train: readonly VectorSequence[],
  test: readonly VectorSequence[],
): SimpleAccuracies {
  const counts = new Map<string | undefined, number>();
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [[frequent]] = [...counts].sort((a, b) => b[1] - a[1]);
  const pointOf = (sequence: VectorSequence): Float32Array => {
    const { frames, length } = processor.encode(sequence);
    const { width, channels } = processor;
    // Velocities have more noise than values.
    return resample(frames, length, width, COMPARED_FRAMES).frames.filter((_, i) => i % width < channels);
  };
  const known = train.map(pointOf);
  const share = (predict: (sequence: VectorSequence) => string | undefined): number =>
    test.filter((sequence) => predict(sequence) === sequence.label).length / test.length;
  return {
    majority: share(() => frequent),
    nearest: share((sequence) => train[nearestTo(pointOf(sequence), known)].label),
  };
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
export function describeSimple({ majority, nearest }: SimpleAccuracies, accuracy: number, part: string): string[] {
  return [
    `For comparison, accuracy on the ${part} sequences: most frequent label ${
      percent(majority)
    }, label of the nearest ` +
    `training sequence ${percent(nearest)}.`,
    ...accuracy > nearest ? [] : ["This model does not beat the label of the nearest training sequence."],
  ];
}
