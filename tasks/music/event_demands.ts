import { InputRangeError } from "../../errors.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import { wholeBarTicks } from "../data/music/bar_grid.ts";
import { describeProblems, eventsToScore } from "../data/music/mod.ts";
import { beginningOfEvents, type EventMusic } from "./event_beginning.ts";
import type { EventVocabulary } from "./notations/notation.ts";
import type { EventReader, EventRules, EventToken } from "./notations/event_rules.ts";
import type { CompositionPlan, Demands, Draft } from "./piece_sampler.ts";

/** The wishes for a piece of events; null leaves a choice to the model. */
export interface AskedEvents {
  /** The key. */
  readonly key: string | null;
  /** The meter. */
  readonly meter: string | null;
  /** Number of bars. */
  readonly bars: number;
}

/**
 * Plans pieces of events: with the meter and the key in their header and as many bars as asked for.
 *
 * Throws `RangeError` if the model does not know the meter or the key, or the beginning does not fit them, has as many
 * bars, or has events that mean nothing.
 */
export function planEvents(
  music: EventMusic,
  { key, meter, bars }: AskedEvents,
  given: readonly number[],
): CompositionPlan {
  const { event: vocabulary } = music;
  const { rules } = vocabulary;
  const reader = rules.start();
  for (const id of given) reader.read(id);
  if (reader.steps >= bars) {
    throw new InputRangeError(
      `compose: expected more bars than the ${reader.steps} of the beginning, found ${count(bars, "bar")}`,
    );
  }
  const controls = [["Meter", meter], ["Key", key]] as const;
  const wanted = controls.flatMap(([name, value]) => value === null ? [] : [controlId(name, value, rules, vocabulary)]);
  const fixed = controls.flatMap(([name, value]) => value === null ? [] : [name]);
  // The model chooses the meter, which stands before the key.
  const awaited = given.length === 0 && meter === null ? wanted.pop() : undefined;
  const prime = withHeader(beginningOfEvents(given, { key, meter }, music), wanted, rules);
  const { problems } = eventsToScore(prime.map((id) => vocabulary.textOf(id)).join(" "));
  if (problems.length > 0) {
    throw new InputRangeError(`compose: expected a beginning of events, found ${describeProblems(problems)}`);
  }
  return { prime, demands: new EventDemands(rules, { bars, fixed, awaited }) };
}

/** Returns a beginning with its grid, perhaps its own meter, and what is asked for at its beginning. */
function withHeader(given: readonly number[], wanted: readonly number[], { tokens }: EventRules): number[] {
  const isNamed = (name: string) => (id: number): boolean => tokens[id]?.name === name;
  const known = tokens.findIndex((token) => token?.name === "Grid");
  const grid = given.slice(0, 1).filter(isNamed("Grid"));
  const meter = given.slice(grid.length, grid.length + 1).filter(isNamed("Meter"));
  const after = given.slice(grid.length + meter.length);
  return [...grid.length > 0 || known < 0 ? grid : [known], ...meter, ...wanted, ...after];
}

function controlId(name: string, value: string, { tokens }: EventRules, vocabulary: EventVocabulary): number {
  const id = vocabulary.idOf(`${name}_${value}`);
  if (id !== undefined) return id;
  const known = tokens.flatMap((token) => token?.name === name ? [token.value] : []).sort();
  throw new InputRangeError(
    `compose: expected a ${name.toLowerCase()} of ${known.join(", ") || "none"}, found ${describeValue(value)}`,
  );
}

/** The order of the events before the first bar. A program or drums follow each track. */
const HEADER: readonly string[] = ["Grid", "Meter", "Key", "Tempo", "Pickup", "Track", "Program", "Drums"];

/** The most notes of a bar. */
const MOST_NOTES = 256;

/** The wishes that the events of a piece must meet. */
interface Wishes {
  /** Number of bars. */
  readonly bars: number;
  /** The events that are asked for, which do not change. */
  readonly fixed: readonly string[];
  /** The key, if it comes after a meter that is still to be chosen. */
  readonly awaited: number | undefined;
}

/** The demands of a draft's events so far on the next one. */
class Place {
  /** Number of tracks that the header names. */
  tracks = 0;
  /** The track of the next note. */
  track = 0;
  /** Number of notes of the bar. */
  notes = 0;
  /** The marks and the notes, such as `1 60`, at the place in the bar. */
  here = new Set<string>();
  last: EventToken | undefined;
  #read = 0;
  #bars = 0;
  #grid = 12;
  #meter: string | undefined;
  #pickup = 0;

