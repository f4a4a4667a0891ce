/** A time, and what the clock on the wall showed then; both are the same if the text names no zone. */
interface TimeInZone {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  /** The date and the time of day of the text, as if they were UTC. */
  readonly wall: number;
}

/** A way to write times. */
export interface TimeFormat {
  /** The format as people write it: "year-month-day". */
  readonly name: string;
  /** Returns the time of a text; undefined if it does not have the format. */
  read(text: string): TimeInZone | undefined;
}

const DAY = 86_400_000;

const MONTHS = "january february march april may june july august september october november december".split(" ");

/** A time of day, with seconds, half of the day and zone if they are given. */
const CLOCK = String.raw`(?:(?:T|,? +)(?<hour>\d{1,2})[:h](?<minute>\d{2})(?:[:](?<second>\d{2}(?:[.,]\d+)?))?` +
  String.raw`(?: ?(?<half>[AaPp])\.?[Mm]\.?)? ?(?<zone>Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)?)?`;
const MONTH_NAME = String.raw`(?<name>[A-Za-z]{3,9})\.?`;
const YEAR = String.raw`(?<year>\d{4})`;

/** The formats as patterns, the usual ones first. */
const PATTERNS: readonly (readonly [name: string, pattern: string])[] = [
  ["year-month-day", String.raw`${YEAR}(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})${CLOCK}`],
  ["yearmonthday", String.raw`(?<year>(?:1[5-9]|2[0-2])\d\d)(?<month>\d{2})(?<day>\d{2})${CLOCK}`],
  ["yearmonthdayhour", String.raw`(?<year>(?:19|20)\d\d)(?<month>\d{2})(?<day>\d{2})(?<hour>\d{2})(?<minute>\d{2})?`],
  ["yearmonth", String.raw`(?<year>(?:19|20)\d\d)(?<month>\d{2})`],
  ["year-month", String.raw`${YEAR}[-/.M](?<month>\d{1,2})`],
  ["year quarter", String.raw`${YEAR}[-/ ]?Q(?<quarter>[1-4])`],
  ["quarter year", String.raw`Q(?<quarter>[1-4])[-/ ]?${YEAR}`],
  ["year week", String.raw`${YEAR}-?W(?<week>\d{2})(?:-?(?<weekday>[1-7]))?`],
  ["month day year", String.raw`${MONTH_NAME}[- ](?<day>\d{1,2})(?:,? |-)${YEAR}${CLOCK}`],
  ["day month year", String.raw`(?<day>\d{1,2})\.?[- ]?${MONTH_NAME}[-, ]*${YEAR}${CLOCK}`],
  ["day month year of two digits", String.raw`(?<day>\d{1,2})[- ]${MONTH_NAME}[- ](?<short>\d{2})${CLOCK}`],
  ["month year", String.raw`${MONTH_NAME}[- ]?${YEAR}`],
  ["month-year of two digits", String.raw`${MONTH_NAME}-(?<short>\d{2})`],
  ["year month", String.raw`${YEAR}[- ]?${MONTH_NAME}`],
  ["day.month.year", String.raw`(?<day>\d{1,2})\.(?<month>\d{1,2})\.${YEAR}${CLOCK}`],
  ["day.month.year of two digits", String.raw`(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<short>\d{2})${CLOCK}`],
  ["month/day/year", String.raw`(?<month>\d{1,2})(?<mark>[-/])(?<day>\d{1,2})\k<mark>${YEAR}${CLOCK}`],
  ["day/month/year", String.raw`(?<day>\d{1,2})(?<mark>[-/])(?<month>\d{1,2})\k<mark>${YEAR}${CLOCK}`],
  ["month/day/year of two digits", String.raw`(?<month>\d{1,2})/(?<day>\d{1,2})/(?<short>\d{2})${CLOCK}`],
  ["day/month/year of two digits", String.raw`(?<day>\d{1,2})/(?<month>\d{1,2})/(?<short>\d{2})${CLOCK}`],
  ["month/year", String.raw`(?<month>\d{1,2})[-/]${YEAR}`],
  ["year", String.raw`(?<year>(?:1[5-9]|2[0-2])\d\d)(?:\.0)?`],
];

/** The formats of times, the usual ones first. */
const FORMATS: readonly TimeFormat[] = [
  ...PATTERNS.map(([name, pattern]): TimeFormat => {
    const whole = new RegExp(`^${pattern}$`, "u");
    return { name, read: (text) => timeOf(whole.exec(text)?.groups) };
  }),
  { name: "seconds since 1970", read: (text) => epoch(text, /^\d{9,10}(?:\.\d+)?$/, 1000) },
  { name: "milliseconds since 1970", read: (text) => epoch(text, /^\d{12,13}(?:\.\d+)?$/, 1) },
];

/** Returns the time of the parts of a match; undefined if there is no such date. */
function timeOf(parts: Readonly<Record<string, string | undefined>> | undefined): TimeInZone | undefined {
  if (parts === undefined) return undefined;
  const year = parts.year === undefined ? centuryOf(Number(parts.short)) : Number(parts.year);
  // Databases write an empty date as one of the year 1.
  if (year < 100) return undefined;
  if (parts.week !== undefined) return inUTC(weekStart(year, Number(parts.week), Number(parts.weekday ?? 1)));
  const month = monthOf(parts);
  const day = Number(parts.day ?? 1);
  if (month === undefined || month < 1 || month > 12 || day < 1) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const clock = clockOf(parts);
  if (clock === undefined) return undefined;
  const wall = Date.UTC(year, month - 1, day) + clock;
  return { time: wall - minutesOf(parts.zone) * 60_000, wall };
}

