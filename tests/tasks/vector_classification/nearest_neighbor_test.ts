import { assertEquals } from "@std/assert";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { FrameProcessor } from "../../../tasks/mod.ts";
import { describeSimple, measureSimple } from "../../../tasks/vector_classification/nearest_neighbor.ts";

Deno.test("the nearest training sequence is found whatever the lengths, and the most frequent label is known", () => {
  const line = (slope: number, length: number, label: string) =>
    vectorSequence(Array.from({ length }, (_, t) => [slope * t / (length - 1)]), { label });
  const train = [line(1, 5, "up"), line(0.5, 9, "up"), line(-1, 7, "down")];
  const test = [line(0.9, 12, "up"), line(-0.8, 4, "down"), line(-0.6, 20, "up"), line(-0.7, 6, "down")];
  const found = measureSimple(FrameProcessor.fit(train), train, test);
  assertEquals(found, { majority: 0.5, nearest: 0.75 });
  assertEquals(describeSimple(found, 0.9, "test").length, 1);
  assertEquals(
    describeSimple(found, 0.75, "test")[1],
    "This model does not beat the label of the nearest training sequence.",
  );
});
