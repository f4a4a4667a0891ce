import { assertAlmostEquals, assertEquals } from "@std/assert";
import { matthewsCorrelation, rankingOf, soughtLabel } from "../../../tasks/labels/ranking.ts";
import { seededRandom } from "../../support/random.ts";

const LABELS = ["bad", "good"];

/** The probabilities of both labels, from those of the second. */
function both(probabilities: readonly number[]): number[][] {
  return probabilities.map((p) => [1 - p, p]);
}

Deno.test("the areas match values computed by hand, with and without ties", () => {
  const areas = (probabilities: readonly number[], targets: readonly number[]): number[] => {
    const { rocAuc, averagePrecision } = rankingOf(both(probabilities), targets, LABELS)!;
    return [rocAuc, averagePrecision];
  };
  // 3 of 4 pairs are in order; the precisions at the positive texts are 1 and 2 / 3.
  assertEquals(areas([0.9, 0.8, 0.4, 0.2], [1, 0, 1, 0]), [0.75, (1 + 2 / 3) / 2]);
  assertEquals(areas([0.9, 0.8, 0.4, 0.2], [1, 1, 0, 0]), [1, 1]);
  assertEquals(areas([0.9, 0.8, 0.4, 0.2], [0, 0, 1, 1]), [0, (1 / 3 + 2 / 4) / 2]);
  // Equal probabilities say nothing: half of the pairs, and the share of the label.
  assertEquals(areas([0.5, 0.5, 0.5], [1, 0, 0]), [0.5, 1 / 3]);
  // Two positive texts, one tied with a negative: 1 + 0.5 + 1 + 1 of 4 pairs.
  assertEquals(areas([0.9, 0.6, 0.6, 0.1], [1, 1, 0, 0]), [3.5 / 4, (1 + 2 / 3) / 2]);
});

Deno.test("the areas equal those of all pairs and all thresholds, on draws with many ties", () => {
  const random = seededRandom(1);
  for (const texts of [2, 3, 17, 100]) {
    for (const levels of [2, 5, 1000]) {
      const scores = Array.from({ length: texts }, () => (1 + Math.floor(random() * levels)) / (levels + 2));
      const targets = scores.map((score, i) => i < 2 ? i : random() < score ? 1 : 0);
      const [own, other] = [1, 0].map((target) => scores.filter((_, i) => targets[i] === target));
      let won = 0;
      for (const a of own) for (const b of other) won += a > b ? 1 : a === b ? 0.5 : 0;
      const precisions = own.map((at) => {
        const reached = (some: number[]): number => some.filter((score) => score >= at).length;
        return reached(own) / (reached(own) + reached(other));
      });
      const found = rankingOf(both(scores), targets, LABELS)!;
      assertAlmostEquals(found.rocAuc, won / (own.length * other.length), 1e-12);
      assertAlmostEquals(found.averagePrecision, precisions.reduce((a, b) => a + b) / own.length, 1e-12);
    }
  }
});

Deno.test("the label that is looked for is ranked, and probabilities that round to 1 keep their order", () => {
  const odds = [[1e-30, 1], [1e-20, 1], [1e-25, 1]];
  assertEquals(rankingOf(odds, [1, 0, 0], LABELS), { label: "good", rocAuc: 1, averagePrecision: 1 });
  assertEquals(rankingOf(odds, [0, 1, 1], ["promoter", "other"]), {
    label: "promoter",
    rocAuc: 0,
    averagePrecision: 1 / 3,
  });
  assertEquals([soughtLabel(["0", "1"]), soughtLabel(["negative", "positive"])], ["1", "positive"]);
  assertEquals([soughtLabel(["bad", "good"]), soughtLabel(["other", "a", "b"])], [undefined, undefined]);
});

Deno.test("there are no areas for more than two labels, or if only one occurs", () => {
  assertEquals(rankingOf([[0.2, 0.3, 0.5]], [0], ["a", "b", "c"]), null);
  assertEquals(rankingOf(both([0.2, 0.7]), [1, 1], LABELS), null);
  assertEquals(rankingOf(both([0.2, 0.7]), [0, 0], LABELS), null);
});

Deno.test("the Matthews correlation matches the formula for two labels and known cases of several", () => {
  const [[tn, fp], [fn, tp]] = [[50, 7], [11, 32]];
  const expected = (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  assertAlmostEquals(matthewsCorrelation([[tn, fp], [fn, tp]]), expected, 1e-12);
  assertEquals(matthewsCorrelation([[3, 0, 0], [0, 2, 0], [0, 0, 4]]), 1);
  assertEquals(matthewsCorrelation([[0, 5], [5, 0]]), -1);
  assertAlmostEquals(matthewsCorrelation([[2, 4], [3, 6]]), 0, 1e-12);
  assertEquals([matthewsCorrelation([[5, 0], [3, 0]]), matthewsCorrelation([[3, 5], [0, 0]])], [0, 0]);
  // 3 of 6 right: (18 - 12) / (36 - 12).
  assertAlmostEquals(matthewsCorrelation([[1, 1, 0], [0, 1, 1], [1, 0, 1]]), 0.25, 1e-12);
});
