/**
 * What a network puts out for each future value: quantiles or the parameters of a distribution, with losses, their
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

/** The names of the distributions. */
export const DISTRIBUTIONS = ["quantiles", "normal", "student-t", "negative-binomial"] as const;

/** What a forecaster forecasts: quantiles, or the parameters of a distribution. */
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
