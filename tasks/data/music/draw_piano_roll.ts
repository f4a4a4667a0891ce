import { scoreBars } from "./bar_grid.ts";
import { checkScore, type Note, type Score } from "./score.ts";
import { escapeXML, short, THEME } from "./svg.ts";

/** How a piano roll is drawn. */
export interface PianoRollPicture {
  /** Width in pixels. Default: 960. */
  readonly width?: number;
}

/** Sizes in pixels: a semitone, the least of a quarter note, the margins of a line, and a title. */
const ROW = 8;
const QUARTER = 44;
const MARGIN = { left: 34, right: 12, top: 18, bottom: 10 };
const TITLE = 26;

/** The least number of semitones that a line shows. */
const LEAST_ROWS = 12;

/** The most bars that are drawn. */
const MOST_BARS = 2000;

/** The colors of tracks (Okabe and Ito 2008), which people with color blindness can tell apart. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#a6761d", "#7570b3"];

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/** Returns the name of a pitch, such as `C4` for 60. */
export function pitchName(pitch: number): string {
  return `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** A line of the picture. */
interface Line {
  readonly bars: readonly { readonly start: number; readonly ticks: number; readonly number: number }[];
  readonly start: number;
  readonly end: number;
}

/**
 * Draws a score as a piano roll, an SVG file: time from left to right in lines of whole bars, pitches from low to high
 * with their names, a color for each track, and chord names above. It is readable on light and dark screens.
 *
 * Throws `RangeError` if a number of the score is out of its range, or there are more than 100,000 bars; at most 2,000
 * are drawn.
 *
 * @example
 * ```ts
 * import { drawPianoRoll, type Score } from "@elman/elman/data";
 * import { assert } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * assert(drawPianoRoll(score).startsWith("<svg"));
 * ```
 */
export function drawPianoRoll(score: Score, { width = 960 }: PianoRollPicture = {}): string {
  checkScore(score, "draw a piano roll");
  const lines = linesOf(score, width);
  const shown = lines.at(-1)!.end;
  const notes = score.tracks.flatMap(({ notes }, track) =>
    notes.filter(({ start }) => start < shown).map((note) => ({ ...note, track }))
  );
  const [lowest, highest] = pitchRange(notes);
  const rows = highest - lowest + 1;
  const lineHeight = MARGIN.top + rows * ROW + MARGIN.bottom;
  const hasLegend = score.tracks.length > 1;
  const top = (score.title ? TITLE : 6) + (hasLegend ? 18 : 0);
  const longest = Math.max(...lines.map(({ start, end }) => end - start));
  const scale = Math.min(2 * QUARTER / score.division, (width - MARGIN.left - MARGIN.right) / longest);
  const height = top + lines.length * lineHeight;
  const parts = lines.map((line, i) =>
    drawLine(line, { score, notes, lowest, highest, scale, y: top + i * lineHeight })
  );
  const title = escapeXML(score.title ?? "Piano roll");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" font-family="sans-serif" font-size="10" fill="currentColor">`,
    `<title>${title}</title><style>${THEME}.s{fill:var(--stripe)}.l{stroke:var(--line)}.b{stroke:var(--bar)}</style>`,
    `<rect width="100%" height="100%" fill="var(--paper)"/>`,
    ...score.title ? [`<text x="${MARGIN.left}" y="18" font-size="15">${title}</text>`] : [],
    ...hasLegend ? [drawLegend(score, top - 6)] : [],
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** Divides the bars into lines of about the same length that fit the width. */
function linesOf(score: Score, width: number): Line[] {
  const bars = scoreBars(score).slice(0, MOST_BARS);
  const first = score.pickup ? 0 : 1;
  const room = (width - MARGIN.left - MARGIN.right) / QUARTER * score.division;
  const lines: Line[] = [];
  let line: { start: number; ticks: number; number: number }[] = [];
  let full = 0;
  const close = (): void => {
    lines.push({ bars: line, start: line[0].start, end: line.at(-1)!.start + line.at(-1)!.ticks });
    line = [];
  };
  bars.forEach((bar, i) => {
    const start = line[0]?.start ?? bar.start;
    const isPickup = i === 0 && first === 0;
    // Four or eight bars a line are read more easily than five.
    const isFull = full >= 4 && bar.start + 4 * bar.ticks - start > room && full % 4 === 0;
    if (line.length > 0 && (bar.start + bar.ticks - start > room || isFull)) {
      close();
      full = 0;
    }
    line.push({ start: bar.start, ticks: bar.ticks, number: i + first });
    if (!isPickup) full++;
  });
  close();
  return lines;
}

function pitchRange(notes: readonly Note[]): [number, number] {
  const lowest = notes.reduce((least, { pitch }) => Math.min(least, pitch), notes.length === 0 ? 60 : 127);
  const highest = notes.reduce((most, { pitch }) => Math.max(most, pitch), notes.length === 0 ? 71 : 0);
  const missing = Math.max(0, LEAST_ROWS - (highest - lowest + 1));
  const low = Math.max(0, lowest - 1 - Math.floor(missing / 2));
  return [low, Math.min(127, Math.max(highest + 1, low + LEAST_ROWS - 1))];
}

function drawLegend({ tracks }: Score, y: number): string {
  let x = MARGIN.left;
  return tracks.slice(0, 12).map(({ name }, i) => {
    const text = (name ?? `Track ${i + 1}`).slice(0, 24);
    const at = x;
    x += 26 + 6.5 * text.length;
    return `<rect x="${at}" y="${y - 8}" width="9" height="9" rx="2" fill="${COLORS[i % COLORS.length]}"/>` +
      `<text x="${at + 13}" y="${y}">${escapeXML(text)}</text>`;
  }).join("");
}

/** The surroundings of a line. */
interface LineContext {
  readonly score: Score;
  readonly notes: readonly (Note & { readonly track: number })[];
  readonly lowest: number;
  readonly highest: number;
  /** Pixels of a tick. */
  readonly scale: number;
  /** The upper edge. */
  readonly y: number;
}

function drawLine({ bars, start, end }: Line, { score, notes, lowest, highest, scale, y }: LineContext): string {
  const upper = y + MARGIN.top;
  const lower = upper + (highest - lowest + 1) * ROW;
  const x = (tick: number): number => MARGIN.left + (Math.min(Math.max(tick, start), end) - start) * scale;
  const parts: string[] = [];
  for (let pitch = lowest; pitch <= highest; pitch++) {
    const rowTop = upper + (highest - pitch) * ROW;
    const isBlack = NAMES[pitch % 12].length > 1;
    if (isBlack) {
      parts.push(
        `<rect class="s" x="${MARGIN.left}" y="${rowTop}" width="${short(x(end) - MARGIN.left)}" height="${ROW}"/>`,
      );
    } else {parts.push(
        `<text x="${MARGIN.left - 5}" y="${rowTop + 7}" font-size="7.5" text-anchor="end">${pitchName(pitch)}</text>`,
      );}
  }
  for (const bar of bars) {
    const left = short(x(bar.start));
    parts.push(`<line class="b" x1="${left}" x2="${left}" y1="${upper}" y2="${lower}"/>`);
    const beats = Math.min(64, Math.floor(bar.ticks / score.division));
    for (let beat = 1; beat <= beats && beat * score.division < bar.ticks; beat++) {
      const at = short(x(bar.start + beat * score.division));
      parts.push(`<line class="l" x1="${at}" x2="${at}" y1="${upper}" y2="${lower}" stroke-dasharray="1 3"/>`);
    }
    if (bar.number > 0) {
      parts.push(`<text x="${left}" y="${lower + 8}" font-size="7.5" opacity=".7">${bar.number}</text>`);
    }
  }
  parts.push(`<line class="b" x1="${short(x(end))}" x2="${short(x(end))}" y1="${upper}" y2="${lower}"/>`);
  for (const { start: at, name } of score.chords ?? []) {
    if (at >= start && at < end) parts.push(`<text x="${short(x(at) + 1)}" y="${upper - 4}">${escapeXML(name)}</text>`);
  }
  for (const { pitch, start: from, duration, velocity, track } of notes) {
    if (from >= end || from + duration <= start) continue;
    const width = Math.max(1.5, x(from + duration) - x(from) - 0.8);
    const opacity = short(0.45 + 0.55 * Math.min(1, velocity / 90));
    parts.push(
      `<rect x="${short(x(from) + 0.4)}" y="${upper + (highest - pitch) * ROW + 0.5}" width="${short(width)}" ` +
        `height="${ROW - 1}" rx="1.5" fill="${COLORS[track % COLORS.length]}" opacity="${opacity}">` +
        `<title>${pitchName(pitch)}</title></rect>`,
    );
  }
  return parts.join("\n");
}
