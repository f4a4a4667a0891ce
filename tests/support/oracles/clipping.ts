/** Scales `gradients` in place so that the norm of all of them together is at most `limit`; returns the norm before. */
export function clipByGlobalNorm(gradients: Float64Array[], limit: number): number {
  const norm = Math.sqrt(gradients.reduce((sum, part) => part.reduce((s, value) => s + value * value, sum), 0));
  // PyTorch's 1e-6 keeps a norm of 0 from dividing.
  const scale = Math.min(1, limit / (norm + 1e-6));
  for (const part of gradients) part.forEach((value, i) => part[i] = value * scale);
  return norm;
}

/** Limits each element of `gradients`, in place, to [-limit, limit]. */
export function clipByValue(gradients: Float64Array[], limit: number): void {
  for (const part of gradients) part.forEach((value, i) => part[i] = Math.min(limit, Math.max(-limit, value)));
}
