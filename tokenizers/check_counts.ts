/** Throws `RangeError` naming the first value that is not an integer of at least 0. */
export function checkCounts(action: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new RangeError(`${action}: ${name}: expected a whole number of at least 0, found ${count}`);
  }
}
