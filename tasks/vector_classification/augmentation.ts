import { type Engine, Random } from "../../src/nn/mod.ts";
import type { VectorSequence } from "../data/mod.ts";
import type { FrameProcessor } from "./frame_processor.ts";
import type { Frames } from "../batching/mod.ts";
import { resample } from "./frames.ts";
import { movePictures } from "./picture_frames.ts";
import type { Skeleton } from "./skeleton.ts";

/** How training sequences are changed at random in each epoch. */
export interface Augmentation {
  /** Standard deviation of the noise that is added to the scaled values. */
  readonly jitter: number;
  /** Largest change of the speed: 0.5 plays a sequence up to 1.5 times as fast or as slow. */
  readonly speed: number;
  /** Whether half of the sequences are mirrored: left and right change places. */
  readonly mirror: boolean;
  /** Largest angle in degrees by which skeletons are turned about the vertical axis. */
  readonly rotation: number;
  /** Largest change of the size, as a share; pictures are also shifted by up to this share of their sides. */
  readonly stretch: number;
}

/** Added to the seed, so that augmentation does not repeat the numbers that order the batches. */
const SEED = 0xa06;

/** Uniform numbers drawn for each sequence. */
const DRAWS = 5;

/** Options of `augment`. */
export interface AugmentOptions {
  /** The engine that generates random numbers. */
  readonly engine: Engine;
  /** The seed of the run. */
  readonly seed: number;
  /** The number of the step; the same step changes sequences in the same way. */
  readonly step: number;
  /** Indices of the sequences whose inputs are wanted. Default: all. */
  readonly wanted?: ReadonlySet<number>;
}

/**
 * Changes the sequences of a batch at random and returns the inputs of those that are wanted. The changes depend only
 * on the seed, the step and the batch.
 */
export function augment(
  processor: FrameProcessor,
  sequences: readonly VectorSequence[],
  { jitter, ...augmentation }: Augmentation,
  { engine, seed, step, wanted }: AugmentOptions,
): Frames[] {
  const random = new Random(seed + SEED, { engine, stream: 2 * step });
  const draws = random.uniform(sequences.length * DRAWS, -1, 1);
  const changed = sequences.map((sequence, i) =>
    change(processor.shorten(sequence), processor, augmentation, draws.subarray(i * DRAWS, (i + 1) * DRAWS))
  );
  const size = changed.reduce((sum, { frames }) => sum + frames.length, 0);
  const noise = jitter > 0 ? random.normal(size, 0, jitter) : undefined;
  let at = 0;
  const disturb = noise && ((values: Float32Array): void => {
    for (let i = 0; i < values.length; i++) values[i] += noise[at++];
  });
  return changed.flatMap((frames, i) => {
    if (wanted === undefined || wanted.has(i)) return [processor.inputsOf(frames, disturb)];
    at += frames.frames.length;
    return [];
  });
}

/** Changes the frames of a sequence by five numbers from -1 to 1. */
function change(
  { frames: given, length }: Frames,
  { channels, skeleton, picture, center }: FrameProcessor,
  { speed, mirror, rotation, stretch }: Omit<Augmentation, "jitter">,
  [speedDraw, mirrorDraw, rotationDraw, stretchDraw, shiftDraw]: Float32Array,
): Frames {
  const factor = (1 + speed) ** speedDraw;
  const count = Math.max(Math.min(length, 2), Math.round(length * factor));
  const frames = speed === 0 ? given.slice() : resample(given, length, channels, count).frames;
  const isMirrored = mirror && mirrorDraw < 0;
  if (skeleton) {
    transform(frames, channels, skeleton, {
      isMirrored,
      angle: rotation * rotationDraw * Math.PI / 180,
      size: 1 + stretch * stretchDraw,
    });
  } else if (picture) {
    if (isMirrored) {
      for (let at = 0; at < frames.length; at += picture[1]) frames.subarray(at, at + picture[1]).reverse();
    }
    if (stretch > 0) {
      const [height, width] = picture;
      movePictures(frames, picture, {
        size: 1 + stretch * stretchDraw,
        down: stretch * rotationDraw * height,
        right: stretch * shiftDraw * width,
      });
    }
  } else if (stretch > 0) {
    // About the mean of a channel: about 0, a large mean would move by more than its values differ.
    for (let i = 0; i < frames.length; i++) {
      const middle = center[i % channels % center.length];
      frames[i] = middle + (frames[i] - middle) * (1 + stretch * stretchDraw);
    }
  }
  return { frames, length: frames.length / channels };
}

/** Mirrors, turns and stretches skeletons about the reference joint of the first frame, in place. */
function transform(
  frames: Float32Array,
  channels: number,
  { coordinates, reference, vertical, pairs }: Skeleton,
  { isMirrored, angle, size }: { readonly isMirrored: boolean; readonly angle: number; readonly size: number },
): void {
  const center = frames.slice(reference * coordinates, (reference + 1) * coordinates);
  const [u, v] = [0, 1, 2].slice(0, coordinates).filter((k) => k !== vertical);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const sign = isMirrored ? -1 : 1;
  for (let at = 0; at < frames.length; at += coordinates) {
    for (let k = 0; k < coordinates; k++) frames[at + k] = size * (frames[at + k] - center[k]);
    const [a, b] = [sign * frames[at + u], v === undefined ? 0 : frames[at + v]];
    frames[at + u] = v === undefined ? a : cosine * a - sine * b;
    if (v !== undefined) frames[at + v] = sine * a + cosine * b;
    for (let k = 0; k < coordinates; k++) frames[at + k] += center[k];
  }
  if (!isMirrored) return;
  for (let t = 0; t < frames.length; t += channels) {
    for (const [left, right] of pairs) {
      for (let k = 0; k < coordinates; k++) {
        const [a, b] = [t + left * coordinates + k, t + right * coordinates + k];
        [frames[a], frames[b]] = [frames[b], frames[a]];
      }
    }
  }
}
