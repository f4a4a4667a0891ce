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

/**
 * The names of the columns that hold the texts and the labels; of two columns one that is known tells the other. Throws a RangeError where they
 * cannot be told.
 */
export function chooseColumns(
  names: readonly string[],
  { textColumn, labelColumn }: Columns,
): { text: string; label: string } {
  const knownText = choose(names, textColumn, TEXTS);
  const knownLabel = choose(names, labelColumn, LABELS);
  const text = knownText ?? otherOf(names, knownLabel) ?? refuse(names, "text", TEXTS);
  const label = knownLabel ?? otherOf(names, knownText) ?? refuse(names, "label", LABELS);
  if (text === label) {
    throw new RangeError(`expected different columns for texts and labels, found ${JSON.stringify(text)} for both`);
  }
  return { text, label };
}

/** The column that was asked for, or the one with a usual name, if there is one. */
function choose(
  names: readonly string[],
  asked: string | undefined,
  candidates: readonly string[],
): string | undefined {
  if (asked === undefined) return usual(names, candidates);
  const own = names.find((name) => name === asked || name.trim() === asked);
  const numbered = /^[1-9]\d*$/.test(asked) ? names[Number(asked) - 1] : undefined;
  const name = own ?? numbered;
  if (name !== undefined) return name;
  throw new RangeError(`expected a column ${JSON.stringify(asked)}, found the columns ${listed(names)}`);
}

/** Of two columns, the one beside a known one. */
function otherOf(names: readonly string[], known: string | undefined): string | undefined {
  return names.length === 2 && known !== undefined ? names.find((name) => name !== known) : undefined;
}

function refuse(names: readonly string[], kind: "text" | "label", candidates: readonly string[]): never {
  const usual = `${candidates.slice(0, -1).join(", ")} or ${candidates.at(-1)}`;
  throw new RangeError(`expected --${kind}-column or a column ${usual}, found the columns ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  return names.map((name) => name.trim() || '""').join(", ");
}
