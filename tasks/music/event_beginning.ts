import { InputRangeError } from "../../errors.ts";
import { wholeBarTicks } from "../data/music/bar_grid.ts";
import { movedToKey } from "./beginning_key.ts";
import type { EventToken } from "./notations/event_rules.ts";
import type { EventVocabulary, Notation } from "./notations/notation.ts";

/** The tokens of events, and how they are transposed. */
export interface EventMusic {
  /** The tokens. */
  readonly event: EventVocabulary;
  /** Transposes a piece. */
  readonly transpose: Notation["transpose"];
}

/**
 * Returns a beginning as composing goes on from it: moved to the key that is asked for, and without what the header
 * will say anew, its key and its meter if others are asked for.
 *
 * Throws `RangeError` if it cannot be moved to the key, or has bars longer or shorter than those of the meter.
 */
export function beginningOfEvents(
  given: readonly number[],
  { key, meter }: { readonly key: string | null; readonly meter: string | null },
  { event: { rules }, transpose }: EventMusic,
): number[] {
  const events = given.map((id) => rules.tokens[id]);
  const bar = events.findIndex((event) => event?.name === "Bar");
  const header = bar < 0 ? events : events.slice(0, bar);
  if (meter !== null && bar >= 0) expectBars(meter, header, events.slice(bar));
  const own = valueIn(header, "Key");
  const move = (semitones: number): number[] | undefined => {
    const moved = transpose(Int32Array.from(given), semitones);
    return moved && [...moved];
  };
  const moved = key === null || own === undefined ? given : movedToKey(given, { own, key, move });
  return moved.filter((_, place) => {
    const name = events[place]?.name;
    return !(name === "Meter" && meter !== null || name === "Key" && key !== null && place < header.length);
  });
}

function valueIn(events: readonly (EventToken | undefined)[], name: string): string | undefined {
  return events.find((event) => event?.name === name)?.value;
}

/** Throws `RangeError` if bars are longer or shorter than those of a meter. */
function expectBars(
  meter: string,
  header: readonly (EventToken | undefined)[],
  bars: readonly (EventToken | undefined)[],
): void {
  const grid = Number(valueIn(header, "Grid") ?? 12);
  const changes = bars.flatMap((event) => event?.name === "Meter" ? [event.value] : []);
  // Without a meter, a bar has four quarter notes.
  const meters = [valueIn(header, "Meter") ?? "4/4", ...changes];
  const other = meters.find((own) => wholeBarTicks(own, grid) !== wholeBarTicks(meter, grid));
  if (other === undefined) return;
  throw new InputRangeError(`compose: expected bars of ${meter} in the beginning, found bars of ${other}`);
}
