import { InputRangeError } from "../../errors.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import {
  formatTime,
  type Frequency,
  type Series,
  type SeriesFile,
  type SeriesSet,
  stepsBetween,
  timeAfter,
  withSeries,
} from "../data/series/mod.ts";

/**
 * Appends to each series the values that follow it in another file; times between are missing values. Throws
 * `RangeError` if one has none there, or values of times before its end.
 */
export function continueSeries(set: SeriesSet, { name, set: { series } }: SeriesFile): SeriesSet {
  const byId = new Map(series.map((series) => [series.id, series]));
  const longer = set.series.map((before): Series => {
    const after = byId.get(before.id);
    if (!after) {
      throw new InputRangeError(`read ${name}: expected values of the series ${describeValue(before.id)}, found none`);
    }
    const at = before.values.length + expectLater(name, set.frequency, before, after);
    const join = (a: Float64Array, b: Float64Array): Float64Array => {
      const joined = new Float64Array(at + b.length).fill(NaN);
      joined.set(a.subarray(0, at));
      joined.set(b, at);
      return joined;
    };
    const joinAll = (kind: "known" | "observed"): readonly Float64Array[] | undefined =>
      before[kind]?.map((values, i) => join(values, after[kind]![i]));
    return {
      ...before,
      values: join(before.values, after.values),
      known: joinAll("known"),
      observed: joinAll("observed"),
    };
  });
  return withSeries(set, longer);
}

/** Returns the number of steps between a series and another. Throws `RangeError` if it does not begin after its end. */
function expectLater(name: string, frequency: Frequency | undefined, before: Series, after: Series): number {
  if (!frequency || before.start === undefined || after.start === undefined) return 0;
  const steps = stepsBetween(before.start, frequency, after.start) - before.values.length;
  if (Number.isInteger(steps) && steps >= 0) return steps;
  const end = timeAfter(before.start, frequency, before.values.length);
  const [expected, found] = [end, after.start].map(formatTime);
  throw new InputRangeError(
    `read ${name}: expected values of the series ${describeValue(before.id)} from ${expected} on, found ${found}`,
  );
}

/** Throws `RangeError` if a test has too few values of every series for one forecast. */
export function expectLength({ name, set }: SeriesFile, horizon: number): void {
  const [, longest] = extentOf(set.series.map(({ values }) => values.length));
  if (longest >= horizon) return;
  throw new InputRangeError(
    `read ${name}: expected at least ${count(horizon, "value")} of a series, the horizon, found ${longest}; set a ` +
      "shorter --horizon",
  );
}
