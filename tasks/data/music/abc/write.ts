import { type Key, LETTER_SEMITONES, signatureOf, spellPitch } from "../keys.ts";
import { type ABCItem, type ABCNote, type ABCTune, type ABCVoice, barLength, WHOLE } from "./tune.ts";

/** The unit in which lengths are written: an eighth note. */
export const UNIT = WHOLE / 8;

/** Bars on a line of music. */
const BARS_A_LINE = 4;

/** The accidentals by the semitones that they raise a note. */
const SIGNS: Readonly<Record<number, string>> = { 2: "^^", 1: "^", 0: "=", [-1]: "_", [-2]: "__" };

/** Writes the notes of a voice. */
export class NoteWriter {
  #fifths: number;
  #signature: ReadonlyMap<string, number>;
  readonly #remembers: boolean;
  /** The alterations that hold until the bar line, by letter, and by letter and octave. */
  readonly #altered = new Map<string, number>();
  /** The alterations of notes that are tied to the next, by letter and octave. */
  #tied: ReadonlyMap<string, number> = new Map();

  /** Creates a writer. `remembers` tells whether an accidental holds until the bar line. */
  constructor(key: Key, remembers: boolean) {
    this.#fifths = key.fifths;
    this.#signature = signatureOf(key.fifths);
    this.#remembers = remembers;
  }

  /** Returns an item as ABC. */
  write(item: ABCItem): string {
    switch (item.kind) {
      case "notes":
        return this.#notes(item.notes, item.length);
      case "bar":
        this.#altered.clear();
        return item.sign + (item.ending === undefined ? "" : `[${item.ending}`);
      case "chord":
        return `"${item.name.replaceAll('"', "")}"`;
      case "tuplet":
        return `(${item.into}:${item.of}:${item.notes}`;
      case "meter":
        return `[M:${item.meter ?? "none"}]`;
      case "tempo":
        return `[Q:1/4=${item.tempo}]`;
      case "key":
        this.#fifths = item.key.fifths;
        this.#signature = signatureOf(item.key.fifths);
        this.#altered.clear();
        return `[K:${item.key.name}]`;
    }
  }

  #notes(notes: readonly ABCNote[], length: number): string {
    const tied = new Map<string, number>();
    const names = notes.map((note) => this.#note(note, tied));
    this.#tied = tied;
    const written = lengthText(length);
    if (notes.length === 0) return `z${written}`;
    if (notes.length === 1) return names[0] + written + (notes[0].isTied ? "-" : "");
    const allTied = notes.every(({ isTied }) => isTied);
    const inner = notes.map(({ isTied }, i) => names[i] + (isTied && !allTied ? "-" : "")).join("");
    return `[${inner}]${written}${allTied ? "-" : ""}`;
  }

  #note({ pitch, isTied }: ABCNote, tied: Map<string, number>): string {
    const { letter, alteration } = spellPitch(pitch, this.#fifths);
    const octave = (pitch - alteration - LETTER_SEMITONES[letter]) / 12 - 5;
    const name = octave > 0 ? letter.toLowerCase() + "'".repeat(octave - 1) : letter + ",".repeat(-octave);
    if (isTied) tied.set(name, alteration);
    return this.#accidental(letter, name, alteration) + name;
  }

