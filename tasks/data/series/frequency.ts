/** A unit of time; a business day is a day from Monday to Friday. */
export type Unit = "second" | "minute" | "hour" | "day" | "businessday" | "week" | "month" | "quarter" | "year";

/** The units of a frequency, from short to long. */
export const UNITS: readonly Unit[] = [
  "second",
  "minute",
  "hour",
  "day",
  "businessday",
  "week",
  "month",
  "quarter",
  "year",
];

/** The distance in time between two values of a series. */
export interface Frequency {
  /** The unit of time. */
  readonly unit: Unit;
  /** Number of units. */
  readonly count: number;
}

/** Whether a value is a frequency. */
export function isFrequency(value: unknown): value is Frequency {
  const { unit, count } = (value ?? {}) as Partial<Frequency>;
  return (UNITS as readonly unknown[]).includes(unit) && Number.isSafeInteger(count) && count! > 0;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Milliseconds of the units that have equal lengths. */
const LENGTHS: Readonly<Partial<Record<Unit, number>>> = {
  second: SECOND,
  minute: 60 * SECOND,
  hour: 3600 * SECOND,
  day: DAY,
  week: 7 * DAY,
};

/** Months of the units that follow the calendar. */
const MONTHS: Readonly<Partial<Record<Unit, number>>> = { month: 1, quarter: 3, year: 12 };

/** Units in the span after which values tend to repeat: a minute, a day, a week or a year. */
const SEASONS: Readonly<Record<Unit, number>> = {
  second: 60,
  minute: 1440,
  hour: 24,
  day: 7,
  businessday: 5,
  week: 52,
  month: 12,
  quarter: 4,
  year: 1,
};

/** Returns the number of steps after which values tend to repeat: 24 for hours, 7 for days; 1 if it is not whole. */
export function period({ unit, count }: Frequency): number {
  const steps = SEASONS[unit] / count;
  return Number.isInteger(steps) ? steps : 1;
}

/** Returns the time `steps` steps after another, both in milliseconds. The last day of a month leads to last days. */
export function timeAfter(start: number, { unit, count }: Frequency, steps: number): number {
  const length = LENGTHS[unit];
  if (length !== undefined) return start + steps * count * length;
  if (unit === "businessday") return afterBusinessDays(start, steps * count);
  return afterMonths(start, steps * count * MONTHS[unit]!);
}

/**
 * Returns the number of steps from one time to another, which is not whole if the second is between steps. Months,
 * quarters and years count by the calendar, whatever the day.
 */
export function stepsBetween(start: number, { unit, count }: Frequency, end: number): number {
  const length = LENGTHS[unit];
  if (length !== undefined) return (end - start) / length / count;
  if (unit === "businessday") return (businessDay(end) - businessDay(start)) / count;
  return Math.floor((monthOf(end) - monthOf(start)) / MONTHS[unit]!) / count;
}

/** Whether two frequencies are the same distance, such as 60 minutes and an hour. */
export function isSameDistance(a: Frequency, b: Frequency): boolean {
  // No number of days is as long as seven months or quarters from 1970 on, nor as seven business days.
  return timeAfter(0, a, 7) === timeAfter(0, b, 7);
}

/** Number of a month, from the year 0. */
function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function afterMonths(start: number, months: number): number {
  const date = new Date(start);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()];
  const lastDay = (month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const isLast = day === lastDay(date.getUTCMonth());
  const target = isLast ? lastDay(month) : Math.min(day, lastDay(month));
  return Date.UTC(year, month, target) + ((start % DAY) + DAY) % DAY;
}

/** Number of a business day, from Monday, 5 January 1970; a weekend lies between two of them. */
function businessDay(time: number): number {
  const days = Math.floor(time / DAY) - 4;
  const [week, day] = [Math.floor(days / 7), ((days % 7) + 7) % 7];
  return week * 5 + (day < 5 ? day : 4.5);
}

/** A start on a weekend counts as the Monday after it. */
function afterBusinessDays(start: number, steps: number): number {
  const number = Math.ceil(businessDay(start)) + steps;
  const week = Math.floor(number / 5);
  const days = week * 7 + (number - week * 5) + 4;
  return days * DAY + ((start % DAY) + DAY) % DAY;
}

/** A feature of a time: the sine or cosine of its phase in a cycle of the calendar. */
export interface CalendarFeature {
  /** Name, such as "hour of day, sine". */
  readonly name: string;
  /** Returns the feature of a time in milliseconds, between -1 and 1. */
  readonly at: (time: number) => number;
}

/** A cycle of the calendar, the units that it divides, and the phase of a date in it, from 0 to 1. */
type Cycle = readonly [name: string, units: readonly Unit[], phase: (date: Date) => number];

const CYCLES: readonly Cycle[] = [
  ["second of minute", ["second"], (date) => date.getUTCSeconds() / 60],
  ["minute of hour", ["second", "minute"], (date) => date.getUTCMinutes() / 60],
  ["hour of day", ["second", "minute", "hour"], (date) => (date.getUTCHours() + date.getUTCMinutes() / 60) / 24],
  ["day of week", ["second", "minute", "hour", "day", "businessday"], (date) => ((date.getUTCDay() + 6) % 7) / 7],
  ["day of month", ["day", "businessday"], (date) => (date.getUTCDate() - 1) / 31],
  ["day of year", ["hour", "day", "businessday", "week"], (date) => dayOfYear(date) / 366],
  ["month of year", ["month", "quarter"], (date) => date.getUTCMonth() / 12],
];

/** Returns the features of the calendar that vary at a frequency, as sines and cosines; none for years. */
export function calendarFeatures({ unit }: Frequency): CalendarFeature[] {
  return CYCLES.filter(([, units]) => units.includes(unit)).flatMap(([name, , phase]) =>
    (["sine", "cosine"] as const).map((wave) => ({
      name: `${name}, ${wave}`,
      at: (time: number) => (wave === "sine" ? Math.sin : Math.cos)(2 * Math.PI * phase(new Date(time))),
    }))
  );
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY);
}
