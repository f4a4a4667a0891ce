import type { Frequency, Unit } from "./frequency.ts";

/** Names of the units, in lower case and in the singular: words, and the abbreviations of pandas. */
const NAMES: Readonly<Record<string, Unit>> = {
  second: "second",
  secondly: "second",
  sec: "second",
  s: "second",
  minute: "minute",
  minutely: "minute",
  min: "minute",
  t: "minute",
  hour: "hour",
  hourly: "hour",
  h: "hour",
  day: "day",
  daily: "day",
  d: "day",
  businessday: "businessday",
  weekday: "businessday",
  b: "businessday",
  week: "week",
  weekly: "week",
  w: "week",
  month: "month",
  monthly: "month",
  m: "month",
  ms: "month",
  me: "month",
  quarter: "quarter",
  quarterly: "quarter",
  q: "quarter",
  qs: "quarter",
  qe: "quarter",
  year: "year",
  yearly: "year",
  annual: "year",
  y: "year",
  ys: "year",
  ye: "year",
  a: "year",
};

/**
 * Reads the name of a frequency: "hour", "15 minutes", "15min", "weekly", "half_hourly", or "B" as in pandas. Returns
 * undefined if it names none.
 */
export function readFrequency(text: string): Frequency | undefined {
  const lower = text.trim().toLowerCase().replace(/-(?:mon|tue|wed|thu|fri|sat|sun|[a-z]{3})$/, "");
  const [, digits = "1", rest = ""] = /^(\d+)?[ _-]?(.*)$/.exec(lower) ?? [];
  if (rest === "half_hourly" || rest === "half-hourly") return { unit: "minute", count: 30 };
  if (rest === "business day" || rest === "business days") return { unit: "businessday", count: Number(digits) };
  const unit = [rest, rest.replace(/s$/, "")].find((name) => Object.hasOwn(NAMES, name));
  const count = Number(digits);
  return unit === undefined || count < 1 ? undefined : { unit: NAMES[unit], count };
}

/** Describes a frequency for people: "hour", "15 minutes". */
export function describeFrequency({ unit, count }: Frequency): string {
  const noun = unit === "businessday" ? "business day" : unit;
  return count === 1 ? noun : `${count} ${noun}s`;
}

/** Describes how far apart values are, for people: "one hour apart", "15 minutes apart". */
export function describeDistance(frequency: Frequency): string {
  return `${frequency.count === 1 ? "one " : ""}${describeFrequency(frequency)} apart`;
}
