import type { Row } from "./rows.ts";

/** The prefix of labels in fastText's files. */
const PREFIX = "__label__";

/** A label, and more labels that only a separator or spaces divide from it. */
const LABELS = `${PREFIX}[^\\s,;|]+(?:(?:[,;|]\\s*| +)${PREFIX}[^\\s,;|]+)*`;

/** Words of labels that no separator divides from the text, so that the line is not a row of a table. */
const WORDS = new RegExp(`(^\\s*|[^\\s,;|] +)${LABELS}(?=\\s|$)`, "g");

/** Words that begin with the prefix. */
const PREFIXED = new RegExp(`(?:^|\\s)${PREFIX}\\S+`, "g");

/** The prefix, and the separator between labels before it. */
const DIVIDER = new RegExp(`[\\s,;|]*${PREFIX}`);

/**
 * Whether the first and most of the lines are those of fastText: labels with its prefix, anywhere, that no separator
 * divides from the text.
 */
export function isFastText(lines: readonly string[]): boolean {
  const isLabelled = (line: string): boolean => {
    const rest = line.replaceAll(WORDS, "$1");
    return rest !== line && !rest.includes(PREFIX);
  };
  return isLabelled(lines[0]) && isMost(lines, isLabelled);
}

/** Whether most of the lines have a word that begins with fastText's prefix. */
export function hasPrefixes(lines: readonly string[]): boolean {
  return isMost(lines, (line) => line.search(PREFIXED) >= 0);
}

function isMost(lines: readonly string[], holds: (line: string) => boolean): boolean {
  return lines.filter(holds).length > lines.length / 2;
}

/**
 * Divides a line of fastText into its text and its labels, without the prefix; the label is empty if there is none.
 */
export function divideLine(line: string): Row {
  const words = line.match(PREFIXED)?.join(" ") ?? "";
  return { text: line.replaceAll(PREFIXED, "").trim(), ...labelsIn(words) };
}

/** Returns the labels in a field, without the prefix; a field without the prefix is the label itself. */
export function labelsOfField(field: string): Omit<Row, "text"> {
  return field.startsWith(PREFIX) ? labelsIn(field) : { label: field };
}

function labelsIn(words: string): Omit<Row, "text"> {
  const [, ...all] = words.split(DIVIDER);
  const labels = [...new Set(all)];
  return { label: labels[0] ?? "", ...labels.length > 1 && { labels } };
}
