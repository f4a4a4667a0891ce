/**
 * Binary search: the index of the last of the ascending numbers `at(0)`, ..., `at(count - 1)` that is at most `value`.
 */
export function lastAtMost(count: number, at: (index: number) => number, value: number): number {
  let [low, high] = [0, count];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(middle) <= value) low = middle;
    else high = middle;
  }
  return low;
}