function inUTC(time: number | undefined): TimeInZone | undefined {
  return time === undefined ? undefined : { time, wall: time };
}

/** Years of two digits up to 68 are of this century, as in POSIX. */
function centuryOf(year: number): number {
  return year + (year > 68 ? 1900 : 2000);
}

function monthOf({ month, name, quarter }: Readonly<Record<string, string | undefined>>): number | undefined {
  if (quarter !== undefined) return Number(quarter) * 3 - 2;
  if (name === undefined) return Number(month ?? 1);
  const lower = name.toLowerCase();
  return MONTHS.findIndex((month) =>
    lower === month || lower === month.slice(0, 3) || lower === "sept" && month[0] === "s"
  ) + 1;
}

/** Milliseconds from the beginning of the day; undefined if there is no such time. */
function clockOf(
  { hour = "0", minute = "0", second = "0", half }: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const hours = half === undefined ? Number(hour) : Number(hour) % 12 + (/p/i.test(half) ? 12 : 0);
  const seconds = Number(second.replace(",", "."));
  if (hours > 24 || Number(minute) > 59 || seconds >= 61 || half !== undefined && Number(hour) > 12) return undefined;
  if (hours === 24 && (Number(minute) > 0 || seconds > 0)) return undefined;
  return ((hours * 60 + Number(minute)) * 60 + seconds) * 1000;
}

/** The distance of a zone from UTC. */
function minutesOf(zone = ""): number {
  const [, sign, hours, minutes = "0"] = /^([-+])(\d{2}):?(\d{2})?$/.exec(zone) ?? ["", "+", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The time of a weekday in a week of ISO 8601; week 1 is the one with 4 January. */
function weekStart(year: number, week: number, weekday: number): number | undefined {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getTime() + ((week - 1) * 7 - (fourth.getUTCDay() + 6) % 7) * DAY;
  // A week belongs to the year of its Thursday; most years have 52.
  if (new Date(monday + 3 * DAY).getUTCFullYear() !== year) return undefined;
  return monday + (weekday - 1) * DAY;
}

function epoch(text: string, pattern: RegExp, factor: number): TimeInZone | undefined {
  return inUTC(pattern.test(text) ? Math.round(Number(text) * factor) : undefined);
}

/** Times that have been read, or the first text that does not have the format of those before it. */
export interface Times {
  /** The format of the most texts. */
  readonly format: TimeFormat;
  /** Times in milliseconds since 1970, UTC. */
  readonly times: Float64Array;
  /**
   * The times by which days count: those on the clocks of their zones. They are `times` if all of those are midnight,
   * or if the time of day is the same in UTC alone: then the days are those of UTC, whatever the zone of the texts.
   */
  readonly wall: Float64Array;
  /** Index of the first text that does not have the format; -1 if all have it. */
  readonly wrong: number;
  /** The times with day and month in the other order, if that fits as well. */
  readonly other?: Times;
}

/** Number of texts by which a format is chosen before all of them are read. */
const INSPECTED = 200;

/**
 * Reads times in the one format that fits them all; if none does, in the one that fits the most of the first. Returns
 * undefined if no format fits at least half of the first texts.
 */
export function readTimes(texts: readonly string[]): Times | undefined {
  const first = texts.slice(0, INSPECTED);
  const fitting = FORMATS.map((format) => ({
    format,
    share: first.filter((text) => format.read(text) !== undefined).length / Math.max(1, first.length),
  })).filter(({ share }) => share >= 0.5);
  if (fitting.length === 0) return undefined;
  const read = ({ format }: { readonly format: TimeFormat }): Times => {
    const found = texts.map((text) => format.read(text));
    const times = Float64Array.from(found, (one) => one?.time ?? NaN);
    const own = Float64Array.from(found, (one) => one?.wall ?? NaN);
    const isUTC = isSteady(times) && (times[0] % DAY === 0 || !isSteady(own));
    return { format, times, wall: isUTC ? times : own, wrong: times.findIndex(Number.isNaN) };
  };
  const all = fitting.toSorted((a, b) => b.share - a.share).map(read);
  const whole = all.filter(({ wrong }) => wrong < 0);
  if (whole.length === 0) return all[0];
  return /^month\/day/.test(whole[0].format.name) ? { ...whole[0], other: whole[1] } : whole[0];
}

/** Whether all times have the same time of day. */
function isSteady(times: Float64Array): boolean {
  return times.every((time) => (time - times[0]) % DAY === 0);
}

/** Formats a time for people, without a clock if it is midnight: "2016-07-01 13:00". */
export function formatTime(time: number): string {
  const text = new Date(time).toISOString();
  const [date, clock] = [text.slice(0, 10), text.slice(11, 19)];
  return clock === "00:00:00" ? date : `${date} ${clock.endsWith(":00") ? clock.slice(0, 5) : clock}`;
}
