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

/** The choice of a search, and the epochs of a full training. */
interface Choice {
  readonly candidate: number;
  readonly epochs: number;
}

/**
 * Returns when a search in `seconds` ends that has trained its choice: as late as the last training of a number of
 * networks allows.
 */
export function laterEnd(seconds: number, trials: readonly Trial[], choice: Choice, networks = 1): number {
  const expected = expectLast(trials, choice);
  return expected === undefined ? firstEnd(seconds) : seconds - Math.max(LONGEST, networks) * expected;
}

/** Returns how many networks the last training has the time for, at most `MOST_NETWORKS`. */
export function countNetworks(seconds: number, trials: readonly Trial[], choice: Choice): number {
  const expected = expectLast(trials, choice);
  return expected === undefined ? 1 : Math.min(MOST_NETWORKS, Math.max(1, Math.floor(seconds / expected)));
}

/** Expects the seconds of a full training with a choice from its longest ones; undefined if there is none. */
function expectLast(trials: readonly Trial[], { candidate, epochs }: Choice): number | undefined {
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
