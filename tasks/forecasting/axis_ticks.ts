/** About how many lines an axis has. */
const WANTED = 5;

/**
 * Returns round numbers from about the least to the largest value of an axis: multiples of 1, 2 or 5 times a power of
 * ten.
 */
export function axisTicks(low: number, high: number): number[] {
  if (!(high > low)) return [Number.isFinite(low) ? low : 0];
  const rough = (high - low) / WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Formats a tick with the decimals that tell it from the next one. */
export function formatTick(tick: number, ticks: readonly number[]): string {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : Math.abs(tick) || 1;
  const most = Math.max(...ticks.map(Math.abs));
  if (most >= 1e7 || step < 1e-5) return tick.toExponential(Math.max(0, Math.ceil(Math.log10(most / step) - 1e-9)));
  return tick.toLocaleString("en", { maximumFractionDigits: Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) });
}
