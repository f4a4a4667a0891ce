/** The data of a neural cache's prediction. */
export interface NeuralCacheCase {
  /** The hidden states of the steps so far, h_1 to h_t. */
  states: readonly (readonly number[])[];
  /** The tokens that follow them, of which the last is to be predicted. */
  tokens: readonly number[];
  size: number;
  theta: number;
}

/**
 * The probabilities [V] that a neural cache (Grave et al. 2017, equation 3) gives to the token after the last state:
 * those of the last `size` earlier states' tokens, in proportion to exp(theta h_t . h_i). Zeros if there are none.
 */
export function neuralCache({ states, tokens, size, theta }: NeuralCacheCase, V: number): Float64Array {
  const t = states.length - 1;
  const probabilities = new Float64Array(V);
  const scores: number[] = [];
  for (let i = Math.max(0, t - size); i < t; i++) {
    let product = 0;
    for (let k = 0; k < states[t].length; k++) product += states[t][k] * states[i][k];
    scores.push(theta * product);
  }
  const most = Math.max(...scores);
  let total = 0;
  for (const score of scores) total += Math.exp(score - most);
  for (let j = 0; j < scores.length; j++) {
    probabilities[tokens[t - scores.length + j]] += Math.exp(scores[j] - most) / total;
  }
  return probabilities;
}
