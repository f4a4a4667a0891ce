import { WHOLE } from "../../data/music/abc/tune.ts";
import type { MusicRules, PieceReader } from "./rules.ts";
import type { TuneTokens } from "./tune_tokens.ts";

/** The earlier bars whose notes at the same place are told to the network. */
const LAGS = [1, 2, 4, 8];

/** The places of a bar and the bars left that are told apart. */
const [PLACES, BARS_LEFT, PHRASE] = [49, 33, 8];

/** The grid on which places in bars are compared: a 48th of a whole note. */
export const GRID: number = WHOLE / 48;

/** The order of the tokens at the beginning of a tune. */
export const HEADER = ["meter", "key", "bars"] as const;

/**
 * The rules of tunes: a meter, a key and a number of bars, then notes and bar lines, then the end. What else a tune may
 * have is left open, since tunes in collections are not always regular.
 *
 * Every token is a group. The network is told the meter and the key, the place within the bar and what is left of it,
 * how many bars are left, the bar's number modulo 8, and the pitch that began at the same place of earlier bars.
 */
export class TuneRules implements MusicRules {
  readonly vocabSize: number;
  readonly features: number;
  readonly insideFeatures = 0;
  readonly begin: number;
  /** The tokens. */
  readonly tokens: TuneTokens;
  /** The feature of each meter and key; -1 for other tokens. */
  readonly controls: Int32Array;
  /** Number of these features. */
  readonly controlCount: number;
  /** The feature of each pitch. */
  readonly pitches: ReadonlyMap<number, number>;
  /** Which tokens may come at a place of the header, and after it: 1 if they may. */
  readonly kindsAllowed: Readonly<Record<(typeof HEADER)[number] | "music", Uint8Array>>;

  constructor(tokens: TuneTokens) {
    this.tokens = tokens;
    this.vocabSize = tokens.size + 1;
    this.begin = tokens.size;
    let count = 0;
    this.controls = Int32Array.from(
      tokens.kinds,
      (token) => token?.kind === "meter" || token?.kind === "key" ? count++ : -1,
    );
    this.controlCount = count;
    const pitches = tokens.kinds.flatMap((token) => token?.kind === "notes" ? token.pitches : []);
    this.pitches = new Map([...new Set(pitches)].sort((a, b) => a - b).map((pitch, i) => [pitch, i]));
    const isHeader = (kind: string): boolean => HEADER.some((own) => own === kind);
    const allowed = (isAllowed: (kind: string) => boolean): Uint8Array =>
      Uint8Array.from(tokens.kinds, (token) => token !== undefined && isAllowed(token.kind) ? 1 : 0);
    this.kindsAllowed = {
      meter: allowed((kind) => kind === "meter"),
      key: allowed((kind) => kind === "key"),
      bars: allowed((kind) => kind === "bars"),
      music: allowed((kind) => !isHeader(kind)),
    };
    this.features = count + 2 * PLACES + BARS_LEFT + PHRASE + LAGS.length * this.pitches.size;
  }

  start(): TuneReader {
    return new TuneReader(this);
  }
}

/** Reads a tune. */
export class TuneReader implements PieceReader {
  readonly startsGroup = true;
  #rules: TuneRules;
  #read = 0;
  #controls: number[] = [];
  #barTicks: number | undefined;
  #left: number | undefined;
  #place = 0;
  #tuplet: { readonly notes: number; readonly of: number; readonly into: number } | undefined;
  #last: number | undefined;
  #bars: Map<number, number>[] = [];
  #bar = new Map<number, number>();
  #pickup = 0;
  #isEnded = false;

  constructor(rules: TuneRules) {
    this.#rules = rules;
  }

  /** Number of completed bars. A pickup is none, unless it is all that the tune has. */
  get steps(): number {
    const isAll = this.#isEnded && this.#bars.length === 1;
    return this.#bars.length - (this.#pickup > 0 && !isAll ? 1 : 0);
  }

  /** The ticks of a first bar that is not full; 0 if there is none. */
  get pickup(): number {
    return this.#pickup;
  }

