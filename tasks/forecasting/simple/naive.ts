/** Returns the last value that is not missing; 0 if all are. */
function lastOf(values: Float64Array): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? 0;
}

/** Repeats the last value. */
export function naive(history: Float64Array, horizon: number): Float64Array {
  return new Float64Array(horizon).fill(lastOf(history));
}

/** Repeats the last season; a missing value is taken from the season before. */
export function seasonalNaive(history: Float64Array, horizon: number, period: number): Float64Array {
  const season = Float64Array.from({ length: period }, (_, i) => {
    for (let t = history.length - period + i; t >= 0; t -= period) {
      if (!Number.isNaN(history[t])) return history[t];
    }
    return lastOf(history);
  });
  return Float64Array.from({ length: horizon }, (_, h) => season[h % period]);
}

/** Continues the straight line from the first to the last value. */
export function drift(history: Float64Array, horizon: number): Float64Array {
  const isKnown = (value: number): boolean => !Number.isNaN(value);
  const [first, last] = [history.findIndex(isKnown), history.findLastIndex(isKnown)];
  const slope = last > first ? (history[last] - history[first]) / (last - first) : 0;
  const passed = history.length - 1 - last;
  return Float64Array.from({ length: horizon }, (_, h) => lastOf(history) + slope * (h + 1 + passed));
}
