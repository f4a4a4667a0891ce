import { hasUsualNames } from "./columns.ts";
import type { TextFormat } from "./rows.ts";

/** Formats by the endings of files' names. */
const ENDINGS: Readonly<Record<string, TextFormat>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** Lines that are looked at. */
const LOOKED_AT = 20;

/**
 * What a file is: by its name's ending, or by its first lines. JSON objects are JSON Lines; where every line has a tab it is TSV; where the first
 * line has commas and names a column of texts and one of labels it is CSV; everything else is a label, a space and a text a line.
 */
export function detectFormat(path: string, content: string): TextFormat {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase() ?? "";
  if (Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending];
  const lines = content.slice(0, 2 ** 20).split(/\r?\n/).filter((line) => line.trim() !== "").slice(0, LOOKED_AT);
  if (lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return "jsonl";
  if (lines.every((line) => line.includes("\t"))) return "tsv";
  const names = lines[0].split(",").map((name) => name.replaceAll('"', ""));
  return names.length > 1 && hasUsualNames(names) ? "csv" : "lines";
}
