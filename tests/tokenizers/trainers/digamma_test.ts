import { assertAlmostEquals } from "@std/assert";
import { digamma } from "../../../tokenizers/trainers/digamma.ts";

const EULER = 0.5772156649015329;

Deno.test("digamma matches known values to 12 digits", () => {
  assertAlmostEquals(digamma(1), -EULER, 1e-12);
  assertAlmostEquals(digamma(0.5), -EULER - 2 * Math.LN2, 1e-12);
  assertAlmostEquals(digamma(0.25), -EULER - Math.PI / 2 - 3 * Math.LN2, 1e-12);
  const harmonic = Array.from({ length: 99 }, (_, i) => 1 / (i + 1)).reduce((sum, term) => sum + term);
  assertAlmostEquals(digamma(100), harmonic - EULER, 1e-12);
  assertAlmostEquals(digamma(1e9), Math.log(1e9) - 5e-10, 1e-12);
});
