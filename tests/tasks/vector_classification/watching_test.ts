import { assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { InputRangeError, InputTypeError } from "../../../errors.ts";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import {
  FrameProcessor,
  generateMotions,
  VectorClassifier,
  type VectorClassifierOptions,
  VectorWatch,
} from "../../../tasks/mod.ts";
import { Timeline } from "../../../tasks/vector_classification/timeline.ts";

const sequence = vectorSequence([[0, 1], [1, 0], [2, 0.5], [2, 2], [1, 1]]);
const processor = FrameProcessor.fit([sequence]);
const create = (options: Partial<VectorClassifierOptions>): VectorClassifier =>
  VectorClassifier.create({ processor, labels: ["a", "b"], hidden: 3, bidirectional: false, ...options });

Deno.test("the last step of a watch gives the probabilities of the whole sequence, also of pictures and members", async () => {
  const [motion] = generateMotions({ count: 1, frames: 4 });
  const pictures = FrameProcessor.fit([motion], { kind: "picture", picture: [16, 16] });
  const cases: [VectorClassifier, typeof motion][] = [
    ...(["mean", "max", "last"] as const).map((
      pooling,
    ): [VectorClassifier, typeof motion] => [create({ pooling }), sequence]),
    [create({ members: 2, layers: 2, cell: "gru" }), sequence],
    [create({ processor: pictures, pictureFilters: 2 }), motion],
  ];
  for (const [model, { frames, length, channels }] of cases) {
    const watch = new VectorWatch(model);
    const whole = await model.classify(sequence.channels === channels ? sequence : motion);
    for (let t = 0; t < length; t++) {
      const { probabilities } = watch.next(frames.subarray(t * channels, (t + 1) * channels));
      if (t === length - 1) assertAlmostEquals(probabilities.a, whole.probabilities.a, 1e-5);
    }
    watch[Symbol.dispose]();
  }
});

Deno.test("with a span of 1, earlier frames leave the mean", () => {
  const last = new VectorWatch(create({ pooling: "last", seed: 4 }));
  const mean = new VectorWatch(create({ pooling: "mean", seed: 4 }), { span: 1 });
  for (const frame of [[0, 1], [3, 2], [1, 1]]) {
    const values = Float32Array.from(frame);
    assertAlmostEquals(mean.next(values).probabilities.a, last.next(values).probabilities.a, 1e-6);
  }
});

Deno.test("a model that needs later frames is refused with what to train in its place", () => {
  const refused: [Partial<VectorClassifierOptions>, string][] = [
    [{ bidirectional: true }, "found a bidirectional one; train one with --unidirectional"],
    [{ pooling: "attention" }, "--pooling mean, max or last"],
    [{ conv: 3 }, "no --conv"],
    [{ processor: FrameProcessor.fit([sequence], { scaling: "sequence" }) }, "--scaling data"],
  ];
  for (const [options, message] of refused) {
    assertThrows(() => new VectorWatch(create(options)), InputRangeError, message);
  }
  assertThrows(() => new VectorWatch(create({}), { span: 0 }), InputRangeError, "a span of at least 1 frame");
  const watch = new VectorWatch(create({}));
  assertThrows(() => watch.next(new Float32Array(3)), InputRangeError, "2 values a frame, found 3");
  assertThrows(() => watch.next([1, 2] as unknown as Float32Array), InputTypeError, "a Float32Array");
});

Deno.test("a timeline of any length keeps a bounded number of points", () => {
  const timeline = new Timeline(["a<b", "c"]);
  for (let t = 0; t < 10_000; t++) timeline.add({ "a<b": t / 10_000, c: 1 - t / 10_000 });
  const drawing = timeline.draw(10);
  assertEquals(drawing.match(/<polyline/g)?.length, 2);
  const points = /points="([^"]*)"/.exec(drawing)![1].split(" ");
  assertEquals(points.length > 500 && points.length <= 2000, true);
  assertEquals(drawing.includes("a&lt;b") && drawing.includes("seconds"), true);
});

Deno.test("the probabilities of a single frame are drawn as lines", () => {
  const timeline = new Timeline(["a", "b"]);
  timeline.add({ a: 1, b: 0 });
  const lines = [...timeline.draw().matchAll(/points="([^"]*)"/g)].map(([, points]) => points.split(" "));
  assertEquals(lines.map(({ length }) => length), [2, 2]);
  for (const [from, to] of lines) assertNotEquals(from, to);
});

Deno.test("single frames of generated motions look alike for all labels", () => {
  const sequences = generateMotions({ count: 800, frames: 6, size: 8 });
  const filledAt = (t: number) => ({ frames, channels }: typeof sequences[number]): number =>
    frames.subarray(t * channels, (t + 1) * channels).reduce((sum, value) => sum + value, 0) / channels;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const labels = Map.groupBy(sequences, ({ label }) => label);
  assertEquals(labels.size, 8);
  for (const t of [0, 5]) {
    const all = mean(sequences.map(filledAt(t)));
    // The standard error of a label's mean is about 0.005.
    for (const own of labels.values()) assertAlmostEquals(mean(own.map(filledAt(t))), all, 0.02);
  }
});

Deno.test("a frame that is not finite is refused and not read, and so is a sequence", async () => {
  const model = create({});
  const watch = new VectorWatch(model);
  assertThrows(() => watch.next(Float32Array.of(NaN, 0)), InputRangeError, "expected finite values of a frame");
  let last = watch.next(sequence.frames.subarray(0, 2));
  for (let t = 1; t < sequence.length; t++) last = watch.next(sequence.frames.subarray(2 * t, 2 * t + 2));
  assertAlmostEquals(last.probabilities.a, (await model.classify(sequence)).probabilities.a, 1e-5);
  watch[Symbol.dispose]();
  const wrong = { ...sequence, frames: sequence.frames.map((value, i) => i === 3 ? NaN : value) };
  await assertRejects(
    () => model.classify(wrong),
    InputRangeError,
    "expected finite values in the sequence, found NaN",
  );
});
