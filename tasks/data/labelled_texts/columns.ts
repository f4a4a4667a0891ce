import type { Columns } from "./rows.ts";

/** Usual names of text columns, the likeliest first. */
const TEXT_NAMES = ["text", "sentence", "review", "content", "comment", "tweet", "body", "message", "phrase"];
/** Usual names of label columns, the likeliest first. */
const LABEL_NAMES = ["label", "sentiment", "class", "category", "target", "polarity", "rating", "stars"];

/** Whether the names include a usual text column and a usual label column. */
export function hasUsualNames(names: readonly string[]): boolean {
  return usual(names, TEXT_NAMES) !== undefined && usual(names, LABEL_NAMES) !== undefined;
}

/** Whether a record is a header: whether it includes a requested column, or a usual name of a text or label column. */
export function isHeader(names: readonly string[], { textColumn, labelColumn }: Columns): boolean {
  const isAsked = [textColumn, labelColumn].some((name) => name !== undefined && names.includes(name));
  return isAsked || usual(names, TEXT_NAMES) !== undefined || usual(names, LABEL_NAMES) !== undefined;
}

function usual(names: readonly string[], candidates: readonly string[]): string | undefined {
  const lower = new Map(names.map((name) => [name.trim().toLowerCase(), name]));
  for (const candidate of candidates) if (lower.has(candidate)) return lower.get(candidate);
  return undefined;
}

/**
 * Chooses the columns of the texts and the labels by name. If there are only two columns, knowing one determines the
 * other.
 *
 * Throws `RangeError` if the columns cannot be determined.
 */
export function chooseColumns(
  names: readonly string[],
  { textColumn, labelColumn }: Columns,
): { text: string; label: string } {
  const knownText = choose(names, textColumn, TEXT_NAMES);
  const knownLabel = choose(names, labelColumn, LABEL_NAMES);
  const text = knownText ?? otherOf(names, knownLabel) ?? refuse(names, "text", TEXT_NAMES);
  const label = knownLabel ?? otherOf(names, knownText) ?? refuse(names, "label", LABEL_NAMES);
  if (text === label) {
    throw new RangeError(`expected different columns for texts and labels, found ${JSON.stringify(text)} for both`);
  }
  return { text, label };
}

/** The requested column, or else one with a usual name. */
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

/** The other one of two columns. */
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
