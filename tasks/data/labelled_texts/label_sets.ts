import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";
import type { Row } from "./rows.ts";

/** How several labels of a text are read. */
export interface LabelSetOptions {
  /** Whether a text may have several labels, or none. Default: detected. */
  readonly multiLabel?: boolean;
  /** The character between the labels of a text. Default: with `multiLabel`, detected. */
  readonly labelSeparator?: string;
}

/** The characters that may divide labels, in the order in which they are looked for. */
const SEPARATORS = ["|", ";", ","] as const;

/** Rows whose labels are settled. */
interface SettledRows {
  readonly rows: readonly Row[];
  /** The character at which labels were divided, if one was. */
  readonly labelSeparator?: string;
  /** A label that looks like a list of labels, as most with its separator do, although texts have one each. */
  readonly likelyList?: string;
}

/**
 * Gives every row a list of labels if texts may have several: if `multiLabel` or a separator says so, or a row shows
 * it. Labels are divided at the separator unless `isWhole`. In all other files, every row keeps its one label.
 *
 * Throws `RangeError` with the place if a label between two separators is empty, or if a row has several labels and
 * `multiLabel` is false.
 */
export function settleLabels(
  rows: readonly Row[],
  place: (row: number) => string,
  { multiLabel, labelSeparator, isWhole }: LabelSetOptions & { readonly isWhole: boolean },
): SettledRows {
  const isAsked = multiLabel ?? (labelSeparator === undefined ? undefined : true);
  if (!(isAsked ?? rows.some(({ labels }) => labels !== undefined))) {
    const own = withOneLabel(rows, place);
    const likelyList = isWhole || isAsked === false ? undefined : findList(own);
    return { rows: own, ...likelyList !== undefined && { likelyList } };
  }
  const isDivided = isAsked === true && !isWhole;
  const separator = isDivided ? labelSeparator ?? detectSeparator(rows) : undefined;
  return {
    rows: rows.map((row, i) => {
      const labels = row.labels ?? divideLabels(row.label, separator, () => place(i));
      return withLabels(row.text, labels);
    }),
    ...separator !== undefined && { labelSeparator: separator },
  };
}

/** Returns a text with different labels, which `label` lists in a fixed order. */
function withLabels(text: string, labels: readonly string[]): Row {
  const different = [...new Set(labels)];
  return { text, label: different.toSorted().join("|"), labels: different };
}

function withOneLabel(rows: readonly Row[], place: (row: number) => string): readonly Row[] {
  return rows.map((row, i) => {
    if (row.labels === undefined) return row;
    const [label, ...others] = row.labels;
    if (label !== undefined && others.length === 0) return { text: row.text, label };
    const found = label === undefined ? "none" : `${others.length + 1} (${describeList(row.labels)})`;
    throw new InputRangeError(
      `expected one label on ${place(i)}, found ${found}; several need a multi-label classifier`,
    );
  });
}

function detectSeparator(rows: readonly Row[]): string | undefined {
  return SEPARATORS.find((separator) => rows.some(({ label, labels }) => !labels && label.includes(separator)));
}

/** Numbers with a decimal comma, which are no lists. */
const DECIMAL = /^-?\d+,\d+$/;

/** Returns a label that looks like a list, if most with its separator do: each part occurs in other labels too. */
function findList(rows: readonly Row[]): string | undefined {
  const labels = [...new Set(rows.map(({ label }) => label))];
  for (const separator of SEPARATORS) {
    const divided = labels.filter((label) => label.includes(separator) && !DECIMAL.test(label));
    if (divided.length < 2) continue;
    const partsOf = (label: string): Set<string> => new Set(label.split(separator).map((part) => part.trim()));
    const uses = new Map<string, number>();
    for (const part of labels.flatMap((label) => [...partsOf(label)])) uses.set(part, (uses.get(part) ?? 0) + 1);
    const lists = divided.filter((label) => {
      const parts = partsOf(label);
      return parts.size > 1 && [...parts].every((part) => part !== "" && uses.get(part)! > 1);
    });
    if (2 * lists.length > divided.length) return lists[0];
  }
  return undefined;
}

/** Divides a field into labels; separators at its ends divide nothing. */
function divideLabels(field: string, separator: string | undefined, place: () => string): string[] {
  if (field === "") return [];
  if (separator === undefined) return [field];
  const parts = field.split(separator).map((part) => part.trim());
  const labels = parts.slice(
    parts.findIndex((part) => part !== ""),
    parts.findLastIndex((part) => part !== "") + 1,
  );
  if (!labels.includes("")) return labels;
  throw new InputRangeError(
    `expected a label between separators ${describeValue(separator)} on ${place()}, found none in ${
      describeValue(field)
    }`,
  );
}
