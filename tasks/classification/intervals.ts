/** The quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/**
 * Computes the 95 % confidence interval of a share by Wilson's score method (Wilson 1927), which stays within 0 and 1
 * and is sound for few texts too. It covers the chance in the choice of the texts, not that in training.
 *
 * @param hits Number of texts that count for the share.
 * @param texts Number of all texts, at least 1.
 */
export function wilsonInterval(hits: number, texts: number): readonly [low: number, high: number] {
  const share = hits / texts;
  const weight = Z * Z / texts;
  const center = (share + weight / 2) / (1 + weight);
  const radius = Z * Math.sqrt(share * (1 - share) / texts + weight / (4 * texts)) / (1 + weight);
  // The ends are exactly 0 without hits and 1 with hits alone; rounding must not move them.
  return [hits === 0 ? 0 : center - radius, hits === texts ? 1 : center + radius];
}
