import { nearest } from "../../src/schema/mod.ts";
import { UsageError } from "./usage_error.ts";

/** The groups of options in the help, in order. */
export const OPTION_GROUPS = ["data", "model", "search", "sampling", "answers", "training", "run"] as const;

/** One option of a command. */
export interface OptionSpec {
  /** The type of its value. A path is a non-empty string. */
  readonly kind: "string" | "path" | "integer" | "number" | "boolean" | "choice" | "choiceOrPath";
  /** Description for the help. */
  readonly help: string;
  /** Placeholder for the value in the help. */
  readonly value?: string;
  /** The default as the help shows it. */
  readonly default?: string;
  /** Inclusive minimum. */
  readonly min?: number;
  /** Exclusive minimum. */
  readonly above?: number;
  /** Inclusive maximum. */
  readonly max?: number;
  /** Exclusive maximum. */
  readonly below?: number;
  /** The permitted values of a choice. */
  readonly choices?: readonly string[];
  /** Returns what is expected if a text is not valid. Default: every text is. */
  readonly check?: (text: string) => string | undefined;
  /** Whether an operand is likely meant as its value, for a hint. */
  readonly fits?: (operand: string) => boolean;
  /** The library's name of the value, in place of which messages name the option. Default: none. */
  readonly field?: string;
  /** The group in the help. Default: the first group, which is called Options. */
  readonly group?: typeof OPTION_GROUPS[number];
  /** Whether the help omits it, as for a former name. */
  readonly isHidden?: boolean;
  /** Whether it may be given more than once. Its value is then an array. */
  readonly repeatable?: boolean;
  /** Whether its value may be left out. It is then true. Only for commands without operands. */
  readonly hasOptionalValue?: boolean;
}

/** A command's options by name, in the order of the help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Single<S extends OptionSpec> = S["kind"] extends "boolean" ? boolean
  : S["kind"] extends "integer" | "number" ? number
  : S extends { choices: readonly (infer C)[] } ? C
  : string;

type Value<S extends OptionSpec> = S extends { repeatable: true } ? Single<S>[]
  : S extends { hasOptionalValue: true } ? Single<S> | true
  : Single<S>;

/** The values of the options on the command line. Options that were not given are absent. */
export type Values<S extends OptionSpecs> = { readonly [K in keyof S]?: Value<S[K]> };

/** A parsed command line. */
export interface CommandLine<S extends OptionSpecs> {
  /** The values of the options. */
  readonly values: Values<S>;
  /** The arguments that belong to no option, in order. */
  readonly operands: readonly string[];
}

/**
 * Parses arguments that consist of options only. Throws `UsageError` if an option is unknown or repeated, a value is
 * missing or invalid, or an argument belongs to no option.
 */
export function parseOptions<const S extends OptionSpecs>(specs: S, args: readonly string[]): Values<S> {
  const { values, operands } = parseCommandLine(specs, args);
  if (operands.length > 0) {
    throw new UsageError(`expected options only, found ${quote(operands[0])}${hintFor(specs, values, operands)}`);
  }
  return values;
}

/**
 * Suggests an option that was not given and whose value the operand may be: one that it fits, or the first for data.
 * Several operands after a value with the same ending are what the shell made of a pattern.
 */
function hintFor(specs: OptionSpecs, values: Readonly<Record<string, unknown>>, operands: readonly string[]): string {
  const [operand] = operands;
  const ending = (path: unknown): string | undefined => /[^/\\]\.(\w+)$/.exec(String(path))?.[1];
  const [spread] =
    Object.entries(specs).find(([name, { kind, group }]) =>
      kind === "path" && group === "data" && ending(values[name]) !== undefined &&
      operands.every((operand) => ending(operand) === ending(values[name]))
    ) ?? [];
  if (spread !== undefined && operands.length > 1) {
    return `; if --${spread} reads several files, name their folder or put a pattern in quotes`;
  }
  const free = Object.entries(specs).filter(([name]) => values[name] === undefined);
  const [option] = free.find(([, { fits }]) => fits?.(operand)) ??
    free.find(([, { kind, group }]) => kind === "path" && group === "data") ?? [];
  return option === undefined ? "" : suggestion(option, operand);
}

/** Suggests an operand as the value of an option. */
export function suggestion(option: string, operand: string): string {
  const word = /^[\w./-]+$/.test(operand) ? operand : quote(operand);
  return `; did you mean --${option} ${word}?`;
}

