/** The distribution of numbers. */
export interface Histogram {
  /** The lowest number. */
  readonly min: number;
  /** The highest number. */
  readonly max: number;
  /** How many numbers there are. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** The sum of their squares. */
  readonly sumOfSquares: number;
  /** For each bucket the limit that its numbers lie below; they are at least the limit before. */
  readonly limits: readonly number[];
  /** How many numbers each bucket has. */
  readonly counts: readonly number[];
}

/** The limits grow by a factor from the smallest to the largest, as TensorFlow's do. */
const [SMALLEST, LARGEST, FACTOR] = [1e-12, 1e20, 1.1];

let limits: Float64Array | undefined;

/** Returns the limits of all possible buckets, ascending. */
function allLimits(): Float64Array {
  if (limits) return limits;
  const positive: number[] = [];
  for (let limit = SMALLEST; limit < LARGEST; limit *= FACTOR) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  return limits = Float64Array.from([...positive.map((limit) => -limit).reverse(), 0, ...positive]);
}

/**
 * Counts numbers in buckets that are narrow near 0. Numbers that are not finite are left out; undefined if none is
 * finite.
 */
export function histogramOf(values: Float32Array): Histogram | undefined {
  const limits = allLimits();
  const counts = new Uint32Array(limits.length);
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    counts[bucketOf(value, limits)]++;
    if (value < min) min = value;
    if (value > max) max = value;
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  return count === 0 ? undefined : { min, max, count, sum, sumOfSquares, ...filledBuckets(limits, counts) };
}

/** Returns the index of the first limit above a number, by bisection. */
function bucketOf(value: number, limits: Float64Array): number {
  let [low, high] = [0, limits.length - 1];
  while (low < high) {
    const middle = low + high >> 1;
    if (limits[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Leaves out the empty buckets at the end, and joins other empty neighbors. */
function filledBuckets(limits: Float64Array, counts: Uint32Array): Pick<Histogram, "limits" | "counts"> {
  const last = counts.findLastIndex((count) => count > 0);
  const kept = [...counts.keys()].filter((i) => i <= last && (counts[i] > 0 || counts[i + 1] > 0));
  return { limits: kept.map((i) => limits[i]), counts: kept.map((i) => counts[i]) };
}
