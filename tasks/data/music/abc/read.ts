import { InputSyntaxError } from "../../../../errors.ts";
import { type Problem, ProblemList } from "../problems.ts";
import { type KeySignature, readKeyField, readMeterField, readTempoField, readUnitField, usualUnit } from "./fields.ts";
import { blocksOf, FIELD, type Field, type TuneBlock } from "./tunebook.ts";
import type { ABCItem, ABCTune, ABCVoice } from "./tune.ts";
import { VoiceReader } from "./voice_reader.ts";

/** The tunes of a text and what was found wrong in it. */
export interface ABCReading {
  /** The tunes, in order. */
  readonly tunes: readonly ABCTune[];
  /** Problems: parts that were left out or put in order. */
  readonly problems: readonly Problem[];
}

/**
 * Reads tunes in ABC notation (the standard 2.1): one or a book of them, each of which begins with an `X:` field.
 * Notes, rests, chords, ties, tuplets, broken rhythm, bar lines, repeats and endings, chord names, and changes of key,
 * meter, unit and tempo are read; decorations, slurs, lyrics and texts have no place in a tune. What cannot be read is
 * counted in `problems` with its place, and the rest of the tune is kept: a header without a key means C, without a
 * meter none.
 *
 * Throws `SyntaxError` if there is no tune.
 *
 * @example
 * ```ts
 * import { describeProblems, readABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune], problems } = readABC("X:1\nT:Scale\nM:4/4\nK:D\nDEFG ABcd|{e}d8|]\n");
 * assertEquals([tune.title, tune.key.name, tune.voices.length], ["Scale", "D", 1]);
 * assertEquals(describeProblems(problems), "grace notes: 1, in line 5, column 11");
 * ```
 */
export function readABC(text: string): ABCReading {
  const problems = new ProblemList();
  const blocks = blocksOf(text, problems);
  const tunes = blocks.map((block) => readTune(block, problems));
  const withNotes = tunes.filter(({ voices }, i) => {
    const isTune = voices.some(({ items }) => items.some(({ kind }) => kind === "notes"));
    if (!isTune) problems.add("tunes without a note", placeOf(blocks[i]));
    return isTune;
  });
  if (withNotes.length === 0) {
    throw new InputSyntaxError("read ABC: expected a tune: an X: field, a K: field and notes, found none");
  }
  return { tunes: withNotes, problems: problems.list() };
}

function placeOf({ fields, line }: TuneBlock): string {
  const number = fields.find(({ letter }) => letter === "X")?.value;
  return number ? `line ${line}, tune ${number}` : `line ${line}`;
}

/** The fields before the music. */
interface Header {
  number?: string;
  title?: string;
  meter: string | undefined;
  signature: KeySignature;
  unit: number;
  tempo?: number;
}

function readTune(block: TuneBlock, problems: ProblemList): ABCTune {
  const header = readHeader(block, problems);
  const place = placeOf(block);
  const voices = new Map<string, { readonly reader: VoiceReader; readonly name?: string }>();
  /** The fields after the header and before the first voice, which hold for all voices. */
  const common: RegExpExecArray[] = [];
  const voiceOf = (id: string, name?: string): VoiceReader => {
    const known = voices.get(id);
    if (known !== undefined) return known.reader;
    const reader = new VoiceReader(header, problems);
    if (id !== "") { for (const [, letter, value] of common) reader.field(letter, value, place); }
    voices.set(id, { reader, ...name && { name } });
    return reader;
  };
  let id = "";
  for (const { text, line } of block.music) {
    const where = `line ${line}`;
    const field = FIELD.exec(text);
    if (field === null) id = readVoiceLine(text, where, id, voiceOf);
    else if (field[1] === "V") {
      id = voiceId(field[2]);
      // Notes before the first V: field belong to its voice.
      if (voices.size === 1 && voices.has("") && isEmpty(voiceOf(""))) voices.delete("");
      else if (voices.has("")) common.length = 0;
      voiceOf(id, voiceName(field[2]));
    } else if (id === "" && /[KLMQ]/.test(field[1]) && isEmpty(voiceOf(""))) {
      common.push(field);
      voiceOf("").field(field[1], field[2], where);
    } else if (!voiceOf(id).field(field[1], field[2], where) && field[1] === "w") {
      problems.add("lines of lyrics", where);
    }
  }
  if (voices.size === 0) voiceOf("");
  return toTune(
    header,
    [...voices.values()].map(({ reader, name }) => ({ ...name && { name }, items: reader.items })),
    place,
  );
}

