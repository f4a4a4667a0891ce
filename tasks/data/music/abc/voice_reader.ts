import { MOST_PITCH } from "../score.ts";
import type { ProblemList } from "../problems.ts";
import {
  ACCIDENTALS,
  type KeySignature,
  letterPitch,
  readKeyField,
  readMeterField,
  readTempoField,
  readUnitField,
} from "./fields.ts";
import { type ABCItem, type ABCNote, barLength } from "./tune.ts";

/** The beginning of a voice. */
export interface VoiceStart {
  readonly signature: KeySignature;
  readonly meter: string | undefined;
  readonly unit: number;
}

/** The longest note, in ticks: 64 whole notes. */
const LONGEST = 64 * 4 * 10_080;

/** The most bars of a voice that rests of whole bars may fill: a few letters may stand for a million. */
const MOST_REST_BARS = 5000;

/** The parts of a line of music: each matches at the place where the last ended. */
const PARTS = {
  space: /[\s`]+/y,
  field: /\[([A-Za-z]):([^\]]*)\]/y,
  quoted: /"([^"]*)"/y,
  ending: /\[\s*("[^"]*"|\d[\d,.-]*)/y,
  bar: /(?:\[?\|[|:\]]*|:+\|[|:\]]*|::+|\|)(?:\s*\[?(\d[\d,.-]*))?/y,
  chord: /\[/y,
  tuplet: /\((\d)(?::(\d*))?(?::(\d*))?/y,
  grace: /\{[^}]*\}/y,
  // A single exclamation mark breaks a line in old files.
  decoration: /![^!\s|]+!|!|\+[^+\s|]+\+|[~.HLMOPSTuvJRhijklmnopqrstw]/y,
  slur: /[()]/y,
  note: /(\^\^|__|\^|_|=)?([A-Ga-g])([,']*)/y,
  rest: /([zxyZX])/y,
  length: /(\d*)(\/*)(\d*)/y,
  tie: /-/y,
  broken: />+|<+/y,
  overlay: /&[^|\n]*/y,
} as const;

type Part = keyof typeof PARTS;

/** Reads lines of music into the items of a voice. */
export class VoiceReader {
  /** The elements that have been read. */
  readonly items: ABCItem[] = [];
  readonly #problems: ProblemList;
  readonly #propagates: boolean;
  #signature: KeySignature;
  #meter: string | undefined;
  #unit: number;
  #line = "";
  #at = 0;
  /** Where the part begins that is being read. */
  #start = 0;
  #place = "";
  /** Accidentals since the last bar line, by letter. */
  readonly #accidentals = new Map<string, number>();
  /** Pitches of notes that are tied to the next, by letter and octave. */
  #tied: ReadonlyMap<string, number> = new Map();
  /** Pitches of the last notes, by letter and octave. */
  #sounding: ReadonlyMap<string, number> = new Map();
  /** The factor of the next note, by broken rhythm. */
  #nextFactor = 1;
  /** Number of bars of rest. */
  #restBars = 0;
  /** The tuplet that is open. */
  #tuplet = { factor: 1, left: 0 };
  /** Where the last notes stand among the items; -1 if something came after them that ends what may follow a note. */
  #last = -1;

  /** Creates a reader. `propagates` tells whether an accidental holds until the bar line. */
  constructor({ signature, meter, unit }: VoiceStart, problems: ProblemList, propagates = true) {
    this.#signature = signature;
    this.#meter = meter;
    this.#unit = unit;
    this.#problems = problems;
    this.#propagates = propagates;
  }

  /** Reads a line of music; `place` names it in problems. */
  read(line: string, place: string): void {
    [this.#line, this.#at, this.#place] = [line, 0, place];
    while (this.#at < line.length) this.#readPart();
  }

  /** Reads a field within a tune. Returns whether it is one that a voice understands. */
  field(letter: string, value: string, place: string): boolean {
    this.#place = place;
    if (letter === "K") {
      const signature = readKeyField(value);
      if (signature === undefined) return this.#refuse("keys that cannot be read", value);
      const isNew = signature.key.name !== this.#signature.key.name;
      this.#signature = signature;
      this.#accidentals.clear();
      if (isNew) this.items.push({ kind: "key", key: signature.key });
    } else if (letter === "M") {
      const read = readMeterField(value);
      if (read === undefined) return this.#refuse("meters that cannot be read", value);
      if (read.meter !== this.#meter) this.items.push({ kind: "meter", meter: read.meter });
      this.#meter = read.meter;
    } else if (letter === "L") {
      const unit = readUnitField(value);
      if (unit === undefined) return this.#refuse("unit lengths that cannot be read", value);
      this.#unit = unit;
    } else if (letter === "Q") {
      const tempo = readTempoField(value, this.#unit);
      if (tempo === undefined) return this.#refuse("tempos that cannot be read", value);
      this.items.push({ kind: "tempo", tempo });
    } else if (letter === "P") this.#startPart();
    else return false;
    return true;
  }

  /** Parts of a tune are separated by double bar lines. */
  #startPart(): void {
    const last = this.items.at(-1);
    if (last?.kind === "bar" && last.sign === "|") this.items[this.items.length - 1] = { ...last, sign: "||" };
  }

  #refuse(kind: string, value: string): boolean {
    this.#problems.add(kind, `${this.#place}: ${value.trim().slice(0, 40)}`);
    return true;
  }

  #problem(kind: string): void {
    this.#problems.add(kind, `${this.#place}, column ${this.#start + 1}`);
  }

  /** Matches a part here and moves behind it. */
  #match(part: Part): RegExpExecArray | null {
    const pattern = PARTS[part];
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #readPart(): void {
    this.#start = this.#at;
    if (this.#match("space")) return;
    const field = this.#match("field");
    if (field) return void this.field(field[1], field[2], this.#place);
    const quoted = this.#match("quoted");
    if (quoted) return this.#quoted(quoted[1]);
    const ending = this.#match("ending");
    if (ending) return this.#bar("", ending[1]);
    const bar = this.#match("bar");
    if (bar) return this.#bar(bar[0], bar[1]);
    if (this.#match("chord")) return this.#chord();
    const note = this.#match("note");
    if (note) return this.#single(note);
    const rest = this.#match("rest");
    if (rest) return this.#rest(rest[1]);
    const tuplet = this.#match("tuplet");
    if (tuplet) return this.#startTuplet(tuplet);
    const broken = this.#match("broken");
    if (broken) return this.#broken(broken[0]);
    if (this.#match("tie")) return this.#tie();
    this.#readRest();
  }

  /** Reads what has no place in a score. */
  #readRest(): void {
    if (this.#match("slur") || this.#match("decoration")) return;
    if (this.#match("grace")) return this.#problem("grace notes");
    if (this.#match("overlay")) return this.#problem("voice overlays");
    this.#problem("characters that mean nothing");
    this.#at++;
  }

  #quoted(text: string): void {
    // These mark a text that is no chord.
    if (/^[\^_<>@]/.test(text)) return;
    const name = text.replaceAll(/\s/g, "");
    if (name !== "") this.items.push({ kind: "chord", name });
  }

  #bar(text: string, ending: string | undefined): void {
    const sign = barSign(text);
    this.#accidentals.clear();
    this.#last = -1;
    const before = this.items.at(-1);
    const number = ending?.replaceAll(/[^\d,-]/g, "");
    if (sign === "" && before?.kind === "bar") this.items.pop();
    const whole = sign === "" && before?.kind === "bar" ? before.sign : sign;
    this.items.push({ kind: "bar", sign: whole, ...number && { ending: number } });
  }

  #chord(): void {
    const notes: ABCNote[] = [];
    let length: number | undefined;
    const sounding = new Map<string, number>();
    const tied = new Map<string, number>();
    for (let hasMore = true; hasMore;) {
      const match = this.#match("note");
      if (match) {
        const ticks = this.#length();
        length ??= ticks;
        const isTied = this.#match("tie") !== null;
        const note = this.#note(match, isTied, isTied ? [sounding, tied] : [sounding]);
        if (note) notes.push(note);
      } else if (this.#line[this.#at] === "]" || this.#at >= this.#line.length) hasMore = false;
      else if (!this.#match("space") && !this.#match("quoted") && !this.#match("decoration") && !this.#match("slur")) {
        this.#problem("characters that mean nothing");
        this.#at++;
      }
    }
    if (this.#at >= this.#line.length) this.#problem("chords without an end");
    else this.#at++;
    const factor = this.#length() / this.#unit;
    if (length === undefined) return this.#problem("chords without a note");
    [this.#tied, this.#sounding] = [tied, sounding];
    this.#push(notes.toSorted((a, b) => a.pitch - b.pitch), length * factor);
  }

  #single(match: RegExpExecArray): void {
    const length = this.#length();
    const sounding = new Map<string, number>();
    const note = this.#note(match, false, [sounding]);
    [this.#tied, this.#sounding] = [new Map(), sounding];
    this.#push(note === undefined ? [] : [note], length);
  }

  /** Returns a note and adds its pitch to maps; `undefined` if it is out of range. */
  #note(match: RegExpExecArray, isTied: boolean, into: readonly Map<string, number>[]): ABCNote | undefined {
    const [, accidental, letter, octaves] = match;
    const octave = [...octaves].reduce((sum, mark) => sum + (mark === "'" ? 12 : -12), 0);
    const natural = letterPitch(letter) + octave;
    const upper = letter.toUpperCase();
    const name = `${upper}${natural}`;
    const held = this.#propagates ? this.#tied.get(name) : undefined;
    if (accidental !== undefined && this.#propagates) this.#accidentals.set(upper, ACCIDENTALS[accidental]);
    const raised = this.#accidentals.get(upper) ?? this.#signature.raised.get(upper)!;
    // A tie carries an accidental over the bar line.
    const pitch = accidental === undefined ? held ?? natural + raised : natural + ACCIDENTALS[accidental];
    if (pitch < 0 || pitch > MOST_PITCH) {
      this.#problem(`pitches outside 0 to ${MOST_PITCH}`);
      return undefined;
    }
    for (const pitches of into) pitches.set(name, pitch);
    return { pitch, isTied };
  }

  /** Reads a length, such as `3/2`, in ticks. */
  #length(): number {
    const [, above, slashes, below] = this.#match("length")!;
    const divisor = slashes === "" ? 1 : below === "" ? 2 ** slashes.length : Number(below);
    const ticks = this.#unit * (above === "" ? 1 : Number(above)) / divisor;
    if (!(ticks >= 1 && ticks <= LONGEST)) {
      this.#problem("lengths out of range");
      return this.#unit;
    }
    return ticks;
  }

  #rest(letter: string): void {
    const length = this.#length();
    if (letter === "y") return;
    [this.#tied, this.#sounding] = [new Map(), new Map()];
    if (letter === "z" || letter === "x") return this.#push([], length);
    const bar = barLength(this.#meter);
    if (bar === undefined) return this.#problem("rests of bars without a meter");
    const count = Math.round(length / this.#unit);
    if ((this.#restBars += count) > MOST_REST_BARS) return this.#problem(`rests of more than ${MOST_REST_BARS} bars`);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.items.push({ kind: "bar", sign: "|" });
      this.items.push({ kind: "notes", notes: [], length: bar, ticks: bar });
    }
  }

  #push(notes: readonly ABCNote[], written: number): void {
    const length = Math.max(1, Math.round(written * this.#nextFactor));
    if (length !== written * this.#nextFactor) this.#problem("lengths that are rounded");
    this.#nextFactor = 1;
    const factor = this.#tuplet.left > 0 ? this.#tuplet.factor : 1;
    this.#tuplet.left--;
    this.#last = this.items.length;
    this.items.push({ kind: "notes", notes, length, ticks: Math.max(1, Math.round(length * factor)) });
  }

  #tie(): void {
    const item = this.items[this.#last];
    if (item?.kind !== "notes" || item.notes.length === 0) return this.#problem("ties without a note");
    this.items[this.#last] = { ...item, notes: item.notes.map((note) => ({ ...note, isTied: true })) };
    this.#tied = this.#sounding;
  }

  #broken(signs: string): void {
    const item = this.items[this.#last];
    if (item?.kind !== "notes" || signs.length > 3) return this.#problem("broken rhythms without a note");
    const short = 2 ** -signs.length;
    const [factor, next] = signs[0] === ">" ? [2 - short, short] : [short, 2 - short];
    this.items[this.#last] = {
      ...item,
      length: Math.max(1, Math.round(item.length * factor)),
      ticks: Math.max(1, Math.round(item.ticks * factor)),
    };
    this.#nextFactor = next;
  }

  #startTuplet([, first, second, third]: RegExpExecArray): void {
    const into = Number(first);
    const isCompound = /^(?:3|6|9|12|15|18)\/8$/.test(this.#meter ?? "");
    const usual: Readonly<Record<number, number>> = { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 };
    const of = second ? Number(second) : usual[into] ?? (isCompound ? 3 : 2);
    const notes = third ? Number(third) : into;
    if (into < 2 || of < 1 || notes < 1) return this.#problem("tuplets that cannot be read");
    this.#tuplet = { factor: of / into, left: notes };
    this.items.push({ kind: "tuplet", into, of, notes });
  }
}

/** Returns the normal form of a bar line: `|`, `||`, `|]`, `|:`, `:|`, `::`, or an empty text. */
function barSign(text: string): string {
  const sign = text.replace(/\s*\[?\d[\d,.-]*$/, "");
  if (sign === "") return "";
  const [opens, closes] = [/[|\]]:+\|*$|^::+$/.test(sign), sign.startsWith(":")];
  if (opens && closes) return "::";
  if (opens) return "|:";
  if (closes) return ":|";
  return sign.includes("]") ? "|]" : sign.length > 1 ? "||" : "|";
}
