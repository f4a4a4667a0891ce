import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VectorClassifier } from "../../../mod.ts";
import { InputRangeError, InputTypeError } from "../../../errors.ts";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { FrameProcessor, POOLINGS, vectorLabels } from "../../../tasks/mod.ts";
import { validShare } from "../../../tasks/vector_classification/plan.ts";
import { movements } from "./movements.ts";

const SEQUENCES = movements(60);
const TRAIN = SEQUENCES.slice(0, 40);
const TEST = SEQUENCES.slice(40);
const LABELS = vectorLabels(TRAIN);
const processor = FrameProcessor.fit(TRAIN, { kind: "skeleton" });

Deno.test("a classifier learns movements of skeletons with any pooling, a convolution and members", async () => {
  for (const pooling of POOLINGS) {
    const more = pooling === "max" ? { conv: 3, convPool: 2, members: 2 } : {};
    const model = VectorClassifier.create({ processor, labels: LABELS, hidden: 8, pooling, ...more });
    await model.fit(TRAIN, { epochs: 15, learningRate: 0.02 });
    const { accuracy, sequences } = await model.evaluate(TEST);
    assertEquals(sequences, 20);
    assert(accuracy > 0.9, `${pooling}: ${accuracy}`);
  }
});

Deno.test("a classifier of pictures learns in which direction a dot moves, which no single frame shows", async () => {
  const clips = Array.from({ length: 48 }, (_, i) => {
    const step = i % 2 === 0 ? 1 : -1;
    const frames = Array.from({ length: 5 + i % 3 }, (_, t) => {
      const place = ((i * 5 + step * t) % 10 + 10) % 10;
      return Array.from({ length: 90 }, (_, k) => Number(k === 10 * (i % 9) + place));
    });
    return vectorSequence(frames, { label: step > 0 ? "east" : "west" });
  });
  const [train, test] = [clips.slice(0, 36), clips.slice(36)];
  const reader = FrameProcessor.fit(train, { kind: "picture", picture: [9, 10] });
  const model = VectorClassifier.create({ processor: reader, labels: ["east", "west"], hidden: 12, pictureFilters: 4 });
  await model.fit(train, { epochs: 25, learningRate: 0.01 });
  const { accuracy } = await model.evaluate(test);
  assert(accuracy > 0.9, `${accuracy}`);
});

Deno.test("the answer for a sequence does not depend on the others in its batch", async () => {
  const model = VectorClassifier.create({ processor, labels: LABELS, hidden: 8 });
  const together = await model.classify(TEST);
  for (const [i, sequence] of TEST.slice(0, 5).entries()) {
    assertEquals(await model.classify(sequence), together[i]);
    assertAlmostEquals(Object.values(together[i].probabilities).reduce((a, b) => a + b), 1, 1e-9);
  }
});

Deno.test("skeletons are mirrored and turned by default, unless a label tells left from right", async () => {
  const settingsOf = async (labels: string[], kind: "skeleton" | "values") => {
    const own = FrameProcessor.fit(TRAIN, { kind });
    const sequences = TRAIN.map((sequence, i) => ({ ...sequence, label: labels[i % 2] }));
    return await VectorClassifier.create({ processor: own, labels, hidden: 4 }).checkFit(sequences);
  };
  const [plain, sided, joined, values] = [
    await settingsOf(["bright", "upright"], "skeleton"),
    await settingsOf(["swipe left", "swipe right"], "skeleton"),
    await settingsOf(["swipeLeft", "swipeRight"], "skeleton"),
    await settingsOf(["wave", "clap"], "values"),
  ];
  assertEquals([plain.mirror, plain.rotation], [true, 30]);
  assertEquals([sided.mirror, sided.rotation, joined.mirror], [false, 30, false]);
  assertEquals([values.mirror, values.rotation], [false, 0]);
});

Deno.test("by default, two networks read skeletons, and one other frames", () => {
  const membersOf = (kind: "skeleton" | "values", members?: number) => {
    const options = { processor: FrameProcessor.fit(TRAIN, { kind }), labels: LABELS, hidden: 4 };
    return VectorClassifier.create({ ...options, ...members && { members } }).config.members;
  };
  assertEquals([membersOf("skeleton"), membersOf("values"), membersOf("skeleton", 1)], [2, 1, 1]);
});

Deno.test("batches of clips are smaller by default than those of other sequences", async () => {
  const batchOf = async (kind: "picture" | "values") => {
    const clips = [[1, 0, 0, 0], [0, 0, 1, 1]].map((frame, i) => vectorSequence([frame], { label: `${i}` }));
    const own = FrameProcessor.fit(clips, { kind, ...kind === "picture" && { picture: [2, 2] } });
    return (await VectorClassifier.create({ processor: own, labels: ["0", "1"], hidden: 4 }).checkFit(clips)).batch;
  };
  assertEquals(await Promise.all([batchOf("picture"), batchOf("values")]), [8, 16]);
});

