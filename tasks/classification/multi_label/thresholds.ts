import { count, refuse } from "../../../src/schema/mod.ts";

/** The probability from which a text has a label, without validation texts. */
const USUAL = 0.5;

/** Returns what is expected of thresholds if a value is none. */
export function checkThresholds(value: unknown): string | undefined {
  const areShares = Array.isArray(value) && value.every((threshold) => threshold > 0 && threshold <= 1);
  return areShares ? undefined : "numbers above 0 and up to 1";
}

/** Throws `RangeError` if there are thresholds, but not one for each label of a multi-label classifier. */
export function refuseOtherThresholds(
  action: string,
  { multiLabel, labels, thresholds }: {
    readonly multiLabel: boolean;
    readonly labels: readonly string[];
    readonly thresholds: readonly number[] | null;
  },
): void {
  if (thresholds === null) return;
  if (!multiLabel) refuse(action, "thresholds", "null without multiLabel", thresholds);
  if (thresholds.length !== labels.length) {
    refuse(action, "thresholds", count(labels.length, "number"), thresholds.length);
  }
}

/** Whether each label's probability reaches its threshold; null for 0.5. */
export function reached(probabilities: ArrayLike<number>, thresholds: readonly number[] | null): boolean[] {
  return Array.from(probabilities, (p, label) => p >= (thresholds?.[label] ?? USUAL));
}

/** Returns the labels whose probability reaches their threshold, the most probable first. */
export function labelsReached(
  probabilities: ArrayLike<number>,
  labels: readonly string[],
  thresholds: readonly number[] | null,
): string[] {
  const isReached = reached(probabilities, thresholds);
  const places = labels.flatMap((_, place) => isReached[place] ? [place] : []);
  return places.sort((a, b) => probabilities[b] - probabilities[a]).map((place) => labels[place]);
}

/**
 * Finds, for each label, the threshold with the highest F1 on texts, whose targets are `[texts, labels]`. Of equally
 * good ones it is the one nearest to 0.5, which is also that of labels that no text has.
 */
export function fitThresholds(probabilities: readonly ArrayLike<number>[], targets: Int32Array): number[] {
  const labels = probabilities[0].length;
  return Array.from(
    { length: labels },
    (_, label) =>
      bestThreshold(probabilities.map((row, i) => ({ p: row[label], target: targets[i * labels + label] }))),
  );
}

/** A text's probability of a label, and 1 if it has the label, otherwise 0. */
interface Decision {
  readonly p: number;
  readonly target: number;
}

function bestThreshold(decisions: readonly Decision[]): number {
  const ranked = decisions.toSorted((a, b) => b.p - a.p);
  const positives = ranked.reduce((sum, { target }) => sum + target, 0);
  let best = { threshold: USUAL, f1: 0 };
  let hits = 0;
  ranked.forEach(({ p, target }, i) => {
    hits += target;
    const next = ranked[i + 1]?.p ?? 0;
    if (next === p || hits === 0) return;
    const f1 = 2 * hits / (i + 1 + positives);
    const threshold = between(next, p);
    if (f1 > best.f1 || f1 === best.f1 && distance(threshold) < distance(best.threshold)) best = { threshold, f1 };
  });
  return best.threshold;
}

/** Returns a threshold above one probability and at most another: 0.5 if that is one, otherwise their middle. */
function between(low: number, high: number): number {
  if (low < USUAL && USUAL <= high) return USUAL;
  const middle = (low + high) / 2;
  return middle > low ? middle : high;
}

function distance(threshold: number): number {
  return Math.abs(threshold - USUAL);
}

/** Returns the thresholds that decide the same when the temperature that divides the logits changes. */
export function rescaleThresholds(
  thresholds: readonly number[] | null,
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] | null {
  if (thresholds === null) return null;
  return thresholds.map((threshold) => 1 / (1 + (1 / threshold - 1) ** (from / to)));
}
