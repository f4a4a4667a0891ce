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
  if (!(isAsked ?? rows.some(({ labels }) => labels !== undefined))) return { rows: withOneLabel(rows, place) };
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
