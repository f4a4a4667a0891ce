/** Returns the least and the greatest of numbers, which may be more than the arguments that a call takes. */
export function extentOf(numbers: Iterable<number>): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const number of numbers) {
    least = Math.min(least, number);
    most = Math.max(most, number);
  }
  return [least, most];
}
