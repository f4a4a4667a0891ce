import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { describeValue } from "../../src/schema/mod.ts";
import {
  calendarFeatures,
  describeDistance,
  type Frequency,
  isFrequency,
  isSameDistance,
  type NamedColumns,
  type SeriesSet,
} from "../data/series/mod.ts";
import type { Processor } from "../task_model/mod.ts";
import { expectSet } from "./expect_set.ts";
import { measureScale, type Scale } from "./scaling.ts";

/** A covariate and its scale in the training series. */
export interface CovariateScale extends Scale {
  /** The covariate's name. */
  readonly name: string;
}

/** A covariate that does not change in a series, and the values that the training series have. */
export interface StaticCategories {
  /** The static covariate's name. */
  readonly name: string;
  /** The values; any other is treated as unknown. */
  readonly categories: readonly string[];
}

/** The contents of a `preprocessor_config.json`. */
export interface SeriesProcessorConfig {
  /** Distance in time between two values; null if the series have no times. */
  readonly frequency: Frequency | null;
  /** Number of steps after which the values tend to repeat. */
  readonly period: number;
  /** Name of what is forecast. */
  readonly targetName: string;
  /** The columns of the training file that were asked for; other files are read alike. */
  readonly columns?: NamedColumns;
  /** Use of commas in the numbers of the training file, if there are any; other files are read alike. */
  readonly comma?: "decimals" | "thousands";
  /** The covariates known ahead. */
  readonly known: readonly CovariateScale[];
  /** The covariates of the past. */
  readonly observed: readonly CovariateScale[];
  /** The static covariates. */
  readonly statics: readonly StaticCategories[];
  /** Whether the network reads features of the calendar. */
  readonly calendar: boolean;
  /** Whether the network is told which values are missing. */
  readonly masks: boolean;
}

/**
 * Turns series into what a forecaster's network reads, as a tokenizer does for text: the scales of covariates, the
 * categories of static ones, and the features of the calendar. The values themselves are scaled window by window.
 *
 * @example
 * ```ts
 * import { SeriesProcessor } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const series = [{ id: "sales", values: Float64Array.of(3, 5, NaN, 4), observed: [Float64Array.of(1, 3, 5, 7)] }];
 * const names = { targetName: "sales", knownNames: [], observedNames: ["price"], staticNames: [] };
 * const processor = SeriesProcessor.of({ series, period: 1, ...names });
 * assertEquals(processor.config.observed[0].shift, 4);
 * assertEquals(processor.config.masks, true);
 * assertEquals(SeriesProcessor.fromJSON(processor.toJSON()), processor);
 * ```
 */
export class SeriesProcessor implements Processor {
  /** Scales, categories and features. */
  readonly config: SeriesProcessorConfig;

  /** Creates a processor from its configuration; `of` derives one from series. */
  constructor(config: SeriesProcessorConfig) {
    this.config = config;
  }

  /** Measures the covariates of training series. Throws `TypeError` or `RangeError` if they are no set of series. */
  static of(set: SeriesSet): SeriesProcessor {
    expectSet("measure series", set);
    const { series, frequency, targetName, columns, comma } = set;
    const scales = (names: readonly string[], kind: "known" | "observed"): CovariateScale[] =>
      names.map((name, i) => ({ name, ...measureAll(series.map((one) => one[kind]?.[i] ?? new Float64Array())) }));
    const hasTimes = frequency !== undefined && series.every(({ start }) => start !== undefined);
    return new SeriesProcessor({
      frequency: frequency ? { unit: frequency.unit, count: frequency.count } : null,
      period: set.period,
      targetName,
      ...columns && { columns },
      ...comma && { comma },
      known: scales(set.knownNames, "known"),
      observed: scales(set.observedNames, "observed"),
      statics: set.staticNames.map((name, i) => ({
        name,
        categories: [...new Set(series.flatMap(({ statics }) => statics?.[i] ?? []))].sort(),
      })),
      calendar: hasTimes && calendarFeatures(frequency).length > 0,
      masks: series.some(({ values }) => values.some(Number.isNaN)),
    });
  }

