/** Scales `gradients` in place so that their global norm is at most `limit`. Returns the norm before scaling. */
export function clipByGlobalNorm(gradients: Float64Array[], limit: number): number {
  const norm = Math.sqrt(gradients.reduce((sum, part) => part.reduce((s, value) => s + value * value, sum), 0));
  // As in PyTorch, 1e-6 avoids division by a norm of 0.
  const scale = Math.min(1, limit / (norm + 1e-6));
  for (const part of gradients) part.forEach((value, i) => part[i] = value * scale);
  return norm;
}

/** Clamps each element of `gradients` to [-limit, limit], in place. */
export function clipByValue(gradients: Float64Array[], limit: number): void {
  for (const part of gradients) part.forEach((value, i) => part[i] = Math.min(limit, Math.max(-limit, value)));
}
