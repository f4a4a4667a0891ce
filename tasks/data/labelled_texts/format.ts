import { hasUsualNames } from "./columns.ts";
import type { TextFormat } from "./rows.ts";

/** Formats by file name extension. */
const ENDINGS: Readonly<Record<string, TextFormat>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** Number of lines to inspect. */
const INSPECTED_LINES = 20;

/**
 * Detects the format of a file by its extension, or else by its first lines: JSON Lines if every line is a JSON object;
 * TSV if every line has a tab; CSV if the first line has commas and names a text column and a label column; otherwise
 * lines of a label, a space and a text.
 */
export function detectFormat(path: string, content: string): TextFormat {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase() ?? "";
  if (Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending];
  const lines = content.slice(0, 2 ** 20).split(/\r?\n/).filter((line) => line.trim() !== "").slice(0, INSPECTED_LINES);
  if (lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return "jsonl";
  if (lines.every((line) => line.includes("\t"))) return "tsv";
  const names = lines[0].split(",").map((name) => name.replaceAll('"', ""));
  return names.length > 1 && hasUsualNames(names) ? "csv" : "lines";
}
