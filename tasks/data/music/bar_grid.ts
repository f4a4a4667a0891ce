import { InputRangeError } from "../../../errors.ts";
import { barTicks, type Score, scoreEnd } from "./score.ts";

/** A bar of a score. */
export interface ScoreBar {
  /** Ticks from the beginning of the score. */
  readonly start: number;
  /** Its length in ticks. */
  readonly ticks: number;
  /** Its meter, if the score has one. */
  readonly meter: string | undefined;
}

/** The largest number of bars of a score. */
const MOST_BARS = 100_000;

/** Returns the ticks of a bar as a whole number. */
export function wholeBarTicks(meter: string | undefined, division: number): number {
  return Math.max(1, Math.round(barTicks(meter, division)));
}

/**
 * Returns the bars of a score up to its last note, change or chord name: the first is the pickup, if there is one, and
 * a change of the meter begins a bar. Without a meter, bars have four quarter notes.
 *
 * Throws `RangeError` if there are more than 100,000 bars.
 */
export function scoreBars(score: Score): ScoreBar[] {
  const { changes = [], chords = [], division, pickup } = score;
  const end = [...changes, ...chords].reduce((last, { start }) => Math.max(last, start + 1), scoreEnd(score));
  const meters = changes.filter(({ meter }) => meter !== undefined);
  const bars: ScoreBar[] = [];
  let [start, meter, next] = [0, score.meter, 0];
  while (start < end || bars.length === 0) {
    if (bars.length === MOST_BARS) {
      throw new InputRangeError(`divide a score: expected at most ${MOST_BARS} bars, found more`);
    }
    while (meters[next] !== undefined && meters[next].start <= start) meter = meters[next++].meter;
    const whole = wholeBarTicks(meter, division);
    const full = bars.length === 0 && pickup ? Math.min(pickup, whole) : whole;
    const ticks = meters[next] === undefined ? full : Math.min(full, meters[next].start - start);
    bars.push({ start, ticks, meter });
    start += ticks;
  }
  return bars;
}
