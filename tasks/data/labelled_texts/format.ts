import { completeLayout, detectLayout, firstLines, type Layout } from "../tables/mod.ts";
import { hasUsualNames } from "./columns.ts";
import { hasPrefixes, isFastText } from "./fasttext_labels.ts";
import type { TextFormat } from "./rows.ts";

/** A layout of a table, or a format of lines. */
export type TextLayout = Layout | { readonly format: "fasttext" } | { readonly format: "lines" };

/**
 * Returns the layout of a file. If no format is given, it is that of fastText if most of the first lines have its
 * labels; a table if the name of the file or its first lines show that; or else lines of a label, a space and a text.
 */
export function layoutOf(
  path: string,
  content: string,
  { format, delimiter }: { readonly format?: TextFormat; readonly delimiter?: string },
): TextLayout {
  if (format === "fasttext" || format === "lines") return { format };
  if (format !== undefined) return completeLayout(format, content, delimiter);
  if (delimiter !== undefined) return completeLayout(delimiter === "\t" ? "tsv" : "csv", content, delimiter);
  if (isFastText(firstLines(content))) return { format: "fasttext" };
  const found = detectLayout(path, content, hasUsualNames);
  if (found) return found;
  return { format: hasPrefixes(firstLines(content)) ? "fasttext" : "lines" };
}
