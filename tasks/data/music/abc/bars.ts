import { type ABCItem, type ABCTune, barLength } from "./tune.ts";

/** A bar of a tune. */
export interface ABCBar {
  /** Its items, without bar lines. */
  readonly items: readonly ABCItem[];
  /** The bar line before it; empty at the beginning of the tune. */
  readonly left: string;
  /** The bar line after it; empty at the end of the tune. */
  readonly right: string;
  /** The numbers of the ending that begins with it, such as `1` or `1,3`. */
  readonly ending?: string;
  /** Its length in ticks. */
  readonly ticks: number;
  /** The length that its meter asks for; `undefined` without a meter. */
  readonly expected: number | undefined;
}

/** Returns the bars of a voice. Items without notes belong to the bar that follows. */
export function barsOf(items: readonly ABCItem[], meter: string | undefined): ABCBar[] {
  const bars: ABCBar[] = [];
  let expected = barLength(meter);
  let [left, ending, ticks] = ["", undefined as string | undefined, 0];
  let own: ABCItem[] = [];
  const close = (right: string): void => {
    bars.push({ items: own, left, right, ...ending !== undefined && { ending }, ticks, expected });
    [own, ticks, ending] = [[], 0, undefined];
  };
  for (const item of items) {
    if (item.kind === "bar") {
      if (ticks > 0) {
        close(item.sign);
        left = item.sign;
      } else left = joinSigns(left, item.sign);
      ending = item.ending ?? ending;
    } else {
      if (item.kind === "meter") expected = barLength(item.meter);
      if (item.kind === "notes") ticks += item.ticks;
      own.push(item);
    }
  }
  if (ticks > 0) close("");
  else if (own.length > 0 && bars.length > 0) bars.push({ ...bars.pop()!, right: left });
  return bars;
}

/** Returns the sign of two bar lines with nothing between them. */
function joinSigns(first: string, second: string): string {
  if (first === "" || first === "|") return second === "" ? first : second;
  if (second === "" || second === "|") return first;
  if (/^::?\|?$/.test(first) && second.endsWith(":") || first === "::" || second === "::") return "::";
  return first.includes(":") ? first : second;
}

/** Which bars of a tune add up. */
export interface BarCheck {
  /** How many bars there are. */
  readonly bars: number;
  /** The bars that do not add up, counted from 0. */
  readonly wrong: readonly number[];
}

/**
 * Tells which bars of a tune's first voice add up to its meter. A bar may be short beside a repeat, a double bar line,
 * or the beginning or end of the tune, if it makes a whole bar with a bar it is played beside: a pickup with the last
 * bar of its part, or two halves of a bar around the line. A pickup whose part ends with a whole bar adds up as well.
 * Without a meter, all bars do.
 *
 * @example
 * ```ts
 * import { checkBars, readABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC("X:1\nM:3/4\nL:1/4\nK:D\nA|dfa|dfaa|dA|]\n");
 * assertEquals(checkBars(tune), { bars: 4, wrong: [2] });
 * ```
 */
export function checkBars(tune: ABCTune): BarCheck {
  const bars = barsOf(tune.voices[0].items, tune.meter);
  const wrong = bars.flatMap((_, i) => addsUp(bars, i) ? [] : [i]);
  return { bars: bars.length, wrong };
}

function isBoundary(sign: string): boolean {
  return sign !== "|";
}

function addsUp(bars: readonly ABCBar[], i: number): boolean {
  const { ticks, expected, left, right, ending } = bars[i];
  if (expected === undefined || ticks === expected) return true;
  if (ticks > expected) return false;
  const missing = expected - ticks;
  const isPickup = i === 0 || isBoundary(left) || ending !== undefined;
  const isEnd = i === bars.length - 1 || isBoundary(right) || bars[i + 1]?.ending !== undefined;
  // A pickup.
  if (isPickup && (i === 0 || bars[i - 1].ticks === missing)) return true;
  if (isPickup && bars[i - 1].ticks === bars[i - 1].expected) return true;
  if (!isEnd) return false;
  const starts = bars.filter((bar, k) => k <= i + 1 && k !== i && (isBoundary(bar.left) || bar.ending !== undefined));
  return starts.some((bar) => bar.ticks === missing);
}