Deno.test("few sequences are read in more epochs by default, and many in fewer", async () => {
  const epochsOf = async (examples: number, batch?: number) => {
    const clips = Array.from({ length: examples }, (_, i) => vectorSequence([[i]], { label: `${i % 2}` }));
    const own = FrameProcessor.fit(clips);
    const model = VectorClassifier.create({ processor: own, labels: ["0", "1"], hidden: 4 });
    return (await model.checkFit(clips, { batch })).epochs;
  };
  const epochs = await Promise.all([20, 96, 192, 1000, 4000, 20_000].map((examples) => epochsOf(examples)));
  assertEquals(epochs, [300, 120, 60, 60, 40, 20]);
  assertEquals(await epochsOf(96, 8), 60);
});

Deno.test("long sequences of values have a convolution by default, in a model that reads both ways", () => {
  const convolutionOf = (frames: number, options: object = {}, kind: "values" | "picture" = "values") => {
    const sequence = vectorSequence(Array.from({ length: frames }, (_, t) => [t, 0, 0, 0]));
    const own = FrameProcessor.fit([sequence], { kind, ...kind === "picture" && { picture: [2, 2] } });
    const model = VectorClassifier.create({ processor: own, labels: ["0", "1"], hidden: 4, ...options });
    return [model.config.conv, model.config.convPool];
  };
  assertEquals(convolutionOf(90), [null, null]);
  assertEquals(convolutionOf(256), [9, 4]);
  assertEquals(convolutionOf(1000), [33, 16]);
  assertEquals(convolutionOf(256, { bidirectional: false }), [null, null]);
  assertEquals(convolutionOf(256, { conv: null }), [null, null]);
  assertEquals(convolutionOf(256, { conv: 3 }), [3, null]);
  assertEquals(convolutionOf(256, { convPool: 8 }), [9, 8]);
  assertEquals(convolutionOf(256, {}, "picture"), [null, null]);
});

Deno.test("a few sequences with a test are not divided for validation by default", () => {
  const shareOf = (sequences: number, plan: object = {}) => {
    const usual = { validFraction: null, folds: null, test: null, testFraction: 0, calibrate: false };
    return validShare({ ...usual, ...plan }, sequences);
  };
  assertEquals([shareOf(40), shareOf(40, { test: "test.ts" }), shareOf(40, { testFraction: 0.2 })], [0.1, 0, 0]);
  assertEquals([shareOf(300, { test: "test.ts" }), shareOf(300, { folds: 5 })], [0.1, 0]);
  assertEquals([shareOf(320, { testFraction: 0.2 }), shareOf(400, { testFraction: 0.2 })], [0, 0.1]);
  assertEquals(shareOf(40, { test: "test.ts", calibrate: true }), 0.1);
  assertEquals(shareOf(40, { test: "test.ts", validFraction: 0.2 }), 0.2);
});

Deno.test("what is no training data is refused", async () => {
  const model = VectorClassifier.create({ processor, labels: LABELS, hidden: 4 });
  const [first] = TRAIN;
  await assertRejects(async () => await model.fit([]), InputRangeError, "expected at least 1 sequence, found none");
  // deno-lint-ignore no-explicit-any
  await assertRejects(async () => await model.fit(["wave"] as any), InputTypeError, "expected sequences as vectorSeq");
  const other = [{ ...first, label: "jump" }];
  await assertRejects(async () => await model.fit(other), InputRangeError, 'in line 1, found "jump"');
  const narrow = [vectorSequence([[1]], { label: LABELS[0], source: "line 9" })];
  await assertRejects(async () => await model.fit(narrow), InputRangeError, "24 values a frame in line 9, found 1");
  // deno-lint-ignore no-explicit-any
  const create = (options: object) => () => VectorClassifier.create(options as any);
  assertThrows(create({ processor: {}, labels: LABELS }), InputTypeError, "expected a frame processor");
  assertThrows(create({ processor, labels: ["up"] }), InputRangeError, "at least 2 different labels");
});

Deno.test("the validation loss counts sequences with the weights of their labels", async () => {
  const model = VectorClassifier.create({ processor, labels: LABELS, hidden: 4 });
  const settings = { epochs: 1, averaging: null, labelWeights: [1, 7] } as const;
  const { epochs: [{ validLoss }] } = await model.fit({ train: TRAIN, valid: TEST }, settings);
  const weights = TEST.map(({ label }) => label === LABELS[1] ? 7 : 1);
  const losses = (await model.classify(TEST)).map(({ probabilities }, i) =>
    -weights[i] * Math.log(probabilities[TEST[i].label!])
  );
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  assertAlmostEquals(validLoss!, sum(losses) / sum(weights), 1e-6);
});