function isEmpty({ items }: VoiceReader): boolean {
  return !items.some(({ kind }) => kind === "notes");
}

/** Reads a line that may change voices by `[V:...]`, and returns the last of them: the next line goes on in it. */
function readVoiceLine(text: string, place: string, id: string, voiceOf: (id: string) => VoiceReader): string {
  const [first, ...others] = text.split(/\[V:/);
  if (first.trim() !== "") voiceOf(id).read(first, place);
  for (const other of others) {
    const end = other.indexOf("]");
    id = voiceId(other.slice(0, Math.max(0, end)));
    voiceOf(id).read(other.slice(end + 1), place);
  }
  return id;
}

function voiceId(value: string): string {
  return /^\s*(\S+)/.exec(value)?.[1] ?? "";
}

function voiceName(value: string): string | undefined {
  return /\b(?:name|nm)\s*=\s*"([^"]*)"/.exec(value)?.[1];
}

function readHeader({ fields, line }: TuneBlock, problems: ProblemList): Header {
  const header: Header = { meter: undefined, signature: readKeyField("C")!, unit: 0 };
  let [hasMeter, hasKey] = [false, false];
  let tempo: Field | undefined;
  for (const field of fields) {
    const { letter, value, line } = field;
    const refuse = (kind: string): void => problems.add(kind, `line ${line}: ${value.trim().slice(0, 40)}`);
    if (letter === "X") {
      header.number = value.trim();
      if (!/^\d+$/.test(header.number)) refuse("numbers of tunes that are no number");
    } else if (letter === "T") header.title ??= value.trim();
    else if (letter === "M") {
      const read = readMeterField(value);
      if (read === undefined) refuse("meters that cannot be read");
      else header.meter = read.meter;
      hasMeter = true;
    } else if (letter === "L") {
      const unit = readUnitField(value);
      if (unit === undefined) refuse("unit lengths that cannot be read");
      else header.unit = unit;
    } else if (letter === "Q") tempo = field;
    else if (letter === "K") {
      const signature = readKeyField(value);
      if (signature === undefined) refuse("keys that cannot be read");
      else header.signature = signature;
      hasKey = true;
    }
  }
  const place = `line ${line}`;
  if (header.number === undefined) problems.add("headers without an X: field", place);
  if (!hasKey) problems.add("headers without a K: field", place);
  if (!hasMeter) problems.add("tunes without a meter", place);
  header.unit ||= usualUnit(header.meter);
  if (tempo !== undefined) {
    header.tempo = readTempoField(tempo.value, header.unit);
    if (header.tempo === undefined) {
      problems.add("tempos that cannot be read", `line ${tempo.line}: ${tempo.value.trim().slice(0, 40)}`);
    }
  }
  return header;
}

/** Changes before the first note of all voices are the tune's own. */
function toTune(header: Header, voices: readonly ABCVoice[], _place: string): ABCTune {
  let { meter, tempo, signature: { key } } = header;
  const leading = voices[0].items.findIndex(({ kind }) => kind === "notes");
  const own = (item: ABCItem, i: number): boolean => {
    if (leading >= 0 && i > leading || !["meter", "key", "tempo"].includes(item.kind)) return false;
    if (item.kind === "meter") meter = item.meter;
    else if (item.kind === "key") key = item.key;
    else if (item.kind === "tempo") tempo = item.tempo;
    return true;
  };
  const items = voices[0].items.filter((item, i) => !own(item, i));
  const others = voices.slice(1).map((voice) => ({
    ...voice,
    items: withoutOwn(voice.items, { meter, key: key.name }),
  }));
  return {
    ...header.number && { number: header.number },
    ...header.title && { title: header.title },
    ...meter !== undefined && { meter },
    key,
    ...tempo !== undefined && { tempo },
    voices: [{ ...voices[0], items }, ...others],
  };
}

/** Drops changes before the first note that repeat what the first voice has told. */
function withoutOwn(
  items: readonly ABCItem[],
  own: { readonly meter?: string; readonly key: string },
): readonly ABCItem[] {
  const leading = items.findIndex(({ kind }) => kind === "notes");
  return items.filter((item, i) =>
    i > leading ||
    !(item.kind === "meter" && item.meter === own.meter || item.kind === "key" && item.key.name === own.key)
  );
}
