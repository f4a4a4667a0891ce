import { divideLine } from "./fasttext_labels.ts";
import type { Row, Rows } from "./rows.ts";

/** Reads lines of a label, a space and a text, as in harvardnlp's files of the Stanford Sentiment Treebank. */
export function readLabelLines(content: string): Rows {
  return readLines(content, (line) => {
    const [, label, text] = /^(\S*)\s?(.*)$/s.exec(line)!;
    return { text, label };
  });
}

/** Reads lines that are texts, all of one label. */
export function readTextLines(content: string, label: string): Rows {
  return readLines(content, (line) => ({ text: line.trim(), label }));
}

/**
 * Reads fastText's lines: words with the prefix `__label__` are labels, which lose the prefix, and the others are the
 * text.
 */
export function readFastText(content: string): Rows {
  return readLines(content, divideLine);
}

function readLines(content: string, read: (line: string) => Row): Rows {
  const numbers: number[] = [];
  const rows = content.split("\n").flatMap((line, i): Row[] => {
    if (line.trim() === "") return [];
    numbers.push(i + 1);
    return [read(line)];
  });
  return { rows, place: (row) => `line ${numbers[row]}` };
}
