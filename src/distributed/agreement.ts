import type { Communicator } from "./communicator.ts";

/** Something that all ranks must have in common. */
export interface Statement {
  /** Its name, such as "the data". */
  readonly what: string;
  /** Its value or hash, as JSON. */
  readonly value: unknown;
}

/**
 * Compares statements among all ranks. Returns a description of the first difference from rank 0, which names the rank,
 * on all ranks; undefined if there is none.
 *
 * @example
 * ```ts
 * import { createLocalCommunicators, firstDifference } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const found = await Promise.all(createLocalCommunicators(2).map((communicator) =>
 *   firstDifference(communicator, [{ what: "the seed", value: communicator.rank }])
 * ));
 * const difference = "expected the seed 0 of rank 0 on all ranks, found 1 on rank 1 (this computer)";
 * assertEquals(found, [difference, difference]);
 * ```
 */
export async function firstDifference(
  communicator: Communicator,
  statements: readonly Statement[],
): Promise<string | undefined> {
  const { host } = communicator;
  const all = await communicator.gather({ host, values: statements.map(({ value }) => value ?? null) });
  const [first] = all;
  for (const [i, { what }] of statements.entries()) {
    const expected = JSON.stringify(first.values[i]);
    const rank = all.findIndex(({ values }) => JSON.stringify(values[i]) !== expected);
    if (rank < 0) continue;
    const found = all[rank];
    return `expected ${what} ${shown(expected)} of rank 0 on all ranks, found ${
      shown(JSON.stringify(found.values[i]))
    } on rank ${rank} (${found.host})`;
  }
  return undefined;
}

/** Most characters of a value in a message. */
const MOST_SHOWN = 200;

function shown(json: string | undefined): string {
  const text = json ?? "nothing";
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}
