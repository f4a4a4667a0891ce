import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { type JudgedExample, labelPictures, reliabilityBins } from "../../../tasks/labels/mod.ts";
import type { ChartPicture, MatrixPicture, Picture, TablePicture } from "../../../tasks/mod.ts";

const SOURCE = { source: "3 validation texts", noun: "text" };

/** An example of the labels a and b. */
function example(label: string, a: number): JudgedExample {
  return { text: `${label} ${a}`, labels: [label], given: [a >= 0.5 ? "a" : "b"], probabilities: { a, b: 1 - a } };
}

const titled = <T extends Picture>(pictures: readonly Picture[], title: string): T =>
  pictures.find((picture) => picture.title === title) as T;

Deno.test("a classifier's pictures count its confusions, and list its errors by their loss", () => {
  const examples = [example("a", 0.9), example("a", 0.2), example("b", 0.75)];
  const pictures = labelPictures({ ...SOURCE, labels: ["a", "b"], multiLabel: false, examples });
  const confusion = titled<MatrixPicture>(pictures, "Confusion matrix");
  assertEquals(confusion.texts, [["1", "1"], ["1", ""]]);
  assertEquals(confusion.shades, [[0.5, 0.5], [1, 0]]);
  const errors = titled<TablePicture>(pictures, "Worst errors");
  assertEquals(errors.rows.map(([text, own, given, p, q]) => [text, own, given, p, q]), [
    ["a 0.2", "a", "b", 0.8, 0.2],
    ["b 0.75", "b", "a", 0.75, 0.25],
  ]);
  assertStringIncludes(errors.note!, "2 errors on 3 validation texts");
  const scores = titled<TablePicture>(pictures, "Precision and recall");
  assertEquals(scores.rows, [["a", 0.5, 0.5, 0.5, 2], ["b", 0, 0, 0, 1]]);
});

Deno.test("the reliability diagram has the mean probability and the share of right decisions of each bin", () => {
  const decisions = [0.9, 0.92, 0.61].map((confidence, i) => ({ confidence, isRight: i !== 0 }));
  const bins = reliabilityBins(decisions);
  assertEquals(bins.map(({ share, count }) => [share, count]), [[1, 1], [0.5, 2]]);
  assertAlmostEquals(bins[1].confidence, 0.91);
  const examples = [example("a", 1), example("b", 0)];
  const pictures = labelPictures({ ...SOURCE, labels: ["a", "b"], multiLabel: false, examples });
  const { layers, note } = titled<ChartPicture>(pictures, "Reliability");
  assertEquals([layers[1].points, layers[1].sizes], [[[1, 1]], [1]]);
  assertStringIncludes(note!, "Expected calibration error 0.0000.");
});

Deno.test("of several labels, each is a decision, and there is no confusion matrix", () => {
  const examples = [
    { text: "one", labels: ["a", "b"], given: ["a"], probabilities: { a: 0.75, b: 0.25, c: 0 } },
    { text: "none", labels: [], given: [], probabilities: { a: 0, b: 0, c: 0 } },
  ];
  const pictures = labelPictures({ ...SOURCE, labels: ["a", "b", "c"], multiLabel: true, examples });
  assertEquals(pictures.map(({ title }) => title), ["Reliability", "Precision and recall", "Worst errors"]);
  const { rows } = titled<TablePicture>(pictures, "Worst errors");
  assertEquals(rows.map((row) => row.slice(0, 3)), [["one", "a, b", "a"]]);
  assertAlmostEquals(rows[0][3] as number, -Math.log(0.75 * 0.25));
  assertEquals(titled<TablePicture>(pictures, "Precision and recall").rows, [
    ["a", 1, 1, 1, 1],
    ["b", null, 0, 0, 1],
    ["c", null, null, null, 0],
  ]);
});

Deno.test("of many labels, the rare ones stand together, and long texts are cut", () => {
  const labels = Array.from({ length: 30 }, (_, i) => `label ${i}`);
  const examples = labels.flatMap((label, i) =>
    Array.from({ length: i < 24 ? 2 : 1 }, () => ({
      text: "x".repeat(1000),
      labels: [label],
      given: [labels[0]],
      probabilities: Object.fromEntries(labels.map((label) => [label, 1 / 30])),
    }))
  );
  const pictures = labelPictures({ ...SOURCE, labels, multiLabel: false, examples });
  const { rows, texts } = titled<MatrixPicture>(pictures, "Confusion matrix");
  assertEquals([rows.length, rows.at(-1), texts!.at(-1)![0]], [25, "others", "6"]);
  assert(titled<TablePicture>(pictures, "Worst errors").rows.every(([text]) => String(text).length < 300));
});
