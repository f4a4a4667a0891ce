import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./usage_error.ts";

/** One option of a command. */
export interface OptionSpec {
  /** What its value is. */
  readonly kind: "string" | "integer" | "number" | "boolean" | "choice";
  /** One line for the help. */
  readonly help: string;
  /** The value's name in the help. */
  readonly value?: string;
  /** What holds where the option is absent, for the help. */
  readonly default?: string;
  /** Smallest number. */
  readonly min?: number;
  /** Bound that a number must exceed. */
  readonly above?: number;
  /** Largest number. */
  readonly max?: number;
  /** Bound that a number must stay under. */
  readonly below?: number;
  /** The values of a choice. */
  readonly choices?: readonly string[];
  /** Whether it may be given more than once; its value is then an array. */
  readonly repeatable?: boolean;
}

/** The options of a command by name, in the order of the help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Value<S extends OptionSpec> = S extends { repeatable: true } ? string[]
  : S["kind"] extends "boolean" ? boolean
  : S["kind"] extends "integer" | "number" ? number
  : S extends { choices: readonly (infer C)[] } ? C
  : string;

/** What was given on the command line: options that were not are absent. */
export type Values<S extends OptionSpecs> = { readonly [K in keyof S]?: Value<S[K]> };

/** Parses arguments. Throws a UsageError for an unknown option, a missing or impossible value, or an argument that belongs to none. */
export function parseOptions<const S extends OptionSpecs>(specs: S, args: readonly string[]): Values<S> {
  const names = Object.keys(specs);
  const withValue = names.filter((name) => specs[name].kind !== "boolean");
  const parsed = parseArgs(joinNegativeNumbers(args, specs), {
    string: withValue,
    boolean: names.filter((name) => specs[name].kind === "boolean"),
    collect: withValue,
    unknown: (arg, key) => refuseUnknown(arg, key, names),
  });
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const given = parsed[name];
    if (specs[name].kind === "boolean") {
      if (given === true) values[name] = true;
      continue;
    }
    const texts = given as string[];
    if (texts.length === 0) continue;
    if (specs[name].repeatable) values[name] = texts;
    else if (texts.length > 1) throw new UsageError(`--${name}: expected it once, found it ${texts.length} times`);
    else values[name] = parseValue(name, specs[name], texts[0]);
  }
  return values as Values<S>;
}

/** Writes `--lr -1` as `--lr=-1`: a negative number is a value, not an option. */
function joinNegativeNumbers(args: readonly string[], specs: OptionSpecs): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    const takesNumber = last?.startsWith("--") && ["integer", "number"].includes(specs[last.slice(2)]?.kind ?? "");
    if (takesNumber && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function parseValue(name: string, spec: OptionSpec, text: string): string | number {
  if (spec.kind === "string") return text;
  if (text === "") throw new UsageError(`--${name}: expected ${describe(spec)}, found no value`);
  if (spec.kind === "choice") {
    if (spec.choices?.includes(text)) return text;
    throw new UsageError(`--${name}: expected ${describe(spec)}, found ${JSON.stringify(text)}`);
  }
  const number = Number(text);
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = spec;
  const isKind = spec.kind === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (isKind && text.trim() === text && number >= min && number <= max && number > above && number < below) {
    return number;
  }
  throw new UsageError(`--${name}: expected ${describe(spec)}, found ${JSON.stringify(text)}`);
}

/** What an option takes, in words. */
function describe({ kind, choices, min, max, above, below }: OptionSpec): string {
  if (kind === "choice") return `one of ${choices?.join(", ")}`;
  const bounds = [
    min !== undefined ? `of at least ${min}` : "",
    above !== undefined ? `above ${above}` : "",
    max !== undefined ? `at most ${max}` : "",
    below !== undefined ? `below ${below}` : "",
  ].filter((bound) => bound !== "");
  return [kind === "integer" ? "a whole number" : "a number", bounds.join(" and ")].join(" ").trim();
}

function refuseUnknown(arg: string, key: string | undefined, names: readonly string[]): never {
  if (key === undefined) throw new UsageError(`expected options only, found ${JSON.stringify(arg)}`);
  const near =
    names.map((name) => ({ name, distance: editDistance(name, key) })).sort((a, b) => a.distance - b.distance)[0];
  const hint = near && near.distance <= Math.max(2, key.length / 3) ? `; did you mean --${near.name}?` : "";
  throw new UsageError(`expected a known option, found ${arg.split("=")[0]}${hint}`);
}

/** Insertions, deletions and replacements that turn one text into another (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + +(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return row[b.length];
}
