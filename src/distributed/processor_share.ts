import type { Communicator } from "./communicator.ts";
import { ownProcessors } from "./native/processors.ts";

/**
 * Returns the number of processors that each rank may use, in rank order: a processor that several ranks of a machine
 * may use counts as a part for each. `processors` are those that this rank may use.
 *
 * @example
 * ```ts
 * import { createLocalCommunicators, processorsOf } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const ranks = createLocalCommunicators(2);
 * const shares = await Promise.all(ranks.map((communicator) => processorsOf(communicator, [0, 1, 2, 3])));
 * assertEquals(shares, [[2, 2], [2, 2]]);
 * ```
 */
export async function processorsOf(
  communicator: Communicator,
  processors: readonly number[] = ownProcessors() ?? Array.from({ length: navigator.hardwareConcurrency }, (_, i) => i),
): Promise<number[]> {
  const all = await communicator.gather({ host: communicator.host, processors });
  return all.map(({ host, processors: own }) => {
    const others = all.filter((rank) => rank.host === host).map((rank) => new Set(rank.processors));
    return own.reduce((sum, one) => sum + 1 / others.filter((set) => set.has(one)).length, 0);
  });
}
