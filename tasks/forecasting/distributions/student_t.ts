import { unscaleValue } from "../scaling.ts";
import type { Distribution } from "./distribution.ts";
import { digamma, logGamma, normalQuantile } from "./special_functions.ts";

/** Fewest degrees of freedom: the kurtosis stays finite. */
const FEWEST = 4;

/**
 * Student's t distribution; outputs are the center and the logarithms of the width and of the degrees of freedom over
 * 4.
 */
export const STUDENT_T: Distribution = {
  initial: [0, -0.7, 1],
  loss(outputs, value, slopes) {
    const [center, logWidth, logExcess] = outputs;
    const width = Math.exp(logWidth);
    const excess = Math.exp(logExcess);
    const freedom = FEWEST + excess;
    const error = (value - center) / width;
    const spread = 1 + error * error / freedom;
    const pull = (freedom + 1) * error / (freedom * spread);
    slopes[0] = -pull / width;
    slopes[1] = 1 - pull * error;
    const byFreedom = 0.5 * (digamma(freedom / 2) - digamma((freedom + 1) / 2) + 1 / freedom + Math.log(spread)) -
      0.5 * (freedom + 1) * error * error / (freedom * freedom * spread);
    slopes[2] = byFreedom * excess;
    return logGamma(freedom / 2) - logGamma((freedom + 1) / 2) + 0.5 * Math.log(Math.PI * freedom) + logWidth +
      0.5 * (freedom + 1) * Math.log(spread);
  },
  quantile: (outputs, level, scale) =>
    unscaleValue(outputs[0] + Math.exp(outputs[1]) * tQuantile(level, FEWEST + Math.exp(outputs[2])), scale),
};

/**
 * Computes a quantile of Student's t by its expansion around the normal quantile, to three digits from 4 degrees on.
 */
function tQuantile(level: number, freedom: number): number {
  const z = normalQuantile(level);
  const [z2, n] = [z * z, freedom];
  const terms = [
    (z2 + 1) / 4,
    ((5 * z2 + 16) * z2 + 3) / 96,
    (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
    ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160,
  ];
  return z * terms.reduceRight((sum, term) => (sum + term) / n, 0) + z;
}