  /** Whether the header has ended. */
  get isInBar(): boolean {
    return this.#bars > 0;
  }

  /** Steps of the bar; before the first, those of a full one. */
  get length(): number {
    return this.#bars === 1 && this.#pickup > 0 ? this.#pickup : wholeBarTicks(this.#meter, this.#grid);
  }

  /** Goes past the events that have come since the last call. */
  catchUp(ids: readonly number[], tokens: EventRules["tokens"]): void {
    while (this.#read < ids.length) this.#next(tokens[ids[this.#read++]]!);
  }

  #next(token: EventToken): void {
    const { name, value } = token;
    this.last = token;
    if (name === "Bar") [this.#bars, this.notes, this.here] = [this.#bars + 1, 0, new Set()];
    else if (name === "Pos") this.here = new Set();
    else if (name === "Grid") this.#grid = Number(value);
    else if (name === "Meter") this.#meter = value;
    else if (name === "Pickup") this.#pickup = Number(value);
    else if (name === "Track") this.track = Number(value);
    else if (name === "Program" || name === "Drums") this.tracks++;
    else if (name === "Pitch") {
      this.notes++;
      this.here.add(`${this.track} ${value}`);
    } else this.here.add(name);
  }
}

/**
 * The demands on a piece of events: a header in order, bars in which each place has a note of a track once, no more
 * than 256 notes in a bar, and as many bars as asked for. So every bar ends.
 */
class EventDemands implements Demands {
  readonly #rules: EventRules;
  readonly #wishes: Wishes;
  readonly #bar: number;
  readonly #pitches: number;
  readonly #places = new WeakMap<Draft, Place>();

  constructor(rules: EventRules, wishes: Wishes) {
    this.#rules = rules;
    this.#wishes = wishes;
    this.#bar = rules.tokens.findIndex((token) => token?.name === "Bar");
    this.#pitches = rules.tokens.filter((token) => token?.name === "Pitch").length;
  }

  isDone({ reader }: Draft): boolean {
    return reader.isComplete;
  }

  restrict(draft: Draft, allowed: Uint8Array): void {
    const { tokens, begin } = this.#rules;
    const { bars, fixed, awaited } = this.#wishes;
    const place = this.#places.get(draft) ?? new Place();
    this.#places.set(draft, place);
    place.catchUp(draft.ids, tokens);
    const awaits = awaited !== undefined && !place.isInBar && ["Grid", "Meter"].includes(place.last?.name ?? "");
    for (const [id, token] of tokens.entries()) {
      if (allowed[id] === 0 || token === undefined || awaits && id === awaited) continue;
      const isFixed = token.name === "Grid" || fixed.includes(token.name) || awaits && token.name !== "Meter";
      const mayFollow = place.isInBar ? this.#mayFollow(token, place) : mayFollowInHeader(token, place);
      if (isFixed || !mayFollow) allowed[id] = 0;
    }
    if ((draft.reader as EventReader).steps < bars) allowed[begin] = 0;
    else allowed[this.#bar] = 0;
  }

  #mayFollow({ name, value }: EventToken, { last, notes, length, tracks, track, here }: Place): boolean {
    const isFull = notes >= MOST_NOTES;
    switch (name) {
      case "Bar":
        return last?.name !== "Track";
      case "Pos":
        return !isFull && Number(value) < length;
      case "Pitch":
        return !isFull && !here.has(`${track} ${value}`);
      case "Track":
        return !isFull && Number(value) <= tracks && (Number(value) !== track || here.size === 0) &&
          this.#hasRoom(value, here);
      case "Key":
      case "Tempo":
      case "Chord":
        return !here.has(name);
      default:
        return true;
    }
  }

  /** Whether a track has a pitch left at a place. */
  #hasRoom(track: string, here: ReadonlySet<string>): boolean {
    return [...here].filter((note) => note.startsWith(`${track} `)).length < this.#pitches;
  }
}

/** Whether an event may come next before the first bar: each but the tracks once, in order. */
function mayFollowInHeader({ name, value }: EventToken, { last, tracks, length }: Place): boolean {
  const isInstrument = name === "Program" || name === "Drums";
  if (last?.name === "Track") return isInstrument;
  if (isInstrument) return false;
  if (name === "Track") return Number(value) === tracks + 1;
  if (name === "Bar") return tracks > 0;
  if (name === "Pickup" && Number(value) >= length) return false;
  return tracks === 0 && HEADER.indexOf(name) > HEADER.indexOf(last?.name ?? "");
}
