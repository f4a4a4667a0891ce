import type { Columns } from "./rows.ts";

/** Names that columns of texts usually have, the likeliest first. */
const TEXTS = ["text", "sentence", "review", "content", "comment", "tweet", "body", "message", "phrase"];
/** Names that columns of labels usually have, the likeliest first. */
const LABELS = ["label", "sentiment", "class", "category", "target", "polarity", "rating", "stars"];

/** Whether columns are named so that texts and labels can be told. */
export function hasUsualNames(names: readonly string[]): boolean {
  return usual(names, TEXTS) !== undefined && usual(names, LABELS) !== undefined;
}

/** Whether at least one of the names is one that columns of texts or labels usually have. */
export function isHeader(names: readonly string[], { textColumn, labelColumn }: Columns): boolean {
  const isAsked = [textColumn, labelColumn].some((name) => name !== undefined && names.includes(name));
  return isAsked || usual(names, TEXTS) !== undefined || usual(names, LABELS) !== undefined;
}

function usual(names: readonly string[], candidates: readonly string[]): string | undefined {
  const lower = new Map(names.map((name) => [name.trim().toLowerCase(), name]));
  for (const candidate of candidates) if (lower.has(candidate)) return lower.get(candidate);
  return undefined;
}

/** The names of the columns that hold the texts and the labels. Throws a RangeError where they cannot be told. */
export function chooseColumns(
  names: readonly string[],
  { textColumn, labelColumn }: Columns,
): { text: string; label: string } {
  const text = choose(names, "text", textColumn, TEXTS);
  const label = choose(names, "label", labelColumn, LABELS);
  if (text === label) {
    throw new RangeError(`expected different columns for texts and labels, found ${JSON.stringify(text)} for both`);
  }
  return { text, label };
}

function choose(
  names: readonly string[],
  kind: "text" | "label",
  asked: string | undefined,
  candidates: readonly string[],
): string {
  const found = names.map((name) => name.trim() || '""').join(", ");
  if (asked === undefined) {
    const name = usual(names, candidates);
    if (name !== undefined) return name;
    throw new RangeError(`expected --${kind}-column or a column ${candidates[0]}, found the columns ${found}`);
  }
  const own = names.find((name) => name === asked || name.trim() === asked);
  const numbered = /^[1-9]\d*$/.test(asked) ? names[Number(asked) - 1] : undefined;
  const name = own ?? numbered;
  if (name !== undefined) return name;
  throw new RangeError(`expected a column ${JSON.stringify(asked)}, found the columns ${found}`);
}
