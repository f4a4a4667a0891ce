import { describeList } from "../../../src/schema/mod.ts";
import type { Row, Rows } from "./rows.ts";

/** The prefix of labels in fastText's files. */
const PREFIX = "__label__";

/** A text with labels, at the beginning of a line or of the text. */
const LABELS = new RegExp(`(?:^|\\s)${PREFIX}(\\S+)`, "g");

/** Whether most of the lines begin with a label of fastText that `separators` do not divide from its text. */
export function isFastText(lines: readonly string[], separators = ""): boolean {
  const label = new RegExp(`^\\s*${PREFIX}[^\\s${separators}]+(?:\\s|$)`);
  return lines.filter((line) => label.test(line)).length > lines.length / 2;
}

/** Reads lines of a label, a space and a text, as in harvardnlp's files of the Stanford Sentiment Treebank. */
export function readLabelLines(content: string): Rows {
  return readLines(content, (line) => {
    const [, label, text] = /^(\S*)\s?(.*)$/s.exec(line)!;
    return { text, label };
  });
}

/**
 * Reads fastText's lines: words with the prefix `__label__` are labels, which lose the prefix, and the others are the
 * text.
 *
 * Throws `RangeError` with the line number if a text has more than one label.
 */
export function readFastText(content: string): Rows {
  return readLines(content, (line, number) => {
    const labels = [...new Set(Array.from(line.matchAll(LABELS), ([, label]) => label))];
    if (labels.length > 1) {
      throw new RangeError(
        `expected one label on line ${number}, found ${labels.length} (${describeList(labels)}); ` +
          "training needs one label for each text",
      );
    }
    return { text: line.replaceAll(LABELS, "").trim(), label: labels[0] ?? "" };
  });
}

function readLines(content: string, read: (line: string, number: number) => Row): Rows {
  const numbers: number[] = [];
  const rows = content.split("\n").flatMap((line, i): Row[] => {
    if (line.trim() === "") return [];
    numbers.push(i + 1);
    return [read(line, i + 1)];
  });
  return { rows, place: (row) => `line ${numbers[row]}` };
}
