import type { VectorSequence } from "../data/mod.ts";

/** How the joints of a skeleton are laid out in a frame. */
export interface Skeleton {
  /** Number of coordinates of a joint. */
  readonly coordinates: 2 | 3;
  /** The joint in which each frame is centered, from 0. */
  readonly reference: number;
  /** The coordinate that points up or down, from 0. */
  readonly vertical: number;
  /** The joints of the left and the right side that correspond. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** The mean position of each joint relative to the center of its frame, `[joints, coordinates]`. */
function meanPose(sequences: readonly VectorSequence[], coordinates: number): Float64Array {
  const channels = sequences[0].channels;
  const pose = new Float64Array(channels);
  let frames = 0;
  for (const { frames: values, length } of sequences) {
    for (let t = 0; t < length; t++) {
      for (let k = 0; k < coordinates; k++) {
        let center = 0;
        for (let c = k; c < channels; c += coordinates) center += values[t * channels + c] * coordinates / channels;
        for (let c = k; c < channels; c += coordinates) pose[c] += values[t * channels + c] - center;
      }
    }
    frames += length;
  }
  return pose.map((sum) => sum / frames);
}

/** Frames of each sequence whose distances between joints are measured. */
const MEASURED_FRAMES = 8;

/** A bone's length varies by at most this share of its mean. */
const RIGID = 0.15;

/** Fewest joints of a skeleton. */
const FEWEST_JOINTS = 5;

/**
 * Returns the number of coordinates of a joint if frames look like skeletons: most points keep their distance to
 * another point, as the ends of a bone do, while they move. Returns undefined if not.
 */
export function detectCoordinates(sequences: readonly VectorSequence[]): 2 | 3 | undefined {
  return ([3, 2] as const).find((coordinates) => hasBones(sequences, coordinates));
}

function hasBones(sequences: readonly VectorSequence[], coordinates: number): boolean {
  const joints = sequences[0].channels / coordinates;
  if (!Number.isInteger(joints) || joints < FEWEST_JOINTS) return false;
  const frames = sequences.flatMap(({ frames, length, channels }) =>
    Array.from({ length: Math.min(MEASURED_FRAMES, length) }, (_, i, count = Math.min(MEASURED_FRAMES, length)) => {
      const t = Math.floor(i * length / count);
      return frames.subarray(t * channels, (t + 1) * channels);
    })
  ).slice(0, 2000);
  const rigid = Array.from(
    { length: joints },
    (_, a) =>
      Array.from({ length: joints }).some((_, b) =>
        a !== b && isBone(frames.map((frame) => distance(frame, a, b, coordinates)))
      ),
  ).filter(Boolean).length;
  return frames.length >= 2 * FEWEST_JOINTS && rigid >= 0.6 * joints;
}

function isBone(lengths: readonly number[]): boolean {
  const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length;
  const variance = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length;
  return mean > 0 && Math.sqrt(variance) <= RIGID * mean && variance > 0;
}

function distance(frame: ArrayLike<number>, a: number, b: number, coordinates: number): number {
  let sum = 0;
  for (let k = 0; k < coordinates; k++) sum += (frame[a * coordinates + k] - frame[b * coordinates + k]) ** 2;
  return Math.sqrt(sum);
}

/** The given facts about a skeleton; the rest is found in the mean pose. */
export type GivenSkeleton = Partial<Pick<Skeleton, "coordinates" | "reference" | "vertical">>;

/**
 * Finds the layout of skeletons in their mean pose: the most central joint is the reference, the coordinate of the
 * largest extent is vertical, and pairs are the joints that a reflection through the reference exchanges.
 */
export function findSkeleton(sequences: readonly VectorSequence[], given: GivenSkeleton): Skeleton {
  const { channels } = sequences[0];
  const coordinates = given.coordinates ?? detectCoordinates(sequences) ?? (channels % 3 === 0 ? 3 : 2);
  const pose = meanPose(sequences, coordinates);
  const joints = Array.from({ length: channels / coordinates }, (_, joint) => joint);
  const spread = (joint: number): number => joints.reduce((sum, b) => sum + distance(pose, joint, b, coordinates), 0);
  const reference = given.reference ?? joints.reduce((a, b) => spread(b) < spread(a) ? b : a);
  const extent = (k: number): number => {
    const values = joints.map((joint) => pose[joint * coordinates + k]);
    return Math.max(...values) - Math.min(...values);
  };
  const axes = Array.from({ length: coordinates }, (_, k) => k);
  const vertical = given.vertical ?? axes.reduce((a, b) => extent(b) > extent(a) ? b : a);
  const layout = { coordinates, reference, vertical };
  return { ...layout, pairs: pairsOf(pose, layout) };
}

/** Directions of the plane of reflection that are tried. */
const DIRECTIONS = 36;

/** Finds the joints that a reflection exchanges: in the best of several vertical planes. */
function pairsOf(pose: Float64Array, { coordinates, reference, vertical }: Omit<Skeleton, "pairs">): Skeleton["pairs"] {
  const joints = pose.length / coordinates;
  const [u, v] = [0, 1, 2].slice(0, coordinates).filter((k) => k !== vertical);
  let best: { readonly partners: number[]; readonly error: number } | undefined;
  for (let direction = 0; direction < (coordinates === 3 ? DIRECTIONS : 1); direction++) {
    const angle = Math.PI * direction / DIRECTIONS;
    const [x, z] = [Math.cos(angle), coordinates === 3 ? Math.sin(angle) : 0];
    const mirrored = pose.slice();
    for (let joint = 0; joint < joints; joint++) {
      const [a, b] = [u, v].map((k) =>
        k === undefined ? 0 : pose[joint * coordinates + k] - pose[reference * coordinates + k]
      );
      mirrored[joint * coordinates + u] -= 2 * (a * x + b * z) * x;
      if (coordinates === 3) mirrored[joint * coordinates + v] -= 2 * (a * x + b * z) * z;
    }
    const { partners, error } = match(pose, mirrored, coordinates);
    if (best === undefined || error < best.error) best = { partners, error };
  }
  const { partners } = best!;
  return partners.flatMap((b, a) => a < b && partners[b] === a ? [[a, b] as const] : []);
}

/** Pairs each joint with a mirrored one or with itself, the closest first, and returns the mean distance. */
function match(
  pose: Float64Array,
  mirrored: Float64Array,
  coordinates: number,
): { partners: number[]; error: number } {
  const joints = pose.length / coordinates;
  const gap = (a: number, b: number): number => {
    let sum = 0;
    for (let k = 0; k < coordinates; k++) sum += (pose[a * coordinates + k] - mirrored[b * coordinates + k]) ** 2;
    return Math.sqrt(sum);
  };
  const options = Array.from({ length: joints }, (_, a) => a).flatMap((a) =>
    Array.from({ length: joints - a }, (_, i) => ({ a, b: a + i, error: gap(a, a + i) }))
  ).sort((one, other) => one.error - other.error);
  const partners = new Array<number>(joints).fill(-1);
  let sum = 0;
  for (const { a, b, error } of options) {
    if (partners[a] >= 0 || partners[b] >= 0) continue;
    partners[a] = b;
    partners[b] = a;
    sum += a === b ? error : 2 * error;
  }
  return { partners, error: sum / joints };
}
