/** When a search ends, so that there is time to train with what it has found. */
import { expectSeconds, type Trial } from "../../tasks/tuning/mod.ts";

/** The share of the time that a search takes at least. */
const SHARE = 2 / 3;

/** How many times as long as in the search the last training may take. */
const LONGEST = 2;

/** The largest number of networks that the last training trains together. */
export const MOST_NETWORKS = 5;

/** Returns when a search in `seconds` ends as long as it is not known how long the last training takes. */
export function firstEnd(seconds: number): number {
  return SHARE * seconds;
}

/** The choice of a search, the epochs of a full training, and the threads of the last one. */
interface Choice {
  readonly candidate: number;
  readonly epochs: number;
  readonly threads: number;
}

/**
 * Returns when a search in `seconds` ends that has trained its choice: as late as the last training of a number of
 * networks allows.
 */
export function laterEnd(seconds: number, trials: readonly Trial[], choice: Choice, networks = 1): number {
  const expected = expectLast(trials, choice);
  if (expected === undefined) return firstEnd(seconds);
  return seconds - Math.max(LONGEST, networks * timesEach(choice)) * expected;
}

/** Returns how many networks the last training has the time for, at most `MOST_NETWORKS`. */
export function countNetworks(seconds: number, trials: readonly Trial[], choice: Choice): number {
  const expected = expectLast(trials, choice);
  if (expected === undefined) return 1;
  return Math.min(MOST_NETWORKS, Math.max(1, Math.floor(seconds / expected / timesEach(choice))));
}

/**
 * Returns how many times as long as in the search, where it has one thread, each of several networks is expected to
 * take in the last training, which ends in time in any case. More than two threads are not sure to make small networks
 * faster.
 */
function timesEach({ threads }: Choice): number {
  return 1 / Math.min(threads, 2);
}

/** Expects the seconds of a full training with a choice from its longest ones; undefined if there is none. */
function expectLast(trials: readonly Trial[], { candidate, epochs }: Omit<Choice, "threads">): number | undefined {
  const own = trials.filter((trial) => trial.candidate === candidate && trial.figures !== null);
  if (own.length === 0) return undefined;
  const most = Math.max(...own.map(lengthOf));
  const longest = own.filter((trial) => lengthOf(trial) === most);
  return Math.max(...longest.map((trial) => expectSeconds([trial], { epochs, share: 1 })));
}

/** The length of a training, in epochs. */
function lengthOf({ epochs, share }: Trial): number {
  return epochs * share;
}
