import { assert, assertEquals } from "@std/assert";
import { createLocalCommunicators } from "../../src/distributed/mod.ts";
import type { FitEvent, RankOptions, Training } from "../tasks/distributed_cases.ts";

/** Most that a loss may differ from that of a single process. */
const MOST = 1e-5;

/** Trains with several ranks of this process, and returns the events of each. */
export async function trainRanks(train: Training, size: number, options: RankOptions = {}): Promise<FitEvent[][]> {
  return await Promise.all(
    createLocalCommunicators(size).map((communicator) => Array.fromAsync(train({ ...options, communicator }))),
  );
}

/** The figures of an event that do not depend on the number of ranks. */
export function figuresOf({ event, loss, gradientNorm, validLoss }: FitEvent): readonly [string, readonly number[]] {
  return [event, [loss, gradientNorm ?? validLoss ?? 0]];
}

/** Checks that the ranks of a training have the figures of a single process. */
export function assertSameFigures(found: readonly FitEvent[], expected: readonly FitEvent[], name: string): void {
  assertEquals(found.map(({ event }) => event), expected.map(({ event }) => event), name);
  found.forEach((event, i) => {
    const [[, own], [, others]] = [event, expected[i]].map(figuresOf);
    own.forEach((figure, k) => {
      const distance = Math.abs(figure - others[k]) / Math.max(1, Math.abs(others[k]));
      assert(distance <= MOST, `${name}, event ${i} (${event.event}): ${figure}, one process: ${others[k]}`);
    });
  });
}

/** Checks that some numbers of ranks have the losses of a single process over a number of steps. */
export async function checkEquality(train: Training, sizes: readonly number[], maxSteps: number): Promise<void> {
  const expected = await Array.fromAsync(train({ maxSteps }));
  assertEquals(expected.filter(({ event }) => event === "step").length, maxSteps);
  for (const size of sizes) {
    for (const [rank, events] of (await trainRanks(train, size, { maxSteps })).entries()) {
      assertSameFigures(events, expected, `rank ${rank} of ${size}`);
    }
  }
}
