import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue, refuse } from "../../src/schema/mod.ts";
import { isFrequency, type Series, type SeriesSet } from "../data/series/mod.ts";
import { expectText, expectTexts } from "../task_model/expect.ts";

/**
 * Throws `TypeError` if a value is no set of series, `RangeError` if it is empty, if its period or frequency is
 * impossible, or if a series has no value or lacks a covariate that the set names.
 */
export function expectSet(action: string, set: SeriesSet): void {
  if (!Array.isArray(set?.series)) {
    throw new InputTypeError(
      `${action}: expected a set of series, such as { series: [...] }, found ${describeValue(set)}`,
    );
  }
  if (set.series.length === 0) throw new InputRangeError(`${action}: expected at least one series, found none`);
  const { period, frequency, targetName, knownNames, observedNames, staticNames } = set;
  if (!Number.isSafeInteger(period) || period < 1) refuse(action, "period", "a whole number of at least 1", period);
  if (frequency !== undefined && !isFrequency(frequency)) {
    refuse(action, "frequency", 'a unit and a count, such as { unit: "day", count: 1 }', frequency);
  }
  expectText(action, "targetName", targetName);
  for (const [name, names] of Object.entries({ knownNames, observedNames, staticNames })) {
    expectTexts(action, name, names);
  }
  for (const series of set.series) expectSeries(action, series, set);
}

/** Throws `TypeError` unless numbers are a `Float64Array`, `RangeError` if one is infinite. */
export function expectFinite(action: string, id: string, numbers: unknown): asserts numbers is Float64Array {
  if (!(numbers instanceof Float64Array)) {
    throw new InputTypeError(`${action}: expected values of ${id} as a Float64Array, found ${describeValue(numbers)}`);
  }
  const wrong = numbers.find((value) => Math.abs(value) === Infinity);
  if (wrong !== undefined) throw new InputRangeError(`${action}: expected finite values in ${id}, found ${wrong}`);
}

function expectSeries(action: string, series: Series, set: SeriesSet): void {
  const { id, values, known = [], observed = [], statics = [] } = series;
  expectFinite(action, id, values);
  if (values.every(Number.isNaN)) {
    throw new InputRangeError(`${action}: expected a value in ${id}, found ${count(values.length, "missing value")}`);
  }
  for (const [name, all] of Object.entries({ knownNames: known, observedNames: observed, staticNames: statics })) {
    const expected = set[name as "knownNames" | "observedNames" | "staticNames"].length;
    if (Array.isArray(all) && all.length === expected) continue;
    const found = Array.isArray(all) ? all.length : describeValue(all);
    throw new InputRangeError(
      `${action}: expected ${count(expected, "covariate")} of ${name} in ${id}, found ${found}`,
    );
  }
  [known, observed].forEach((all, kind) =>
    all.forEach((numbers, i) => {
      const name = `${kind === 0 ? set.knownNames[i] : set.observedNames[i]} of ${id}`;
      expectFinite(action, name, numbers);
      if (numbers.length >= values.length) return;
      throw new InputRangeError(
        `${action}: expected at least ${count(values.length, "value")} of ${name}, found ${numbers.length}`,
      );
    })
  );
  statics.forEach((value, i) => expectText(action, `${set.staticNames[i]} of ${id}`, value));
}
