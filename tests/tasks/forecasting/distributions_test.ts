import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  distributionOf,
  DISTRIBUTIONS,
  LEVELS,
  POINT_LOSSES,
  type PointLoss,
} from "../../../tasks/forecasting/distributions/mod.ts";
import { digamma, logGamma, normalQuantile } from "../../../tasks/forecasting/distributions/special_functions.ts";
import { hostLoss } from "../../../tasks/forecasting/host_loss.ts";
import { checkGradient } from "../../support/finite_difference.ts";
import { loadGolden } from "../../support/goldens.ts";
import { checkOperation } from "../../support/gradient_check.ts";

const SCALE = { shift: 0, scale: 3 };

const CASES = DISTRIBUTIONS.flatMap((name) =>
  (name === "quantiles" ? POINT_LOSSES : ["mae"] as const).map((loss) => ({
    name: name === "quantiles" ? `${name} with ${loss}` : name,
    distribution: distributionOf(name, LEVELS, loss),
  }))
);

Deno.test("the derivatives of every distribution's loss are those of finite differences", () => {
  for (const { name, distribution } of CASES) {
    // The center of quantiles learns from the point loss alone.
    const isSplit = name.startsWith("quantiles");
    for (const value of [0, 0.4, 2.2]) {
      const outputs = Float64Array.from(distribution.initial, (start, k) => start + 0.1 * (k + 1));
      const slopes = new Float64Array(outputs.length);
      const loss = (outputs: Float64Array): number =>
        distribution.loss(outputs, value, new Float64Array(outputs.length), SCALE);
      distribution.loss(outputs, value, slopes, SCALE);
      const [center, rest] = [outputs.slice(0, 1), outputs.slice(1)];
      const point = (center: number): number => POINT[name.split(" ").at(-1) as PointLoss](value - center);
      checkGradient(
        ({ center, rest }) =>
          isSplit && rest.every((output, k) => output === outputs[k + 1])
            ? point(center[0])
            : loss(Float64Array.of(center[0], ...rest)),
        { center, rest },
        { center: slopes.subarray(0, 1), rest: slopes.subarray(1) },
        { eps: 1e-5, tolerance: 1e-6 },
      );
    }
  }
});

Deno.test("the losses of every distribution and their derivatives match PyTorch's", async () => {
  const goldens = await loadGolden("forecast_losses");
  assertEquals(Object.keys(goldens).toSorted(), CASES.map(({ name }) => goldenOf(name)).toSorted());
  for (const { name, distribution } of CASES) {
    const { scale, outputs, values, losses, slopes } = goldens[goldenOf(name)];
    values.forEach((value, i) => {
      const found = new Float64Array(outputs[i].length);
      const loss = distribution.loss(Float64Array.from(outputs[i]), value, found, { shift: 0, scale });
      // The quantiles of the normal distribution have nine digits.
      assertAlmostEquals(loss, losses[i], 1e-8, name);
      slopes[i].forEach((slope, k) => assertAlmostEquals(found[k], slope, 1e-8, `${name}, output ${k}`));
    });
  }
});

function goldenOf(name: string): string {
  return name.replace(" with ", "_");
}

/** The point losses of an error. */
const POINT: Readonly<Record<PointLoss, (error: number) => number>> = {
  mae: Math.abs,
  mse: (error) => error ** 2,
  huber: (error) => Math.abs(error) <= 1 ? error ** 2 / 2 : Math.abs(error) - 0.5,
};

Deno.test("the quantiles of every distribution ascend, and are the same in another unit", () => {
  for (const { name, distribution } of CASES) {
    const outputs = Float64Array.from(distribution.initial, (start, k) => start + (k === 0 ? 2 : 0));
    const levels = [0.01, 0.05, 0.1, 0.3, 0.5, 0.6, 0.9, 0.99];
    const values = levels.map((level) => distribution.quantile(outputs, level, SCALE));
    values.slice(1).forEach((value, i) => assert(value >= values[i], `${name}: ${values}`));
    if (name === "negative-binomial") continue;
    const moved = levels.map((level) => distribution.quantile(outputs, level, { shift: 100, scale: 30 }));
    moved.forEach((value, i) => assertAlmostEquals(value, 100 + 10 * values[i], 1e-9));
  }
});

Deno.test("quantiles have the values of tables", () => {
  assertAlmostEquals(normalQuantile(0.975), 1.959963985, 1e-8);
  assertAlmostEquals(normalQuantile(0.001), -3.090232306, 1e-8);
  const t = distributionOf("student-t", LEVELS);
  const unit = { shift: 0, scale: 1 };
  // Degrees of freedom: 5 and 14.
  assertAlmostEquals(t.quantile(Float64Array.of(0, 0, 0), 0.95, unit), 2.015, 0.003);
  assertAlmostEquals(t.quantile(Float64Array.of(0, 0, Math.log(10)), 0.99, unit), 2.624, 0.001);
  // With size 1 it is geometric: a count is at most k with probability 1 - (m / (1 + m)) ** (k + 1).
  const counts = distributionOf("negative-binomial", LEVELS);
  const mean = 3 * (Math.log1p(Math.exp(4)) / 4 + 1e-4);
  const least = Math.ceil(Math.log(0.1) / Math.log(mean / (1 + mean)) - 1);
  assertAlmostEquals(counts.quantile(Float64Array.of(1, 0), 0.9, SCALE), least);
});

Deno.test("a quantile between two levels lies between theirs, and one beyond the last goes further", () => {
  const { quantile } = distributionOf("quantiles", [0.1, 0.3, 0.5, 0.9]);
  const outputs = Float64Array.of(0, 0.2, -0.3, 0.1);
  const at = (level: number): number => quantile(outputs, level, { shift: 0, scale: 1 });
  assert(at(0.1) < at(0.2) && at(0.2) < at(0.3) && at(0.3) < at(0.4));
  assert(at(0.95) > at(0.9));
  assertAlmostEquals(at(0.9), normalQuantile(0.9) * Math.exp(0.1), 1e-12);
});

Deno.test("log gamma and digamma agree with sums and with each other", () => {
  assertAlmostEquals(logGamma(6), Math.log(120), 1e-12);
  assertAlmostEquals(logGamma(0.5), Math.log(Math.PI) / 2, 1e-12);
  assertAlmostEquals(digamma(1), -0.5772156649015329, 1e-12);
  for (const x of [0.3, 2, 40]) assertAlmostEquals(digamma(x), (logGamma(x + 1e-5) - logGamma(x - 1e-5)) / 2e-5, 1e-6);
});

Deno.test("hostLoss: gradients within 1e-5 of finite differences", () => {
  checkOperation({
    inputs: { x: [3, 2] },
    apply: ({ x }) =>
      hostLoss(x, (values, slopes) => {
        values.forEach((value, i) => slopes[i] = 2 * i * value);
        return values.reduce((sum, value, i) => sum + i * value * value, 0);
      }),
    shape: [],
    element: ({ x }) => {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += i * x(Math.floor(i / 2), i % 2) ** 2;
      return sum;
    },
  });
});
