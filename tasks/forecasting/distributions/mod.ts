/**
 * The outputs of a network for each future value: quantiles or the parameters of a distribution, with losses, their
 * derivatives and quantiles in double precision. This folder knows one value at a time; it must not know tensors.
 * @module
 */
import type { Distribution } from "./distribution.ts";
import { NEGATIVE_BINOMIAL } from "./negative_binomial.ts";
import { NORMAL } from "./normal.ts";
import { type PointLoss, quantiles } from "./quantiles.ts";
import { STUDENT_T } from "./student_t.ts";

export type { Distribution } from "./distribution.ts";
export { LEVELS, POINT_LOSSES, type PointLoss } from "./quantiles.ts";

/**
 * The names of the distributions.
 *
 * @example
 * ```ts
 * import { Forecaster } from "@elman/elman";
 * import { DISTRIBUTIONS } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * for (const distribution of DISTRIBUTIONS) {
 *   const forecaster = Forecaster.create({ data, horizon: 7, hidden: 4, distribution });
 *   await forecaster.fit(data, { epochs: 1 });
 *   assertEquals((await forecaster.forecast(data))[0].values.length, 3); // Three quantiles by default.
 * }
 * ```
 */
export const DISTRIBUTIONS = ["quantiles", "normal", "student-t", "negative-binomial"] as const;

/** The outputs of a forecaster: quantiles, or the parameters of a distribution. */
export type DistributionName = typeof DISTRIBUTIONS[number];

/** Returns a distribution by its name; levels and point loss matter to quantiles only. */
export function distributionOf(
  name: DistributionName,
  levels: readonly number[],
  loss: PointLoss = "mae",
): Distribution {
  switch (name) {
    case "quantiles":
      return quantiles(levels, loss);
    case "normal":
      return NORMAL;
    case "student-t":
      return STUDENT_T;
    case "negative-binomial":
      return NEGATIVE_BINOMIAL;
  }
}
