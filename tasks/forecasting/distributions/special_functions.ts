/** Coefficients of Stirling's series of log gamma: B_2k / (2k (2k - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];
/** Coefficients of the asymptotic series of digamma: B_2k / 2k. */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132];
/** From here on the asymptotic series have double precision. */
const LARGE = 12;

/** Computes the logarithm of the gamma function of x > 0. */
export function logGamma(x: number): number {
  let [shifted, correction] = [x, 0];
  while (shifted < LARGE) correction -= Math.log(shifted++);
  let power = 1 / shifted;
  let sum = 0;
  for (const coefficient of STIRLING) {
    sum += coefficient * power;
    power /= shifted * shifted;
  }
  return correction + (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + sum;
}

/** Computes the derivative of the logarithm of the gamma function of x > 0. */
export function digamma(x: number): number {
  let [shifted, correction] = [x, 0];
  while (shifted < LARGE) correction -= 1 / shifted++;
  let power = 1 / (shifted * shifted);
  let sum = 0;
  for (const coefficient of DIGAMMA) {
    sum += coefficient * power;
    power /= shifted * shifted;
  }
  return correction + Math.log(shifted) - 0.5 / shifted - sum;
}

/** Coefficients of the rational approximations in `normalQuantile`, from the highest power to the constant. */
const MIDDLE = [
  [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239],
  [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
] as const;
const TAIL = [
  [
    -0.007784894002430293,
    -0.3223964580411365,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
  ],
  [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
] as const;

/** Probability below which the tail's approximation is used. */
const TAIL_BELOW = 0.02425;

/** Computes a quantile of the standard normal distribution, to nine digits (Acklam's rational approximation). */
export function normalQuantile(level: number): number {
  if (level > 0.5) return -normalQuantile(1 - level);
  if (level === 0.5) return 0;
  if (level < TAIL_BELOW) {
    const q = Math.sqrt(-2 * Math.log(level));
    return polynomial(TAIL[0], q) / polynomial(TAIL[1], q);
  }
  const q = level - 0.5;
  return q * polynomial(MIDDLE[0], q * q) / polynomial(MIDDLE[1], q * q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
