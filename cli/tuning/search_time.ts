/** When a search ends, so that there is time to train with what it has found. */
import { expectSeconds, type Trial } from "../../tasks/tuning/mod.ts";

/** The share of the time that a search takes at least. */
const SHARE = 2 / 3;

/** How many times as long as in the search the last training may take. */
const LONGEST = 2;

/** Returns when a search in `seconds` ends as long as it is not known how long the last training takes. */
export function firstEnd(seconds: number): number {
  return SHARE * seconds;
}

/** The choice of a search, and the epochs of a full training. */
interface Choice {
  readonly candidate: number;
  readonly epochs: number;
}

/** Returns when a search in `seconds` ends that has trained its choice: as late as the last training allows. */
export function laterEnd(seconds: number, trials: readonly Trial[], { candidate, epochs }: Choice): number {
  const own = trials.filter((trial) => trial.candidate === candidate && trial.figures !== null);
  if (own.length === 0) return firstEnd(seconds);
  const most = Math.max(...own.map(lengthOf));
  const longest = own.filter((trial) => lengthOf(trial) === most).map((trial) =>
    expectSeconds([trial], { epochs, share: 1 })
  );
  return seconds - LONGEST * Math.max(...longest);
}

/** The length of a training, in epochs. */
function lengthOf({ epochs, share }: Trial): number {
  return epochs * share;
}
