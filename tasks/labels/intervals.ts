/** The quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/**
 * Computes the 95 % confidence interval of a share by Wilson's score method (Wilson 1927), which stays within 0 and 1
 * and is sound for few examples too. It covers the chance in the choice of the examples, not that in training.
 *
 * @param hits Number of examples that count for the share.
 * @param examples Number of all examples, at least 1.
 */
export function wilsonInterval(hits: number, examples: number): readonly [low: number, high: number] {
  const share = hits / examples;
  const weight = Z * Z / examples;
  const center = (share + weight / 2) / (1 + weight);
  const radius = Z * Math.sqrt(share * (1 - share) / examples + weight / (4 * examples)) / (1 + weight);
  // The ends are exactly 0 without hits and 1 with hits alone; rounding must not move them.
  return [hits === 0 ? 0 : center - radius, hits === examples ? 1 : center + radius];
}
