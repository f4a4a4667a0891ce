import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { type Frequency, stepsBetween } from "./frequency.ts";

/** The rows of a series in the order of their times, each with the number of its step from the first. */
export interface Grid {
  /** Rows in ascending order of time. */
  readonly rows: readonly number[];
  /** For each of these rows, its step. */
  readonly steps: readonly number[];
  /** Number of steps. */
  readonly length: number;
}

/** The rows of a series, their times, and words for messages. */
export interface TimedRows {
  /** Name of the series; undefined if there is only one. */
  readonly id?: string;
  /** Rows in file order. */
  readonly rows: readonly number[];
  /** The time of any row. */
  readonly times: Float64Array;
  /** Names the place of a row in its file: "line 3". */
  readonly place: (row: number) => string;
  /** Formats a time for messages. */
  readonly show: (time: number) => string;
  /** Describes the distance between two steps for messages, such as "hour". */
  readonly step: (frequency: Frequency) => string;
  /** Advice about equal times, for messages. Default: to name the columns that tell series apart. */
  readonly advice?: string;
}

/** How many steps a series may have for each of its rows: beyond, its times are not those of a series. */
const STEPS_PER_ROW = 1000;

/**
 * Returns the rows of a series in the order of time. Throws `RangeError` that names both places if two rows have the
 * same time.
 */
export function sortRows({ id, rows, times, place, show, advice = adviceFor(id) }: TimedRows): number[] {
  const sorted = rows.toSorted((a, b) => times[a] - times[b]);
  const twice = sorted.findIndex((row, i) => i > 0 && times[row] === times[sorted[i - 1]]);
  if (twice < 0) return sorted;
  const [first, second] = [sorted[twice - 1], sorted[twice]].toSorted((a, b) => a - b);
  const where = id === undefined ? "" : ` of the series ${describeValue(id)}`;
  throw new InputRangeError(
    `expected different times${where}, found ${show(times[first])} on ${place(first)} and on ${place(second)}${advice}`,
  );
}

function adviceFor(id: string | undefined): string {
  return id === undefined
    ? "; if there are several series, --series names the column that tells them apart"
    : "; --series takes several columns, such as store,item";
}

/**
 * Puts the sorted rows of a series on a grid of equal steps. Throws `RangeError` if a time is between steps, or if the
 * series would have far more steps than rows.
 */
export function gridOf(sorted: readonly number[], options: Omit<TimedRows, "rows">, frequency: Frequency): Grid {
  const { id, times, place, show, step: describe } = options;
  const steps = sorted.map((row) => stepsBetween(times[sorted[0]], frequency, times[row]));
  const wrong = steps.findIndex((step, i) => i > 0 && (!Number.isInteger(step) || step <= steps[i - 1]));
  const where = id === undefined ? "" : ` of the series ${describeValue(id)}`;
  if (wrong > 0) {
    const [before, after] = [sorted[wrong - 1], sorted[wrong]];
    throw new InputRangeError(
      `expected times${where} at distances of one ${describe(frequency)} or several, found ` +
        `${show(times[after])} on ${place(after)} after ${show(times[before])}; --frequency sets another distance`,
    );
  }
  const length = steps[steps.length - 1] + 1;
  if (length > Math.max(STEPS_PER_ROW, sorted.length * STEPS_PER_ROW)) {
    const [first, last] = [sorted[0], sorted[sorted.length - 1]].map((row) => show(times[row]));
    throw new InputRangeError(
      `expected about one value a step${where}, found ${sorted.length} in the ${length} steps of one ` +
        `${describe(frequency)} from ${first} to ${last}`,
    );
  }
  return { rows: sorted, steps, length };
}

/** Spreads values of rows over the steps of a grid; the steps between are NaN. */
export function onGrid({ rows, steps, length }: Grid, values: Float64Array): Float64Array {
  const spread = new Float64Array(length).fill(NaN);
  rows.forEach((row, i) => spread[steps[i]] = values[row]);
  return spread;
}