  get isComplete(): boolean {
    return this.#isEnded;
  }

  /** The ticks of a bar; undefined in free meter. */
  get barTicks(): number | undefined {
    return this.#barTicks;
  }

  /** The ticks since the last bar line. */
  get place(): number {
    return this.#place;
  }

  /** The tuplet that is not complete, with the number of notes that it lacks. */
  get tuplet(): { readonly notes: number; readonly of: number; readonly into: number } | undefined {
    return this.#tuplet;
  }

  /** The last token; undefined at the beginning. */
  get last(): number | undefined {
    return this.#last;
  }

  allow(allowed: Uint8Array): void {
    const { kinds, size } = this.#rules.tokens;
    if (this.#isEnded) return;
    const header = HEADER[this.#read];
    allowed.set(this.#rules.kindsAllowed[header ?? "music"]);
    if (header === undefined && this.#last !== undefined && kinds[this.#last]?.kind === "bar") allowed[size] = 1;
  }

  describe(features: Float32Array): void {
    const { controlCount, pitches } = this.#rules;
    for (const control of this.#controls) features[control] = 1;
    let at = controlCount;
    const grid = Math.round(this.#place / GRID);
    features[at + Math.min(PLACES - 1, grid)] = 1;
    at += PLACES;
    if (this.#barTicks !== undefined) {
      features[at + Math.max(0, Math.min(PLACES - 1, Math.round((this.#barTicks - this.#place) / GRID)))] = 1;
    }
    at += PLACES;
    if (this.#left !== undefined) features[at + Math.min(BARS_LEFT - 1, this.#left)] = 1;
    at += BARS_LEFT;
    features[at + this.#bars.length % PHRASE] = 1;
    at += PHRASE;
    for (const [l, lag] of LAGS.entries()) {
      const pitch = this.#bars.at(-lag)?.get(grid);
      if (pitch !== undefined) features[at + l * pitches.size + pitch] = 1;
    }
  }

  describeInside(): void {
    // A token is a group of its own.
  }

  read(id: number): void {
    this.#read++;
    this.#last = id;
    if (id === this.#rules.begin) {
      this.#isEnded = true;
      return;
    }
    const token = this.#rules.tokens.kinds[id];
    switch (token?.kind) {
      case "meter":
        this.#barTicks = this.#rules.tokens.barTicks[id];
        this.#controls.push(this.#rules.controls[id]);
        break;
      case "key":
        this.#controls.push(this.#rules.controls[id]);
        break;
      case "left":
        this.#left = token.bars;
        break;
      case "tuplet":
        this.#tuplet = token;
        break;
      case "notes":
        this.#readNotes(token.pitches, token.length);
        break;
      case "bar":
        if (this.#place === 0) break;
        if (this.#bars.length === 0 && this.#place < (this.#barTicks ?? 0)) this.#pickup = this.#place;
        this.#bars.push(this.#bar);
        this.#bar = new Map();
        this.#place = 0;
        this.#tuplet = undefined;
    }
  }

  copy(): TuneReader {
    const copy = new TuneReader(this.#rules);
    copy.#read = this.#read;
    copy.#controls = [...this.#controls];
    copy.#barTicks = this.#barTicks;
    copy.#left = this.#left;
    copy.#place = this.#place;
    copy.#tuplet = this.#tuplet;
    copy.#last = this.#last;
    copy.#bars = [...this.#bars];
    copy.#bar = new Map(this.#bar);
    copy.#pickup = this.#pickup;
    copy.#isEnded = this.#isEnded;
    return copy;
  }

  #readNotes([pitch]: readonly number[], length: number): void {
    const feature = pitch === undefined ? undefined : this.#rules.pitches.get(pitch);
    const place = Math.round(this.#place / GRID);
    if (feature !== undefined && !this.#bar.has(place)) this.#bar.set(place, feature);
    const { notes, of, into } = this.#tuplet ?? { notes: 0, of: 1, into: 1 };
    this.#place += length * of / into;
    this.#tuplet = notes > 1 ? { notes: notes - 1, of, into } : undefined;
  }
}
