import { InputRangeError } from "../../errors.ts";
import { describeList } from "../../src/schema/mod.ts";
import {
  completeLayout,
  detectLayout,
  expectColumns,
  expectDelimiter,
  expectText,
  expectWidth,
  findColumn,
  firstRecords,
  type FirstRow,
  isAsked,
  type Layout,
  pairOfRoles,
  readTable,
  type Role,
  type RowRecord,
  type Table,
  type TableFormat,
  usualColumn,
} from "./tables/mod.ts";

/** How to read a table of pairs. */
export interface PairOptions {
  /** Column of the source sentences: a name, a number from 1, or the path of a JSON value. Default: detected. */
  readonly sourceColumn?: string;
  /** Column of their translations. Default: detected. */
  readonly targetColumn?: string;
  /** The columns of other data of the same kind, which come before the detected ones. Default: none. */
  readonly likely?: { readonly sourceColumn?: string; readonly targetColumn?: string };
  /** The character between the fields, or its name: "semicolon". Default: detected. */
  readonly delimiter?: string;
  /** Whether the first row holds the names of the columns. Default: detected. */
  readonly header?: boolean;
}

/** How a table of pairs was read. */
export interface PairTable {
  /** The format. */
  readonly format: TableFormat;
  /** The character between the fields, if the format has one. */
  readonly delimiter?: string;
  /** How the first row was read, if it might have been a header. */
  readonly firstRow?: FirstRow;
  /** The columns of the sources and the targets. */
  readonly columns: readonly [source: string, target: string];
  /** Number of columns. */
  readonly width: number;
}

/** A sentence and its translation. */
interface Pair {
  readonly source: string;
  readonly target: string;
}

/** Without options and names, the first two columns are taken if there are at most this many. */
const MAX_COLUMNS = 3;

/** Reads pairs from a table. Throws `RangeError` or `SyntaxError` if it has no pairs or the columns are uncertain. */
export function readPairTable(
  path: string,
  content: string,
  options: PairOptions,
): { readonly pairs: readonly Pair[]; readonly table: PairTable } {
  const { header, sourceColumn, targetColumn, likely = {} } = options;
  const roles = rolesOf(options);
  const table = readTable(content, layoutOf(path, content, expectDelimiter(options.delimiter)), {
    header,
    rule: (first) => decideFirstRow(first, roles),
    paths: () => [sourceColumn, targetColumn, ...Object.values(likely)].filter((path) => path !== undefined),
  });
  if (table.length === 0) throw new InputRangeError("expected at least 1 pair, found only a header");
  const [source, target] = chooseColumns(table, roles);
  const pairs = Array.from({ length: table.length }, (_, row): Pair => ({
    source: expectText(table, row, source),
    target: expectText(table, row, target),
  }));
  const { format, delimiter, firstRow, names } = table;
  const columns = [names[source].trim(), names[target].trim()] as const;
  return { pairs, table: { format, delimiter, firstRow, columns, width: names.length } };
}

/** The columns of the sources and the targets. */
function rolesOf({ sourceColumn, targetColumn, likely = {} }: PairOptions): readonly [source: Role, target: Role] {
  return pairOfRoles(
    {
      content: "sources",
      option: "--source-column",
      names: ["source", "src"],
      asked: sourceColumn,
      likely: likely.sourceColumn,
    },
    {
      content: "targets",
      option: "--target-column",
      names: ["target", "tgt", "translation"],
      asked: targetColumn,
      likely: likely.targetColumn,
    },
  );
}

/** Returns the layout of a file of pairs, which is TSV unless its name or its first records show another one. */
function layoutOf(path: string, content: string, delimiter?: string): Layout {
  if (delimiter !== undefined) return completeLayout(delimiter === "\t" ? "tsv" : "csv", content, delimiter);
  return detectLayout(path, content, (names) => findSides(names, rolesOf({})).every((side) => side !== undefined)) ??
    evenLayout(content) ?? { format: "tsv", delimiter: "\t" };
}

/**
 * Returns the layout with which the first records have the same number of fields, at least 2, if there is one. Commas
 * and semicolons of prose are no delimiters, although each line of a text may have one.
 */
