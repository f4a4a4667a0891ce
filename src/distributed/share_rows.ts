import type { Communicator } from "./communicator.ts";

/** Returns the indices of the items that a rank takes of `count`: every so many, as they come. */
function ownPlaces(count: number, { rank, size }: Communicator): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => i % size === rank);
}

/**
 * Computes a row of floats for each of `count` items: each rank the rows of some items. Returns all rows on all ranks.
 *
 * @example
 * ```ts
 * import { createLocalCommunicators, shareRows } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const square = (places: readonly number[]) => Promise.resolve(places.map((i) => Float32Array.of(i, i * i)));
 * const found = await Promise.all(createLocalCommunicators(2).map((ranks) => shareRows(ranks, 3, square)));
 * assertEquals(found[0], [[0, 0], [1, 1], [2, 4]].map((row) => Float32Array.from(row)));
 * assertEquals(found[1], found[0]);
 * ```
 */
export async function shareRows(
  communicator: Communicator,
  count: number,
  compute: (places: readonly number[]) => Promise<readonly Float32Array[]>,
): Promise<Float32Array[]> {
  const places = ownPlaces(count, communicator);
  const own = await compute(places);
  if (communicator.size === 1) return [...own];
  const widths = await communicator.gather(own[0]?.length ?? 0);
  const width = Math.max(...widths);
  // What a rank has not computed is zero, so that the sum is what one of them has.
  const all = new Float64Array(count * width);
  places.forEach((place, i) => all.set(own[i], place * width));
  const sums = Float32Array.from(await communicator.sum(Array.from(all)));
  return Array.from({ length: count }, (_, i) => sums.slice(i * width, (i + 1) * width));
}

/**
 * Computes a text for each of `count` items: each rank those of some items. Returns all on all ranks.
 *
 * @example
 * ```ts
 * import { createLocalCommunicators, shareTexts } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const name = (places: readonly number[]) => Promise.resolve(places.map((i) => `text ${i}`));
 * const found = await Promise.all(createLocalCommunicators(2).map((ranks) => shareTexts(ranks, 3, name)));
 * assertEquals(found[1], ["text 0", "text 1", "text 2"]);
 * ```
 */
export async function shareTexts(
  communicator: Communicator,
  count: number,
  compute: (places: readonly number[]) => Promise<readonly string[]>,
): Promise<string[]> {
  const places = ownPlaces(count, communicator);
  const own = await compute(places);
  if (communicator.size === 1) return [...own];
  const all = await communicator.gather(own);
  const { size } = communicator;
  return Array.from({ length: count }, (_, i) => all[i % size][Math.floor(i / size)]);
}
