/**
 * Returns the most typical tokens that together reach the share `typicalP` of the probability of all given ones: those
 * whose information, -log p, is nearest to the entropy (Meister et al. 2023, "Locally Typical Sampling"). At least one
 * token; of equally typical ones, those with smaller ids come first.
 */
export function typicalTokens(tokens: Uint32Array, probabilities: Float32Array, typicalP: number): Uint32Array {
  let mass = 0;
  let sum = 0;
  for (const token of tokens) {
    const p = probabilities[token];
    mass += p;
    sum += p * Math.log(p);
  }
  // The logarithm of the mass, by which probabilities and entropy would be normalized, cancels.
  const distance = new Map(
    Array.from(tokens, (token) => [token, Math.abs(Math.log(probabilities[token]) - sum / mass)]),
  );
  tokens.sort((a, b) => distance.get(a)! - distance.get(b)! || a - b);
  let count = 0;
  for (let reached = 0; count < tokens.length && reached < typicalP * mass; count++) {
    reached += probabilities[tokens[count]];
  }
  return tokens.slice(0, Math.max(1, count));
}
