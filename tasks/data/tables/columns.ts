import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";

/** A column that a reader needs. */
export interface Role {
  /** Noun for its values in messages: "texts". */
  readonly content: string;
  /** The option that chooses it: "--text-column". */
  readonly option: string;
  /** Its usual names, the likeliest first. */
  readonly names: readonly string[];
  /** The requested column: a name, a number from 1 if no column has that name, or the path of a JSON value. */
  readonly asked?: string;
  /** The column in the data that these are like, which comes before the usual names. A number is no name. */
  readonly likely?: string;
}

/** Returns two roles without a likely column that the other one requests. */
export function pairOfRoles(first: Role, second: Role): readonly [Role, Role] {
  const free = (role: Role, { asked }: Role): Role =>
    asked !== undefined && asked === role.likely ? { ...role, likely: undefined } : role;
  return [free(first, second), free(second, first)];
}

/** Whether a column has the requested name. A number may be the place of a column. */
export function isAsked(names: readonly string[], { asked }: Role): boolean {
  return asked !== undefined && !isNumber(asked) && names.some((name) => isName(name, asked));
}

/**
 * Returns the place of the likely name, or of the likeliest usual one, or of the last part of a path. Returns undefined
 * if there is none.
 */
export function usualColumn(names: readonly string[], { likely, names: candidates }: Role): number | undefined {
  const lower = names.map((name) => name.trim().toLowerCase());
  const own = likely === undefined || isNumber(likely) ? -1 : lower.indexOf(likely.trim().toLowerCase());
  if (own >= 0) return own;
  for (const known of [lower, lower.map((name) => name.slice(name.lastIndexOf(".") + 1))]) {
    for (const candidate of candidates) if (known.includes(candidate)) return known.indexOf(candidate);
  }
  return undefined;
}

/** Returns the place of the requested column, or else of one with a usual name; undefined if there is none. */
export function findColumn(names: readonly string[], role: Role): number | undefined {
  const { asked, option } = role;
  if (asked === undefined) return usualColumn(names, role);
  const own = names.findIndex((name) => isName(name, asked));
  if (own >= 0) return own;
  if (isNumber(asked) && Number(asked) <= names.length) return Number(asked) - 1;
  if (/^[-+]?\d+$/.test(asked) && !isNumber(asked)) {
    throw new InputRangeError(`expected a name or a number from 1 for ${option}, found ${describeValue(asked)}`);
  }
  throw new InputRangeError(`expected a column ${describeValue(asked)}, found ${listed(names)}`);
}

function isNumber(asked: string): boolean {
  return /^[1-9]\d*$/.test(asked);
}

function isName(name: string, asked: string): boolean {
  return name === asked || name.trim() === asked;
}

/**
 * Completes the columns of the roles. Throws `RangeError` if one is unknown, or if two roles have the same column.
 */
export function expectColumns(
  names: readonly string[],
  roles: readonly Role[],
  found: readonly (number | undefined)[],
): number[] {
  const columns = roles.map((role, i) => found[i] ?? refuse(names, role));
  const twice = columns.findIndex((column, i) => columns.indexOf(column) < i);
  if (twice < 0) return columns;
  const contents = roles.map(({ content }) => content).join(" and ");
  const name = describeValue(names[columns[twice]]);
  throw new InputRangeError(`expected different columns for ${contents}, found ${name} for both`);
}

function refuse(names: readonly string[], { option, names: candidates }: Role): never {
  const usual = `${candidates.slice(0, -1).join(", ")} or ${candidates.at(-1)}`;
  throw new InputRangeError(`expected ${option} or a column ${usual}, found ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  return `the column${names.length === 1 ? "" : "s"} ${describeList(names.map((name) => name.trim() || '""'))}`;
}
