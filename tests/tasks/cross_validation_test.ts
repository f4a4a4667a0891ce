import { assertAlmostEquals, assertEquals } from "@std/assert";
import { deviationOf, meanOf } from "../../tasks/task_model/cross_validation.ts";

Deno.test("figures of folds have means and standard deviations with one less than the folds as the divisor", () => {
  const folds = [{ accuracy: 0.5, loss: 2 }, { accuracy: 0.7, loss: 4 }, { accuracy: 0.9, loss: 9 }];
  assertAlmostEquals(meanOf(folds).accuracy, 0.7, 1e-12);
  assertEquals(meanOf(folds).loss, 5);
  assertAlmostEquals(deviationOf(folds).accuracy, 0.2, 1e-12);
  assertAlmostEquals(deviationOf(folds).loss, Math.sqrt((9 + 1 + 16) / 2), 1e-12);
});
