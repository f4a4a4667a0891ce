import { InputRangeError } from "../../../errors.ts";
import { describeList } from "../../../src/schema/mod.ts";

/** The prefix of labels in fastText's files. */
const PREFIX = "__label__";

/** A label, and more labels that only a separator divides from it. */
const LABELS = `${PREFIX}[^\\s,;|]+(?:[,;|]\\s*${PREFIX}[^\\s,;|]+)*`;

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
 * Divides a line of fastText into its text and its label, without the prefix; the label is empty if there is none.
 *
 * Throws `RangeError` with the place if there is more than one label.
 */
export function divideLine(line: string, place: () => string): { readonly text: string; readonly label: string } {
  const words = line.match(PREFIXED)?.join(" ") ?? "";
  return { text: line.replaceAll(PREFIXED, "").trim(), label: labelIn(words, place) };
}

/**
 * Returns the label in a field, without the prefix; a field without the prefix is the label itself.
 *
 * Throws `RangeError` with the place if there is more than one label.
 */
export function labelOfField(field: string, place: () => string): string {
  return field.startsWith(PREFIX) ? labelIn(field, place) : field;
}

function labelIn(words: string, place: () => string): string {
  const [, ...all] = words.split(DIVIDER);
  const labels = [...new Set(all)];
  if (labels.length <= 1) return labels[0] ?? "";
  throw new InputRangeError(
    `expected one label on ${place()}, found ${labels.length} (${describeList(labels)}); ` +
      "training needs one label for each text",
  );
}
