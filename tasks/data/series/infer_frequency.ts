import { extentOf } from "../extent.ts";
import { type Frequency, isSameDistance, stepsBetween, type Unit } from "./frequency.ts";
import { readTimes } from "./times.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Milliseconds of the units by which differences are measured, the longest first. */
const UNITS: readonly (readonly [unit: Unit, length: number])[] = [
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", 3600 * SECOND],
  ["minute", 60 * SECOND],
  ["second", SECOND],
];

/** The least number of days of which none is on a weekend for the times to be business days. */
const BUSINESS_DAYS = 10;

/**
 * Infers the distance between neighboring times from the most frequent one: that on the wall if it is a day or longer,
 * and otherwise that in UTC, which no change to summer time interrupts. The times of each series ascend. Returns
 * undefined if no series has two times, or if the distance is not a whole number of seconds.
 */
export function inferFrequency(
  series: readonly Float64Array[],
  wall: readonly Float64Array[] = series,
): Frequency | undefined {
  const onWall = distanceOf(wall);
  return onWall && countsDays(onWall) ? onWall : distanceOf(series);
}

/** Distances between times that are given before the times are read. */
export interface GivenFrequency {
  /** The distance that was asked for. */
  readonly asked?: Frequency;
  /** The distance in series that these continue, which their times may contradict. */
  readonly likely?: Frequency;
}

/** Number of times from which on equal distances are no chance. */
const FEW = 3;

/**
 * Returns the distance between times of series: the one that was asked for, or the likely one, which times with gaps
 * have too. Times contradict the likely distance if they are closer, or if all of them have equal larger distances.
 */
export function chooseFrequency(
  { asked, likely }: GivenFrequency,
  series: readonly Float64Array[],
  wall: readonly Float64Array[],
): Frequency | undefined {
  if (asked) return asked;
  const own = inferFrequency(series, wall);
  if (!likely || !own || isSameDistance(own, likely)) return likely ?? own;
  const stepsAt = (frequency: Frequency): number[] => distancesIn(countsDays(frequency) ? wall : series, frequency);
  const steps = stepsAt(likely);
  if (!steps.every((step) => Number.isInteger(step) && step > 0)) return own;
  // Days without their weekends are days all the same.
  const areEqual = stepsAt(own).every((step) => step === 1) && steps.some((step) => step > 1) &&
    !(own.unit === "businessday" && likely.unit === "day");
  return areEqual && series.some(({ length }) => length >= FEW) ? own : likely;
}

/** Whether times that ascend have a distance, perhaps with gaps if it is the most frequent one. */
export function hasDistance(
  { times, wall }: { readonly times: Float64Array; readonly wall: Float64Array },
  frequency: Frequency,
): boolean {
  const [ascending, onWall] = [times, wall].map((all) => [Float64Array.from(new Set(all)).sort()]);
  const own = inferFrequency(ascending, onWall);
  return own !== undefined && isSameDistance(own, frequency) ||
    distancesIn(countsDays(frequency) ? onWall : ascending, frequency).every((step) => step === 1);
}

/** The numbers of steps between neighboring times. */
function distancesIn(series: readonly Float64Array[], frequency: Frequency): number[] {
  return series.flatMap((times) => Array.from(times.subarray(1), (time, i) => stepsBetween(times[i], frequency, time)));
}

/** Returns the times that a frequency counts: those on the wall for days and longer, and otherwise those in UTC. */
export function timesFor(
  frequency: Frequency | undefined,
  { times, wall }: { readonly times: Float64Array; readonly wall: Float64Array },
): Float64Array {
  return frequency && countsDays(frequency) ? wall : times;
}

/** Reads one time as a frequency counts it; undefined if a text is none. */
export function readTime(text: string, frequency: Frequency | undefined): number | undefined {
  const read = readTimes([text]);
  return read && read.wrong < 0 ? timesFor(frequency, read)[0] : undefined;
}

function countsDays({ unit }: Frequency): boolean {
  return !["second", "minute", "hour"].includes(unit);
}

function distanceOf(series: readonly Float64Array[]): Frequency | undefined {
  const difference = mostFrequentDifference(series);
  if (difference === undefined) return undefined;
  const months = monthsOf(difference);
  if (months !== undefined && series.every((times) => isCalendar(times, months))) {
    const frequency = months % 12 === 0
      ? ["year", 12] as const
      : months % 3 === 0
      ? ["quarter", 3] as const
      : undefined;
    return frequency ? { unit: frequency[0], count: months / frequency[1] } : { unit: "month", count: months };
  }
  if (difference === DAY && areBusinessDays(series)) return { unit: "businessday", count: 1 };
  const found = UNITS.find(([, length]) => difference % length === 0);
  return found && { unit: found[0], count: difference / found[1] };
}

function mostFrequentDifference(series: readonly Float64Array[]): number | undefined {
  const counts = new Map<number, number>();
  for (const times of series) {
    for (let i = 1; i < times.length; i++) {
      const difference = times[i] - times[i - 1];
      // On the wall, an hour comes twice when summer time ends.
      if (difference > 0) counts.set(difference, (counts.get(difference) ?? 0) + 1);
    }
  }
  const [, most] = extentOf(counts.values());
  const differences = [...counts].filter(([, count]) => count === most).map(([difference]) => difference);
  return differences.length === 0 ? undefined : extentOf(differences)[0];
}

/** The number of months that a difference may be; undefined if it is none. */
function monthsOf(difference: number): number | undefined {
  const months = Math.round(difference / DAY / 30.4375);
  const isNear = months >= 1 && Math.abs(difference / DAY - months * 30.4375) <= 2.5;
  return isNear && (months < 12 ? [1, 2, 3, 4, 6].includes(months) : months % 12 === 0) ? months : undefined;
}

/** Whether times are a number of months apart, on the same day of the month or on last days. */
function isCalendar(times: Float64Array, months: number): boolean {
  const days = Array.from(times, (time) => new Date(time));
  const isSame = days.every((date) => date.getUTCDate() === days[0]?.getUTCDate());
  const isLate = days.every((date) => date.getUTCDate() >= 28 - 3);
  const month: Frequency = { unit: "month", count: months };
  return (isSame || isLate || days.every((date) => date.getUTCDate() <= 4)) &&
    days.every((_, i) => Number.isInteger(stepsBetween(times[0], month, times[i])));
}

function areBusinessDays(series: readonly Float64Array[]): boolean {
  let count = 0;
  for (const times of series) {
    for (const time of times) {
      const day = new Date(time).getUTCDay();
      if (day === 0 || day === 6) return false;
      count++;
    }
  }
  return count >= BUSINESS_DAYS;
}
