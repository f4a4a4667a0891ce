import type { Row, Rows } from "./rows.ts";

/** Reads lines of a label, a space and a text, as in harvardnlp's files of the Stanford Sentiment Treebank. */
export function readLabelLines(content: string): Rows {
  const rows = content.split(/\r?\n/).flatMap((line, i): Row[] => {
    if (line.trim() === "") return [];
    const [, label, text] = /^(\S*)\s?(.*)$/s.exec(line)!;
    return [{ text, label, line: i + 1 }];
  });
  return { rows };
}