  #accidental(letter: string, name: string, alteration: number): string {
    const raised = this.#signature.get(letter)!;
    if (!this.#remembers) return alteration === raised ? "" : SIGNS[alteration];
    // Readers differ in whether an accidental holds in other octaves, so one that either would miss is written.
    // A tie carries an accidental over the bar line.
    const isClear = (this.#tied.get(name) ?? alteration) === alteration &&
      [this.#altered.get(letter), this.#altered.get(`${letter} ${name}`)]
        .every((altered) => (altered ?? raised) === alteration);
    if (isClear) return "";
    this.#altered.set(letter, alteration).set(`${letter} ${name}`, alteration);
    return SIGNS[alteration];
  }
}

/** Returns a length as ABC writes it in eighth notes: nothing for 1, `2`, `3/2`, `/4`. */
function lengthText(ticks: number): string {
  const divisor = greatestDivisor(ticks, UNIT);
  const [above, below] = [ticks / divisor, UNIT / divisor];
  if (below === 1) return above === 1 ? "" : String(above);
  return `${above === 1 ? "" : above}/${below}`;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/**
 * Returns tunes as a text in ABC notation, each with the fields X, T, M, L, Q and K; lengths are in eighth notes and
 * four bars stand on a line. A tune without a number gets its place in the list.
 *
 * @example
 * ```ts
 * import { readABC, writeABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * assertEquals(writeABC([tune]), 'X:1\nM:3/4\nL:1/8\nK:D\n"D"F2 A2 d2| "A7"g4 f2| "D"d6|]\n');
 * ```
 */
export function writeABC(tunes: readonly ABCTune[]): string {
  return tunes.map((tune, i) => writeTune(tune, String(i + 1))).join("\n");
}

function writeTune({ number, title, meter, key, tempo, voices }: ABCTune, place: string): string {
  const header = [
    `X:${number ?? place}`,
    ...title ? [`T:${oneLine(title)}`] : [],
    `M:${meter ?? "none"}`,
    "L:1/8",
    ...tempo === undefined ? [] : [`Q:1/4=${tempo}`],
    `K:${key.name}`,
  ];
  const music = voices.flatMap((voice, i) => {
    const name = voice.name === undefined ? "" : ` name="${oneLine(voice.name).replaceAll('"', "'")}"`;
    return [
      ...voices.length > 1 ? [`V:${i + 1}${name}${isLow(voice) ? " clef=bass" : ""}`] : [],
      ...linesOf(voice, key, meter),
    ];
  });
  return `${[...header, ...music].join("\n")}\n`;
}

/** Whether most of a voice lies below the middle C, so that it is read more easily with a bass clef. */
function isLow({ items }: ABCVoice): boolean {
  const pitches = items.flatMap((item) => item.kind === "notes" ? item.notes.map(({ pitch }) => pitch) : []);
  return pitches.filter((pitch) => pitch < 60).length > pitches.length / 2;
}

function oneLine(text: string): string {
  // A percent sign would begin a comment.
  return text.replaceAll(/\s+/g, " ").replaceAll("%", "\\%").trim();
}

function linesOf({ items }: ABCVoice, key: Key, meter: string | undefined): string[] {
  const writer = new NoteWriter(key, true);
  const lines: string[] = [];
  let [line, bars, ticks, group] = ["", 0, 0, groupOf(meter)];
  let before: ABCItem | undefined;
  let hasPickup = false;
  for (const item of items) {
    const text = writer.write(item);
    line += isTight(before, item, ticks % group !== 0) || line === "" ? text : ` ${text}`;
    if (item.kind === "notes") ticks += item.ticks;
    if (item.kind === "meter") group = groupOf(item.meter);
    before = item;
    if (item.kind !== "bar") continue;
    // A pickup does not fill a line.
    const isPickup: boolean = bars === 0 && !hasPickup && ticks < (barLength(meter) ?? 0);
    hasPickup ||= isPickup && ticks > 0;
    ticks = 0;
    if (isPickup) continue;
    if (++bars % BARS_A_LINE !== 0 || item.ending !== undefined) continue;
    lines.push(line);
    line = "";
  }
  return line === "" ? lines : [...lines, line];
}

/** Returns the ticks of the notes that share a beam: a quarter note, or a dotted one in 6/8 and the like. */
function groupOf(meter = "4/4"): number {
  return /^(?:3|6|9|12|15|18)\/8$/.test(meter) ? WHOLE * 3 / 8 : WHOLE / 4;
}

/** Whether an item follows another without a space: short notes within a beat share a beam. */
function isTight(before: ABCItem | undefined, item: ABCItem, isWithin: boolean): boolean {
  // Two bar lines would be read as one.
  if (item.kind === "bar") return before?.kind !== "bar";
  if (before?.kind === "chord" || before?.kind === "tuplet") return true;
  const isShort = (each: ABCItem | undefined): boolean => each?.kind === "notes" && each.length < WHOLE / 4;
  return isWithin && isShort(before) && (isShort(item) || item.kind === "chord");
}