  /** Reads what `toJSON` returned. Throws `SyntaxError` if it is anything else. */
  static fromJSON(json: unknown): SeriesProcessor {
    const { processor_type, ...config } = (json ?? {}) as SeriesProcessorConfig & { readonly processor_type?: string };
    if (processor_type !== TYPE || !isConfig(config)) {
      throw new InputSyntaxError(`expected the scales and features of series, found ${describeValue(json)}`);
    }
    return new SeriesProcessor(config);
  }

  /** Serializes the processor. */
  toJSON(): unknown {
    return { processor_type: TYPE, ...this.config };
  }

  /** Throws `RangeError` if series lack a covariate or the times that the network reads. */
  expect(action: string, set: SeriesSet): void {
    const { known, observed, statics, calendar, frequency } = this.config;
    expectNames(action, "covariates known ahead", set.knownNames, known);
    expectNames(action, "covariates of the past", set.observedNames, observed);
    expectNames(action, "static covariates", set.staticNames, statics);
    if (calendar && !(set.frequency && isSameDistance(set.frequency, frequency!))) {
      const found = set.frequency ? describeDistance(set.frequency) : "no times";
      throw new InputRangeError(
        `${action}: expected values ${describeDistance(frequency!)}, as in training, found ${found}`,
      );
    }
    const timeless = calendar && set.series.find(({ start }) => start === undefined);
    if (!timeless) return;
    throw new InputRangeError(
      `${action}: expected times, as in training, found none in the series ${describeValue(timeless.id)}`,
    );
  }
}

const TYPE = "series";

/** Measures the scale of a covariate over all series. */
function measureAll(parts: readonly Float64Array[]): Scale {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return measureScale(all, "deviation");
}

function expectNames(
  action: string,
  what: string,
  names: readonly string[],
  expected: readonly { readonly name: string }[],
): void {
  if (names.length === expected.length && names.every((name, i) => name === expected[i].name)) return;
  const list = (names: readonly string[]): string => names.length === 0 ? "none" : names.join(", ").slice(0, 80);
  throw new InputRangeError(
    `${action}: expected the ${what} of training, ${list(expected.map(({ name }) => name))}, found ${list(names)}`,
  );
}

function isConfig(config: Partial<Record<keyof SeriesProcessorConfig, unknown>>): config is SeriesProcessorConfig {
  const { frequency, period, targetName, columns, comma, known, observed, statics, calendar, masks, ...rest } = config;
  const every = (value: unknown, test: (item: Record<string, unknown>) => boolean): boolean =>
    Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null && test(item));
  const isScale = ({ name, shift, scale }: Record<string, unknown>): boolean =>
    typeof name === "string" && Number.isFinite(shift) && Number.isFinite(scale) && (scale as number) > 0;
  const isStatic = ({ name, categories }: Record<string, unknown>): boolean =>
    typeof name === "string" && Array.isArray(categories) && categories.every((value) => typeof value === "string");
  return (frequency === null || isFrequency(frequency)) && Number.isSafeInteger(period) && period as number > 0 &&
    typeof targetName === "string" && (columns === undefined || areColumns(columns)) &&
    (comma === undefined || comma === "decimals" || comma === "thousands") && every(known, isScale) &&
    every(observed, isScale) && every(statics, isStatic) && typeof calendar === "boolean" &&
    typeof masks === "boolean" && !(calendar && frequency === null) && Object.keys(rest).length === 0;
}

function areColumns(value: unknown): value is NamedColumns {
  if (typeof value !== "object" || value === null) return false;
  const { time = "", target = [], series = [], ...rest } = value as Partial<Record<keyof NamedColumns, unknown>>;
  const areNames = (names: unknown): boolean => Array.isArray(names) && names.every((name) => typeof name === "string");
  return typeof time === "string" && areNames(target) && areNames(series) && Object.keys(rest).length === 0;
}
