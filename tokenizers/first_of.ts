/** How many more items than needed are collected before the last ones are dropped. */
const SLACK = 1024;

/**
 * The first `limit` items in the order of a comparison, sorted; of equal items, those given first. Like sorting all of
 * them, in memory for about twice as many items as are returned.
 */
export function firstOf<Item>(items: Iterable<Item>, limit: number, compare: (a: Item, b: Item) => number): Item[] {
  const first: Item[] = [];
  let last: Item | undefined;
  for (const item of items) {
    if (last !== undefined && compare(item, last) >= 0) continue;
    if (first.push(item) < 2 * limit + SLACK) continue;
    first.sort(compare);
    first.length = limit;
    last = first[limit - 1];
  }
  return first.sort(compare).slice(0, limit);
}
