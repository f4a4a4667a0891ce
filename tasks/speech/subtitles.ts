import type { TranscribedWord } from "./transcript.ts";

/** A part of a transcript that is shown at a time. */
export interface Segment {
  /** Seconds from the start of the sound to the start of the first word. */
  readonly start: number;
  /** Seconds from the start of the sound to the end of the last word. */
  readonly end: number;
  /** The text. */
  readonly text: string;
  /** Its words. */
  readonly words: readonly TranscribedWord[];
}

/** Seconds without a word that end a segment, the most seconds of one, and the most characters: two lines of 42. */
const [PAUSE, LONGEST, CHARACTERS] = [0.8, 7, 84];

/** Divides the words of a transcript into segments, as subtitles show them. */
export function segmentsOf(words: readonly TranscribedWord[]): Segment[] {
  const groups: TranscribedWord[][] = [];
  let length = 0;
  for (const word of words) {
    const group = groups.at(-1);
    const isOver = group === undefined || word.start - group.at(-1)!.end >= PAUSE ||
      word.end - group[0].start > LONGEST || length + 1 + word.word.length > CHARACTERS;
    length = isOver ? word.word.length : length + 1 + word.word.length;
    if (isOver) groups.push([word]);
    else group.push(word);
  }
  return groups.map((group) => ({
    start: group[0].start,
    end: group.at(-1)!.end,
    text: group.map(({ word }) => word).join(" "),
    words: group,
  }));
}

/** Writes segments as SubRip (`.srt`) has them. */
export function formatSRT(segments: readonly Segment[]): string {
  return segments.map(({ start, end, text }, i) => `${i + 1}\n${timesOf(start, end, ",")}\n${text}\n\n`).join("");
}

/** Writes segments as WebVTT (`.vtt`) has them. */
export function formatVTT(segments: readonly Segment[]): string {
  const escaped = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `WEBVTT\n\n${
    segments.map(({ start, end, text }) => `${timesOf(start, end, ".")}\n${escaped(text)}\n\n`).join("")
  }`;
}

function timesOf(start: number, end: number, point: "," | "."): string {
  return `${timeOf(start, point)} --> ${timeOf(end, point)}`;
}

/** Writes a time as hours, minutes, seconds and milliseconds. */
function timeOf(seconds: number, point: "," | "."): string {
  const all = Math.round(seconds * 1000);
  const padded = (value: number, digits: number): string => `${Math.floor(value)}`.padStart(digits, "0");
  const parts = [all / 3_600_000, all / 60_000 % 60, all / 1000 % 60].map((value) => padded(value, 2));
  return `${parts.join(":")}${point}${padded(all % 1000, 3)}`;
}