function evenLayout(content: string): Layout | undefined {
  const { format, delimiter = "," } = completeLayout("csv", content);
  const records = firstRecords(content, delimiter).map(({ fields }) => fields);
  const [width = 1, ...others] = new Set(records.map(({ length }) => length));
  if (width === 1 || others.length > 0 || isProse(content, records, delimiter)) return undefined;
  return { format, delimiter };
}

/** Whether most delimiters have a space after them, or stand between digits, and no field is in quotes. */
function isProse(content: string, records: readonly (readonly string[])[], delimiter: string): boolean {
  if (!/[,;]/.test(delimiter)) return false;
  const joints = records.flatMap((fields) => fields.slice(1).map((after, i) => [fields[i], after]));
  const punctuation = joints.filter(([before, after]) => /^ /.test(after) || /\d$/.test(before) && /^\d/.test(after));
  const isQuoted = new RegExp(`(?:^|${delimiter})"[^"\n]*"(?:${delimiter}(?! )|$)`, "m").test(content);
  return punctuation.length >= joints.length / 2 && !isQuoted;
}

/** Decides whether the first row is a header: whether it includes a requested column or names both sides. */
function decideFirstRow({ fields }: RowRecord, roles: readonly [Role, Role]): FirstRow {
  const isNamed = roles.some((role) => isAsked(fields, role)) ||
    findSides(fields, roles.map(({ asked: _, ...role }) => role)).every((side) => side !== undefined);
  return { isHeader: isNamed, by: isNamed ? "names" : "values" };
}

/** Names of columns of numbers that are codes of languages too: Indonesian and Norwegian. */
const UNSURE = /^(?:id|no)$/i;

/** Finds the columns that are requested or have usual names; the others are the first ones with names of languages. */
function findSides(names: readonly string[], roles: readonly Role[]): (number | undefined)[] {
  const found = roles.map((role) => role.asked === undefined ? usualColumn(names, role) : findColumn(names, role));
  const all = names.flatMap((name, i) => isLanguage(name) && !found.includes(i) ? [i] : []);
  const sure = all.filter((i) => !UNSURE.test(names[i].trim()));
  const languages = sure.length >= found.filter((side) => side === undefined).length ? sure : all;
  return found.map((side) => side ?? languages.shift());
}

function chooseColumns(table: Table, roles: readonly [Role, Role]): number[] {
  const { names } = table;
  expectSides(table);
  const [source, target] = findSides(names, roles);
  if (source === undefined && target === undefined && names.length <= MAX_COLUMNS && table.firstRow) return [0, 1];
  const otherOf = (known: number | undefined) => names.length === 2 && known !== undefined ? 1 - known : undefined;
  const sides = [source ?? otherOf(target), target ?? otherOf(source)];
  if (!sides.includes(undefined)) return expectColumns(names, roles, sides);
  const found = describeList(names.map((name) => name.trim() || '""'));
  const column = table.firstRow?.isHeader === false ? "N" : "NAME";
  throw new InputRangeError(
    `expected columns named as both sides, such as source and target, found ${names.length}: ${found}; ` +
      `set --source-column ${column} --target-column ${column}`,
  );
}

/** Throws `RangeError` if a table has a single column. */
function expectSides(table: Table): void {
  if (table.delimiter !== "\t") return expectWidth(table, 2);
  if (table.names.length > 1) return;
  throw new InputRangeError(
    "expected a tab between source and target on each line, found none; set --delimiter for another character",
  );
}

/** Whether a name is an English name of a language or its tag: "German", "de" or "de_AT", or a path that ends so. */
function isLanguage(name: string): boolean {
  const last = name.trim().toLowerCase().split(".").at(-1)!;
  return languages().has(last) || /^[a-z]{2}[-_]/.test(last) && languages().has(last.slice(0, 2)) && last.length <= 7;
}

let known: ReadonlySet<string> | undefined;

/** The two-letter codes of languages and their English names, in lower case. */
function languages(): ReadonlySet<string> {
  if (known) return known;
  const display = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  known = new Set(codes.flatMap((code) => {
    const name = display.of(code);
    return name === undefined ? [] : [code, name.toLowerCase()];
  }));
  return known;
}
