import { Random } from "../../src/nn/mod.ts";
import type { VectorSequence } from "../data/mod.ts";

/** How the state of a shape changes with time: its place, its angle or the logarithm of its size. */
interface Motion {
  readonly x?: number;
  readonly y?: number;
  readonly angle?: number;
  readonly size?: number;
}

/** The motions, by label. The opposite of each is the same in reverse. */
const MOTIONS: Readonly<Record<string, Motion>> = {
  left: { x: -1 },
  right: { x: 1 },
  up: { y: -1 },
  down: { y: 1 },
  clockwise: { angle: 1 },
  counterclockwise: { angle: -1 },
  growing: { size: 1 },
  shrinking: { size: -1 },
};

/** Half the lengths of a shape's two arms, and of their common width, in relation to its size. */
const SHAPES: readonly (readonly [x: number, y: number, length: number, breadth: number])[][] = [
  [[0, 0, 1, 0.3]],
  [[0, 0, 1, 0.3], [0.7, -0.5, 0.3, 0.6]],
  [[0, 0, 1, 0.3], [0, -0.5, 0.3, 0.6]],
];

/** The range of a shape's size, as a share of the picture's side. */
const [SMALLEST, LARGEST] = [0.14, 0.42];

/** Uniform numbers drawn for each sequence. */
const DRAWS = 7;

/** Options of `generateMotions`. */
export interface MotionOptions {
  /** Number of sequences. Default: 12,000. */
  readonly count?: number;
  /** Number of frames of a sequence. Default: 12. */
  readonly frames?: number;
  /** Height and width of the pictures. Default: 16. */
  readonly size?: number;
  /** Seed. Default: 1. */
  readonly seed?: number;
}

/**
 * Generates pictures of moving shapes whose label shows only in their motion: each frame alone is drawn from the same
 * distribution for all labels, since place, angle and size are uniform and go round at the ends of their ranges.
 *
 * @example
 * ```ts
 * import { generateMotions } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sequences = generateMotions({ count: 16 });
 * assertEquals(sequences.slice(0, 2).map(({ label }) => label), ["left", "right"]);
 * assertEquals([sequences[0].length, sequences[0].channels], [12, 256]);
 * ```
 */
export function generateMotions(
  { count = 12_000, frames = 12, size = 16, seed = 1 }: MotionOptions = {},
): VectorSequence[] {
  const draws = new Random(seed).uniform(count * DRAWS);
  const labels = Object.keys(MOTIONS);
  return Array.from({ length: count }, (_, i) => {
    const label = labels[i % labels.length];
    const values = drawMotion(MOTIONS[label], draws.subarray(i * DRAWS, (i + 1) * DRAWS), frames, size);
    return { frames: values, length: frames, channels: size * size, label, source: `sequence ${i + 1}` };
  });
}

/** Draws a motion; seven numbers from 0 to 1 give the shape, where it begins, and its speed. */
function drawMotion(motion: Motion, draws: Float32Array, frames: number, size: number): Float32Array {
  const [shape, x, y, angle, extent, speed, brightness] = draws;
  const arms = SHAPES[Math.floor(shape * SHAPES.length) % SHAPES.length];
  // Steps are large enough to be seen, and small enough to tell a motion from its opposite.
  const rate = 0.5 + 0.5 * speed;
  const values = new Float32Array(frames * size * size);
  for (let t = 0; t < frames; t++) {
    const gone = (step = 0): number => step * rate * t;
    drawShape(values.subarray(t * size * size, (t + 1) * size * size), size, arms, {
      x: round(x + gone(motion.x) / 10),
      y: round(y + gone(motion.y) / 10),
      angle: 2 * Math.PI * (angle + gone(motion.angle) / 10),
      size: SMALLEST * (LARGEST / SMALLEST) ** round(extent + gone(motion.size) / 8),
      brightness: 0.6 + 0.4 * brightness,
    });
  }
  return values;
}

/** Returns what is left of a number without whole ones, from 0 to below 1. */
function round(value: number): number {
  return value - Math.floor(value);
}

/** Where and how large a shape is. */
interface Placed {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly size: number;
  readonly brightness: number;
}

/** Draws a shape into a picture whose opposite edges meet. */
function drawShape(
  picture: Float32Array,
  side: number,
  arms: readonly (readonly [x: number, y: number, length: number, breadth: number])[],
  { x, y, angle, size, brightness }: Placed,
): void {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const apart = (a: number, b: number): number => round(a - b + 0.5) - 0.5;
  for (let i = 0; i < picture.length; i++) {
    const [dx, dy] = [apart((i % side + 0.5) / side, x), apart((Math.floor(i / side) + 0.5) / side, y)];
    const [u, v] = [cosine * dx + sine * dy, cosine * dy - sine * dx];
    const distance = Math.min(
      ...arms.map(([a, b, length, breadth]) =>
        Math.max(Math.abs(u - a * size) - length * size, Math.abs(v - b * size) - breadth * size)
      ),
    );
    // Edges are as soft as a pixel is wide.
    picture[i] = brightness * Math.min(1, Math.max(0, 0.5 - distance * side));
  }
}
