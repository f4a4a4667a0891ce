import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Engine } from "../../../src/nn/mod.ts";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { type Augmentation, FrameProcessor } from "../../../tasks/mod.ts";
import { augment } from "../../../tasks/vector_classification/augmentation.ts";
import { movements } from "./movements.ts";

const NONE: Augmentation = { jitter: 0, speed: 0, mirror: false, rotation: 0, stretch: 0 };
const SEQUENCES = movements(12);
const PLAIN = FrameProcessor.fit(SEQUENCES, { kind: "skeleton", scaling: "none", velocities: false });
const engine = Engine.default();

/** The distances between all joints of each frame. */
function distances(frames: Float32Array): number[] {
  return Array.from({ length: frames.length / 24 }, (_, t) => t).flatMap((t) =>
    Array.from({ length: 8 }, (_, a) => a).flatMap((a) =>
      Array.from({ length: 8 }, (_, b) => {
        const place = (joint: number): Float32Array => frames.subarray(24 * t + 3 * joint, 24 * t + 3 * joint + 3);
        return Math.hypot(...place(a).map((value, k) => value - place(b)[k]));
      })
    )
  );
}

Deno.test("changes depend on the seed and the step only, and without any the inputs are those of the sequences", () => {
  const all = { jitter: 0.1, speed: 0.5, mirror: true, rotation: 90, stretch: 0.2 };
  const run = (seed: number, step: number) => augment(PLAIN, SEQUENCES, all, { engine, seed, step });
  assertEquals(run(1, 3), run(1, 3));
  assertNotEquals(run(1, 3), run(1, 4));
  assertNotEquals(run(1, 3), run(2, 3));
  const none = augment(PLAIN, SEQUENCES, NONE, { engine, seed: 1, step: 0 });
  none.forEach(({ frames }, i) => {
    PLAIN.encode(SEQUENCES[i]).frames.forEach((value, k) => assertAlmostEquals(frames[k], value, 1e-5));
  });
});

Deno.test("turns keep all distances and the heights; mirroring keeps the distances between the other sides", () => {
  const before = SEQUENCES.map((sequence) => PLAIN.encode(sequence).frames);
  const turned = augment(PLAIN, SEQUENCES, { ...NONE, rotation: 180 }, { engine, seed: 5, step: 0 });
  turned.forEach(({ frames }, i) => {
    const expected = distances(before[i]);
    distances(frames).forEach((value, k) => assertAlmostEquals(value, expected[k], 1e-5));
    for (let c = 1; c < frames.length; c += 3) assertAlmostEquals(frames[c], before[i][c], 1e-5);
    assert(frames.some((value, k) => Math.abs(value - before[i][k]) > 0.05));
  });
  const mirrored = augment(PLAIN, SEQUENCES, { ...NONE, mirror: true }, { engine, seed: 5, step: 0 });
  const changed = mirrored.filter(({ frames }, i) => frames.some((value, k) => Math.abs(value - before[i][k]) > 1e-3));
  assert(changed.length > 2 && changed.length < 10);
  // Left and right hand are joints 5 and 6: each takes the other's place, reflected.
  mirrored.forEach(({ frames }, i) => {
    if (!changed.includes(mirrored[i])) return;
    assertAlmostEquals(frames[3 * 4], -before[i][3 * 5], 1e-5);
    assertAlmostEquals(frames[3 * 4 + 1], before[i][3 * 5 + 1], 1e-5);
  });
});

Deno.test("speed changes the number of frames within its limits, and size scales the distances", () => {
  const fast = augment(PLAIN, SEQUENCES, { ...NONE, speed: 1 }, { engine, seed: 2, step: 0 });
  const shares = fast.map(({ length }, i) => length / SEQUENCES[i].length);
  assert(shares.every((share) => share >= 0.4 && share <= 2.1) && new Set(shares).size > 3);
  const large = augment(PLAIN, SEQUENCES, { ...NONE, stretch: 0.5 }, { engine, seed: 2, step: 0 });
  large.forEach(({ frames }, i) => {
    const [one, other] = [distances(PLAIN.encode(SEQUENCES[i]).frames), distances(frames)];
    const share = other[1] / one[1];
    assert(share > 0.49 && share < 1.51);
    one.forEach((value, k) => assertAlmostEquals(other[k], share * value, 1e-4));
  });
});

Deno.test("noise has its deviation, and pictures are mirrored from side to side", () => {
  const flat = [vectorSequence(Array.from({ length: 500 }, () => [0, 0]))];
  const processor = FrameProcessor.fit(flat, { velocities: false });
  const [{ frames }] = augment(processor, flat, { ...NONE, jitter: 0.2 }, { engine, seed: 1, step: 0 });
  assertAlmostEquals(Math.sqrt(frames.reduce((sum, value) => sum + value * value, 0) / frames.length), 0.2, 0.02);
  const pictures = Array.from({ length: 8 }, () => vectorSequence([[1, 2, 3, 4, 5, 6]]));
  const reader = FrameProcessor.fit(pictures, {
    ...{ kind: "picture", picture: [2, 3], scaling: "none", velocities: false, centered: false },
  });
  const found = augment(reader, pictures, { ...NONE, mirror: true }, { engine, seed: 1, step: 0 });
  assertEquals(new Set(found.map(({ frames }) => frames.join())), new Set(["1,2,3,4,5,6", "3,2,1,6,5,4"]));
});

Deno.test("values are stretched about the mean of their channel, however far it is from 0", () => {
  const sequences = [0, 1, 2].map((i) => vectorSequence([[1000 + i, -i], [1003 - i, i], [1001, 2]]));
  const processor = FrameProcessor.fit(sequences, { velocities: false });
  const stretched = augment(processor, sequences, { ...NONE, stretch: 0.1 }, { engine, seed: 1, step: 0 });
  stretched.forEach(({ frames }, i) => {
    const plain = processor.encode(sequences[i]).frames;
    frames.forEach((value, k) => assert(Math.abs(value - plain[k]) <= 0.1001 * Math.abs(plain[k]) + 1e-4));
  });
  assertNotEquals(stretched[0].frames, processor.encode(sequences[0]).frames);
});
