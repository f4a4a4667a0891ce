import { assertEquals } from "@std/assert";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { FrameProcessor } from "../../../tasks/mod.ts";
import { describeSimple, measureSimple } from "../../../tasks/vector_classification/nearest_neighbor.ts";

Deno.test("the nearest training sequence is found whatever the lengths, and the most frequent label is known", async () => {
  const line = (slope: number, length: number, label: string) =>
    vectorSequence(Array.from({ length }, (_, t) => [slope * t / (length - 1)]), { label });
  const train = [line(1, 5, "up"), line(0.5, 9, "up"), line(-1, 7, "down")];
  const test = [line(0.9, 12, "up"), line(-0.8, 4, "down"), line(-0.6, 20, "up"), line(-0.7, 6, "down")];
  const found = await measureSimple(FrameProcessor.fit(train), train, test);
  assertEquals(found, { majority: 0.5, nearest: 0.75, compared: 1, known: 1 });
  assertEquals(describeSimple(found, 0.9, "test").length, 1);
  assertEquals(
    describeSimple(found, 0.75, "test")[1],
    "This model does not beat the label of the nearest training sequence.",
  );
});

Deno.test("very many sequences are compared in part, which is said, and others run meanwhile", async () => {
  const sequences = (number: number) =>
    Array.from({ length: number }, (_, i) => vectorSequence([[i % 2]], { label: i % 2 === 0 ? "even" : "odd" }));
  const [train, test] = [sequences(3000), sequences(4000)];
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const found = await measureSimple(FrameProcessor.fit(train), train, test);
  clearInterval(timer);
  assertEquals(found, { majority: 0.5, nearest: 1, compared: 0.5, known: 1 });
  assertEquals(turns > 0, true);
  assertEquals(
    describeSimple(found, 0.9, "test")[0],
    "For comparison, accuracy on the test sequences: most frequent label 50.00 %, label of the nearest training " +
      "sequence 100.00 % (of a random 50.00 %, since there are many).",
  );
  assertEquals(
    describeSimple({ ...found, known: 0.25 }, 0.9, "test")[0].slice(-94),
    "(of a random 50.00 %, among a random 25.00 % of the training sequences, since there are many).",
  );
});