/** Parses options and operands. Operands are arguments that do not begin with a dash, and everything after `--`. */
export function parseCommandLine<const S extends OptionSpecs>(specs: S, args: readonly string[]): CommandLine<S> {
  const { options, operands } = sortArguments(specs, args);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const given = options.filter((option) => option.name === name).map(({ value }) => parseValue(name, spec, value));
    if (given.length > 1 && !spec.repeatable) {
      throw new UsageError(`--${name}: expected once, found ${given.length} times`);
    }
    if (given.length > 0) values[name] = spec.repeatable ? given : given[0];
  }
  return { values: values as Values<S>, operands };
}

/** An option as given on the command line. One without a value has the value true. */
interface GivenOption {
  readonly name: string;
  readonly value: string | true;
}

/**
 * Separates options from operands. A value may be empty or begin with one dash. A value that looks like an option must
 * be written as `--name=--value`.
 */
function sortArguments(specs: OptionSpecs, args: readonly string[]): { options: GivenOption[]; operands: string[] } {
  const options: GivenOption[] = [];
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") return { options, operands: [...operands, ...args.slice(i + 1)] };
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]) ?? [];
    const spec = name !== undefined && Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!/^-./.test(args[i])) operands.push(args[i]);
    else if (spec === undefined) refuseUnknown(args[i], Object.keys(specs));
    else if (spec.kind === "boolean" && value === undefined) options.push({ name, value: true });
    else if (spec.kind === "boolean") throw new UsageError(`--${name}: expected no value, found ${quote(args[i])}`);
    else if (value !== undefined) options.push({ name, value });
    else if (spec.hasOptionalValue && (i + 1 === args.length || args[i + 1].startsWith("-"))) {
      options.push({ name, value: true });
    } else if (i + 1 < args.length && !/^--\w/.test(args[i + 1])) options.push({ name, value: args[++i] });
    else throw new UsageError(`--${name}: expected ${describe(spec)}, found no value`);
  }
  return { options, operands };
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function parseValue(name: string, spec: OptionSpec, given: string | true): string | number | boolean {
  if (given === true) return given;
  if (spec.kind === "string") {
    const expected = spec.check?.(given);
    if (expected === undefined) return given;
    throw new UsageError(`--${name}: expected ${expected}, found ${quote(given)}`);
  }
  if (/path$/i.test(spec.kind) && /^[a-z][a-z\d+.-]+:\/\//i.test(given)) {
    throw new UsageError(
      `--${name}: expected a path, found ${quote(given)}; URLs are not read, download the file first`,
    );
  }
  if (spec.kind === "path" && given !== "") return given;
  if (spec.kind === "choice" && spec.choices?.includes(given)) return given;
  if (spec.kind === "choiceOrPath" && (spec.choices?.includes(given) || /[./\\]/.test(given))) return given;
  const number = DECIMAL.test(given) ? Number(given) : NaN;
  if (spec.kind === "number" || spec.kind === "integer") {
    const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = spec;
    const isKind = spec.kind === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number);
    if (isKind && number >= min && number <= max && number > above && number < below) return number;
  }
  throw new UsageError(`--${name}: expected ${describe(spec)}, found ${quote(given)}`);
}

/** Describes the values that an option accepts. */
function describe({ kind, value, choices, min, max, above, below }: OptionSpec): string {
  if (kind === "string" || kind === "path") return value ?? "TEXT";
  if (kind === "choiceOrPath") return `${choices?.join(", ")} or a file`;
  if (kind === "choice") return `one of ${choices?.join(", ")}`;
  const bounds = [
    min !== undefined ? `of at least ${min}` : "",
    above !== undefined ? `above ${above}` : "",
    max !== undefined ? `at most ${max}` : "",
    below !== undefined ? `below ${below}` : "",
  ].filter((bound) => bound !== "");
  return [kind === "integer" ? "a whole number" : "a number", bounds.join(" and ")].join(" ").trim();
}

function refuseUnknown(argument: string, names: readonly string[]): never {
  const [option] = argument.split("=");
  const near = option.startsWith("--") ? nearest(option.slice(2).split(".")[0], names) : undefined;
  const hint = near === undefined ? "" : `; did you mean --${near}?`;
  throw new UsageError(`unknown option ${option}${hint}`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
