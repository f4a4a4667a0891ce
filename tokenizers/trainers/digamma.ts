/** From this argument on, the series is exact to 12 digits. */
const SERIES_START = 10;

/**
 * The digamma function (the derivative of the log-gamma function) for positive numbers (Abramowitz and Stegun 1964,
 * 6.3.5 and 6.3.18).
 */
export function digamma(x: number): number {
  let sum = 0;
  for (; x < SERIES_START; x++) sum -= 1 / x;
  const square = 1 / (x * x);
  return sum + Math.log(x) - 0.5 / x - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
}
