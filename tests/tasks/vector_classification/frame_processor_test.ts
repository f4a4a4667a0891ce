import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputRangeError } from "../../../errors.ts";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { FrameProcessor } from "../../../tasks/mod.ts";
import { detectCoordinates } from "../../../tasks/vector_classification/skeleton.ts";
import { randomFloats } from "../../support/floats.ts";
import { movements, PAIRS } from "./movements.ts";

const TWO = [vectorSequence([[1, 10], [3, 10], [5, 10]]), vectorSequence([[7, 10]])];

Deno.test("values are scaled to mean 0 and deviation 1 per channel, and followed by their scaled differences", () => {
  const processor = FrameProcessor.fit(TWO);
  assertEquals([processor.kind, processor.width], ["values", 4]);
  const { frames, length } = processor.encode(TWO[0]);
  assertEquals(length, 3);
  const spread = Math.sqrt(5);
  // Differences of 2 / spread, and 0 in the first frame of each sequence: their root mean square divides them.
  const velocity = Math.sqrt(2);
  const expected = [-3 / spread, 0, 0, 0, -1 / spread, 0, velocity, 0, 1 / spread, 0, velocity, 0];
  expected.forEach((value, i) => assertAlmostEquals(frames[i], value, 1e-6));
});

Deno.test("without velocities and scaling, the values stay as they are", () => {
  const processor = FrameProcessor.fit(TWO, { scaling: "none", velocities: false });
  assertEquals([...processor.encode(TWO[0]).frames], [1, 10, 3, 10, 5, 10]);
});

Deno.test("the columns of tables of frames are saved and checked", () => {
  const columns = { id: "trial", labelColumn: "kind", channels: ["x", "y"] };
  const json = JSON.parse(JSON.stringify(FrameProcessor.fit(TWO, { columns })));
  assertEquals(FrameProcessor.fromJSON(json).reading.columns, columns);
  assertEquals("columns" in FrameProcessor.fit(TWO).toJSON(), false);
  for (const wrong of [null, { ...columns, channels: ["x"] }, { ...columns, id: 3 }]) {
    assertThrows(() => FrameProcessor.fromJSON({ ...json, columns: wrong }), InputRangeError);
  }
});

Deno.test("a sequence that is scaled by its own figures is the same in any unit and from any origin", () => {
  const frames = Array.from({ length: 6 }, (_, t) => [...randomFloats(t + 1, 3)]);
  const processor = FrameProcessor.fit([vectorSequence(frames)], { scaling: "sequence" });
  const one = processor.encode(vectorSequence(frames)).frames;
  const other = processor.encode(vectorSequence(frames.map((frame) => frame.map((value) => 4 * value + 7)))).frames;
  one.forEach((value, i) => assertAlmostEquals(other[i], value, 1e-5));
});

Deno.test("sequences longer than the maximum are shortened, with the first and the last frame kept", () => {
  const processor = FrameProcessor.fit(TWO, { scaling: "none", velocities: false, maxFrames: 2 });
  assertEquals([...processor.encode(TWO[0]).frames], [1, 10, 5, 10]);
});

Deno.test("skeletons are found by their bones, with reference joint, vertical axis and the joints of both sides", () => {
  const sequences = movements(20);
  assertEquals(detectCoordinates(sequences), 3);
  const processor = FrameProcessor.fit(sequences, { kind: "skeleton" });
  const { coordinates, vertical, pairs } = processor.skeleton!;
  assertEquals([coordinates, vertical], [3, 1]);
  assertEquals(pairs.map((pair) => [...pair]), PAIRS);
  const noise = Array.from(
    { length: 10 },
    (_, i) => vectorSequence(Array.from({ length: 8 }, (_, t) => [...randomFloats(8 * i + t + 1, 24)])),
  );
  assertEquals(detectCoordinates(noise), undefined);
});

Deno.test("where a skeleton stands does not change its inputs", () => {
  const sequences = movements(10);
  const processor = FrameProcessor.fit(sequences, { kind: "skeleton" });
  const [{ frames, length, channels }] = sequences;
  const moved = { ...sequences[0], frames: frames.map((value, i) => value + [2, -1, 4][i % 3]), length, channels };
  const [one, other] = [processor.encode(sequences[0]).frames, processor.encode(moved).frames];
  one.forEach((value, i) => assertAlmostEquals(other[i], value, 1e-4));
});

