import type { MusicRules, PieceReader } from "./rules.ts";

/** A token of events. */
export interface EventToken {
  /** The word before the underscore, such as `Pitch`. */
  readonly name: string;
  /** The text after the underscore. */
  readonly value: string;
}

/** Reads the text of an event; undefined if it is none. */
export function readEvent(text: string): EventToken | undefined {
  if (text === "Bar") return { name: "Bar", value: "" };
  const [, name, value] = /^([A-Z][a-z]+)_(\S+)$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, value };
}

/** The places of a bar that are told apart, and the bars of a phrase. */
const [PLACES, PHRASE] = [96, 8];

/** The events before the first bar, the marks of a place, and the events after which a place or the end may come. */
const HEADER = new Set(["Grid", "Meter", "Key", "Tempo", "Pickup", "Track", "Program", "Drums"]);
const MARKS = new Set(["Key", "Tempo", "Chord"]);
const ENDS = new Set(["Bar", "Meter", "Dur", ...MARKS]);

/**
 * The rules of events: a header, then bars with ascending places, at each of which are marks and notes. A note is a
 * pitch, a velocity and a duration, perhaps after its track. After the last bar comes the end.
 *
 * Every token is a group. The network is told the place within the bar and the bar's number modulo 8, and the pitches
 * that began at the same place of the bar before.
 */
export class EventRules implements MusicRules {
  readonly vocabSize: number;
  readonly features: number = PLACES + PHRASE + 128;
  readonly insideFeatures = 0;
  readonly begin: number;
  /** The tokens by id; undefined for one that no piece has. */
  readonly tokens: readonly (EventToken | undefined)[];

  constructor(tokens: readonly (EventToken | undefined)[]) {
    this.tokens = tokens;
    this.begin = tokens.length;
    this.vocabSize = tokens.length + 1;
  }

  start(): EventReader {
    return new EventReader(this);
  }
}

/** Reads a piece of events. */
export class EventReader implements PieceReader {
  readonly startsGroup = true;
  #rules: EventRules;
  #last: EventToken | undefined;
  #bars = 0;
  #place = -1;
  #hasPickup = false;
  #isEnded = false;
  #before = new Map<number, number[]>();
  #bar = new Map<number, number[]>();

  constructor(rules: EventRules) {
    this.#rules = rules;
  }

  /**
   * Number of bars that have begun, or that are complete once the piece has ended. A pickup is none, unless it is all
   * that the piece has.
   */
  get steps(): number {
    const isAll = this.#isEnded && this.#bars === 1;
    return this.#bars - (this.#hasPickup && this.#bars > 0 && !isAll ? 1 : 0);
  }

  get isComplete(): boolean {
    return this.#isEnded;
  }

  allow(allowed: Uint8Array): void {
    if (this.#isEnded) return;
    const { tokens, begin } = this.#rules;
    for (const [id, token] of tokens.entries()) if (token !== undefined && this.#follows(token)) allowed[id] = 1;
    const last = this.#last?.name;
    if (this.#bars > 0 && ENDS.has(last ?? "")) allowed[begin] = 1;
  }

  /** Whether a token may come next. */
  #follows({ name, value }: EventToken): boolean {
    const last = this.#last?.name;
    if (last === "Pitch") return name === "Vel";
    if (last === "Vel") return name === "Dur";
    if (name === "Vel" || name === "Dur") return false;
    if (name === "Bar") return last !== undefined && last !== "Pos" && !(last === "Track" && this.#bars === 0);
    if (this.#bars === 0) return HEADER.has(name);
    if (name === "Pos") return ENDS.has(last ?? "") && Number(value) > this.#place;
    if (name === "Meter") return last === "Bar";
    if (this.#place < 0) return false;
    if (name === "Pitch") return true;
    if (name === "Track") return last !== "Track";
    return MARKS.has(name) && last !== "Track" && last !== "Dur";
  }

  describe(features: Float32Array): void {
    features[Math.max(0, Math.min(PLACES - 1, this.#place))] = 1;
    features[PLACES + this.#bars % PHRASE] = 1;
    for (const pitch of this.#before.get(this.#place) ?? []) features[PLACES + PHRASE + pitch] = 1;
  }

  describeInside(): void {
    // A token is a group of its own.
  }

  read(id: number): void {
    const token = this.#rules.tokens[id];
    this.#last = token;
    if (token === undefined) this.#isEnded = true;
    else if (token.name === "Bar") {
      this.#bars++;
      this.#place = -1;
      this.#before = this.#bar;
      this.#bar = new Map();
    } else if (token.name === "Pickup") this.#hasPickup = true;
    else if (token.name === "Pos") this.#place = Number(token.value);
    else if (token.name === "Pitch") {
      this.#bar.set(this.#place, [...this.#bar.get(this.#place) ?? [], Number(token.value)]);
    }
  }

  copy(): EventReader {
    const copy = new EventReader(this.#rules);
    copy.#last = this.#last;
    copy.#bars = this.#bars;
    copy.#place = this.#place;
    copy.#hasPickup = this.#hasPickup;
    copy.#isEnded = this.#isEnded;
    copy.#before = this.#before;
    copy.#bar = new Map(this.#bar);
    return copy;
  }
}
