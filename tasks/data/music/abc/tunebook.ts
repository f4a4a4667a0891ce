import type { ProblemList } from "../problems.ts";

/** A field of a header. */
export interface Field {
  readonly letter: string;
  readonly value: string;
  readonly line: number;
}

/** The lines of a tune. */
export interface TuneBlock {
  /** The number of its first line. */
  readonly line: number;
  /** The fields before the music. */
  readonly fields: readonly Field[];
  /** The lines of the music, also fields within it. */
  readonly music: readonly { readonly text: string; readonly line: number }[];
}

/** A field alone on a line. A letter before `:|` or `::` is a note before a repeat. */
export const FIELD = /^([A-Za-z+]):(?![|:])(.*)$/;

/** Fields that a file may have before its first tune, and that then hold for all. */
const SHARED = "MLQ";

/** A line of the file without comments. */
interface Line {
  readonly text: string;
  readonly line: number;
}

/**
 * Splits a text into tunes. A tune begins with an `X:` field. Lines after an empty line are a text between tunes; if
 * they have a header or bar lines, they are a tune whose number is missing, or more music of the tune before.
 */
export function blocksOf(text: string, problems: ProblemList): TuneBlock[] {
  const shared: Field[] = [];
  const blocks: TuneBlock[] = [];
  for (const lines of paragraphsOf(linesOf(text))) {
    const fields = lines.flatMap(({ text, line }) => {
      const [, letter, value] = FIELD.exec(text) ?? [];
      return letter === undefined ? [] : [{ letter, value, line }];
    });
    const has = (letter: string): boolean => fields.some((field) => field.letter === letter);
    if (has("X") || has("K")) blocks.push(blockOf(lines, shared, problems));
    else if (blocks.length === 0 && fields.length === lines.length) {
      shared.push(...fields.filter(({ letter }) => SHARED.includes(letter)));
    } else if (has("T") && lines.some(isMusic)) blocks.push(blockOf(lines, shared, problems));
    else if (blocks.length > 0 && lines.every((line) => isMusic(line) || FIELD.test(line.text))) {
      problems.add("lines of music after an empty line", `line ${lines[0].line}`, lines.length);
      const last = blocks.pop()!;
      blocks.push({ ...last, music: [...last.music, ...lines] });
    } else if (fields.length < lines.length) problems.add("texts between tunes", `line ${lines[0].line}`);
  }
  return blocks;
}

/** Returns the lines without comments; those that a `\` continues are joined. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let [isContinued, isText] = [false, false];
  text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/).forEach((raw, i) => {
    // Between these lines is a text that is printed beside tunes.
    if (/^%%\s*(?:begin|end)(?:text|ps)/.test(raw)) isText = raw.includes("begin");
    if (isText || /^\s*%/.test(raw)) return;
    const whole = raw.replace(/(?<!\\)%.*$/, "").trimEnd();
    const isField = FIELD.test(whole);
    const text = whole.replace(/\\$/, "");
    // Within a line of music only music continues it.
    if (isContinued && !isField && whole !== "") {
      const { text: before, line } = lines.pop()!;
      lines.push({ text: `${before} ${text}`, line });
    } else lines.push({ text: text.trimEnd(), line: i + 1 });
    isContinued = text !== whole && !isField;
  });
  return lines;
}

/** Splits at empty lines and before `X:`. */
function paragraphsOf(lines: readonly Line[]): Line[][] {
  const paragraphs: Line[][] = [[]];
  for (const line of lines) {
    if (line.text === "" || line.text.startsWith("X:")) paragraphs.push([]);
    if (line.text !== "") paragraphs.at(-1)!.push(line);
  }
  return paragraphs.filter(({ length }) => length > 0);
}

/** Whether a line has bar lines and no words. */
function isMusic({ text }: Line): boolean {
  return text.includes("|") && !/[A-Za-z]{9}/.test(text.replaceAll(/"[^"]*"|![^!]*!/g, ""));
}

/** Whether a line is a text, such as one that goes on from a field: it has syllables and no bar lines. */
function isText({ text }: Line): boolean {
  return !text.includes("|") && /[h-w]{2}/i.test(text.replaceAll(/"[^"]*"|![^!]*!/g, ""));
}

function blockOf(lines: readonly Line[], shared: readonly Field[], problems: ProblemList): TuneBlock {
  // A header ends with its K: field, or if it has none, before the first line that is no field. Texts may stand in it.
  const key = lines.findIndex(({ text }) => text.startsWith("K:"));
  const music = lines.findIndex((line, i) => !FIELD.test(line.text) && !(i < key && isText(line)));
  const end = key >= 0 && (music < 0 || key < music) ? key + 1 : music < 0 ? lines.length : music;
  const fields = lines.slice(0, end).flatMap(({ text, line }) => {
    const [, letter, value] = FIELD.exec(text) ?? [];
    if (letter === undefined) problems.add("texts in headers", `line ${line}`);
    return letter === undefined ? [] : [{ letter, value, line }];
  });
  const own = shared.filter(({ letter }) => !fields.some((field) => field.letter === letter));
  return { line: lines[0].line, fields: [...own, ...fields], music: lines.slice(end) };
}