Deno.test("where a picture shows something does not change its inputs, and its move stays in the differences", () => {
  const [height, width] = [9, 11];
  /** A bar of three pixels on gray, whose middle is at each of the places. */
  const bar = (places: readonly (readonly [y: number, x: number])[]) =>
    vectorSequence(places.map(([y, x]) => {
      const frame = new Array<number>(height * width).fill(5);
      for (const shift of [-1, 0, 1]) frame[y * width + x + shift] = 5 + 9 * (2 - Math.abs(shift));
      return frame;
    }));
  const still = [bar([[2, 3], [2, 3]]), bar([[6, 8], [6, 8]])];
  const moving = bar([[6, 7], [6, 8]]);
  const given = { kind: "picture", picture: [height, width], scaling: "none" } as const;
  const processor = FrameProcessor.fit([...still, moving], given);
  assert(processor.isCentered);
  const [one, other] = still.map((sequence) => processor.encode(sequence).frames);
  one.forEach((value, i) => assertAlmostEquals(other[i], value, 1e-5));
  const places = (frames: Float32Array): number[] => [...frames.keys()].filter((i) => Math.abs(frames[i] - 5) > 1e-3);
  assertEquals(places(one.subarray(0, height * width)), [-1, 0, 1].map((shift) => 4 * width + 5 + shift));
  // The bar moves to the right by a pixel: it is brighter where it is, and darker where it was.
  const { frames, length } = processor.encode(moving);
  assertEquals(length, 2);
  const row = frames.slice(3 * height * width + 4 * width, 3 * height * width + 5 * width);
  assertEquals(Array.from(row, Math.sign), [0, 0, 0, -1, -1, 1, 1, 0, 0, 0, 0]);
  const plain = FrameProcessor.fit([...still, moving], { ...given, centered: false });
  assertEquals([...plain.encode(moving).frames.subarray(0, height * width)], [...moving.frames.subarray(0, 99)]);
});

Deno.test("pictures of one brightness stay as they are, and processors saved without centering do not center", () => {
  const flat = vectorSequence([[3, 3, 3, 3], [7, 7, 7, 7]]);
  const options = { kind: "picture", picture: [2, 2], scaling: "none", velocities: false } as const;
  const processor = FrameProcessor.fit([flat], options);
  assertEquals([...processor.encode(flat).frames], [3, 3, 3, 3, 7, 7, 7, 7]);
  const { centered, ...earlier } = processor.toJSON();
  assertEquals([centered, FrameProcessor.fromJSON(earlier).isCentered], [true, false]);
});

Deno.test("the middle length of the training sequences is known, as far as they are read", () => {
  const sequences = [3, 9, 5].map((length) => vectorSequence(Array.from({ length }, (_, t) => [t])));
  assertEquals(FrameProcessor.fit(sequences).usualFrames, 5);
  assertEquals(FrameProcessor.fit(sequences, { maxFrames: 4 }).usualFrames, 4);
  const { usualFrames: _usualFrames, ...earlier } = FrameProcessor.fit(sequences).toJSON();
  assertEquals(FrameProcessor.fromJSON(earlier).usualFrames, null);
  assertThrows(() => FrameProcessor.fromJSON({ ...earlier, usualFrames: 0 }), InputRangeError);
});

Deno.test("a processor is restored from its JSON, and other JSON is refused", () => {
  for (const kind of ["skeleton", "values"] as const) {
    const [sequence, ...others] = movements(10);
    const processor = FrameProcessor.fit([sequence, ...others], { kind });
    const json = JSON.parse(JSON.stringify(processor));
    assertEquals(FrameProcessor.fromJSON(json).encode(sequence), processor.encode(sequence));
    const damages = [
      null,
      {},
      { ...json, kind: "sound" },
      { ...json, channels: 0 },
      { ...json, scale: [] },
      { ...json, center: [null] },
      { ...json, maxFrames: "9" },
      ...kind === "skeleton" ? [{ ...json, skeleton: { ...json.skeleton, pairs: [[0, 99]] } }] : [],
    ];
    for (const damage of damages) {
      assertThrows(() => FrameProcessor.fromJSON(damage), InputRangeError, "expected what toJSON returned");
    }
  }
});

Deno.test("kinds that do not fit the channels are refused, and so are sequences of other channels", () => {
  const fit = (options: object) => () => FrameProcessor.fit([vectorSequence([[1, 2, 3, 4, 5]])], options);
  assertThrows(fit({ kind: "skeleton" }), InputRangeError, "joints of 3 or 2 coordinates, found 5 values a frame");
  assertThrows(fit({ kind: "picture" }), InputRangeError, "the height and width of pictures of 5 values");
  assertThrows(fit({ kind: "picture", picture: [2, 2] }), InputRangeError, "found [2,2]");
  assertThrows(() => FrameProcessor.fit(TWO).encode(vectorSequence([1])), InputRangeError, "2 values a frame");
  const [sequence] = movements(1);
  const far = { kind: "skeleton", reference: 8 } as const;
  assertThrows(
    () => FrameProcessor.fit([sequence], far),
    InputRangeError,
    "one of 8 joints, found joint 9, counted from 1",
  );
  assert(FrameProcessor.fit([vectorSequence([[1, 2, 3, 4]])], { kind: "picture", picture: [2, 2] }).picture);
});

Deno.test("options that a saved processor could not have are refused", () => {
  const cases: [object, string][] = [
    [{ scaling: "sequences" }, "expected scaling to be one of data, sequence, none"],
    [{ velocity: false }, 'unknown option "velocity"'],
    [{ frameRate: 0 }, "expected frameRate to be a number above 0, found 0"],
    [{ maxFrames: 2.5 }, "expected maxFrames to be a whole number of at least 1, found 2.5"],
    [{ kind: "skeleton", coordinates: 4 }, "expected coordinates to be 2 or 3, found 4"],
  ];
  for (const [options, words] of cases) assertThrows(() => FrameProcessor.fit(TWO, options), Error, words);
  assertThrows(() => FrameProcessor.fit([]), InputRangeError, "expected at least 1 sequence, found none");
});
