/** Returns the indexes of a share of n items, at least one, spread evenly over them. */
export function spreadPlaces(n: number, share: number): number[] {
  const count = Math.min(n, Math.max(1, Math.round(share * n)));
  return Array.from({ length: count }, (_, i) => Math.floor(i * n / count));
}

/** Returns a share of items, at least one, spread evenly over them. */
export function spreadItems<T>(items: readonly T[], share: number): readonly T[] {
  return share === 1 ? items : spreadPlaces(items.length, share).map((place) => items[place]);
}
