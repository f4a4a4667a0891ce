import type { Distribution } from "./distribution.ts";
import { digamma, logGamma, normalQuantile } from "./special_functions.ts";

/** Steepness of the softplus that keeps the mean positive. */
const STEEPNESS = 4;
/** Means beyond which a quantile is computed from moments, since adding probabilities would take long. */
const LARGE_MEAN = 500;
const LEAST_MEAN = 1e-4;

/**
 * The negative binomial distribution of counts (as in DeepAR, Salinas et al. 2020), with variance m + a m^2; outputs
 * are the mean m over the window's scale, through a softplus, and the logarithm of a.
 */
export const NEGATIVE_BINOMIAL: Distribution = {
  initial: [0, -1],
  loss(outputs, value, slopes, { scale, shift }) {
    const count = Math.max(0, value * scale + shift);
    const [mean, slope] = meanOf(outputs[0], scale);
    const size = Math.exp(-outputs[1]);
    slopes[0] = slope * ((count + size) / (mean + size) - count / mean);
    slopes[1] = size * (digamma(count + size) - digamma(size) + Math.log(size / (mean + size)) + 1 -
      (count + size) / (mean + size));
    return logGamma(size) + logGamma(count + 1) - logGamma(count + size) - size * Math.log(size / (mean + size)) -
      count * Math.log(mean / (mean + size));
  },
  quantile(outputs, level, { scale }) {
    const [mean] = meanOf(outputs[0], scale);
    const size = Math.exp(-outputs[1]);
    return mean > LARGE_MEAN ? byMoments(mean, size, level) : bySum(mean, size, level);
  },
};

/** Returns the mean in the unit of the data, and its derivative by the output. */
function meanOf(output: number, scale: number): [mean: number, slope: number] {
  const x = STEEPNESS * output;
  const soft = x > 30 ? x : Math.log1p(Math.exp(x));
  return [scale * (soft / STEEPNESS + LEAST_MEAN), scale / (1 + Math.exp(-x))];
}

function bySum(mean: number, size: number, level: number): number {
  const share = mean / (mean + size);
  let probability = Math.exp(size * Math.log(size / (mean + size)));
  let [count, sum] = [0, probability];
  const most = mean + 50 * Math.sqrt(mean + mean * mean / size) + 50;
  while (sum < level && count < most) {
    count++;
    probability *= share * (count - 1 + size) / count;
    sum += probability;
  }
  return count;
}

/** The Cornish-Fisher expansion by mean, variance and skewness. */
function byMoments(mean: number, size: number, level: number): number {
  const deviation = Math.sqrt(mean + mean * mean / size);
  const skewness = (1 + 2 * mean / size) / deviation;
  const z = normalQuantile(level);
  return Math.max(0, Math.round(mean + deviation * (z + skewness * (z * z - 1) / 6)));
}
