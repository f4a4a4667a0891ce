import { nearest } from "../../src/schema/mod.ts";
import { UsageError } from "./usage_error.ts";

/** The groups in which a help shows options, in its order. */
export const OPTION_GROUPS = ["data", "model", "search", "sampling", "answers", "training", "run"] as const;

/** One option of a command. */
export interface OptionSpec {
  /** What its value is; a path is a text that is not empty. */
  readonly kind: "string" | "path" | "integer" | "number" | "boolean" | "choice" | "choiceOrPath";
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
  /** The group of the help in which it stands; the first, which has no name, where absent. */
  readonly group?: typeof OPTION_GROUPS[number];
  /** Whether help does not show it: a former name. */
  readonly isHidden?: boolean;
  /** Whether it may be given more than once; its value is then an array. */
  readonly repeatable?: boolean;
}

/** The options of a command by name, in the order of the help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Single<S extends OptionSpec> = S["kind"] extends "boolean" ? boolean
  : S["kind"] extends "integer" | "number" ? number
  : S extends { choices: readonly (infer C)[] } ? C
  : string;

type Value<S extends OptionSpec> = S extends { repeatable: true } ? Single<S>[] : Single<S>;

/** What was given on the command line: options that were not are absent. */
export type Values<S extends OptionSpecs> = { readonly [K in keyof S]?: Value<S[K]> };

/** What stood on the command line. */
export interface CommandLine<S extends OptionSpecs> {
  /** The options. */
  readonly values: Values<S>;
  /** Arguments that belong to no option, in their order. */
  readonly operands: readonly string[];
}

/**
 * Parses arguments. Throws a UsageError for an unknown option, one given twice, a missing or impossible value, or an argument that
 * belongs to no option.
 */
export function parseOptions<const S extends OptionSpecs>(specs: S, args: readonly string[]): Values<S> {
  const { values, operands } = parseCommandLine(specs, args);
  if (operands.length > 0) throw new UsageError(`expected options only, found ${quote(operands[0])}`);
  return values;
}

/** As `parseOptions`, with the arguments that belong to no option: those that do not begin with a dash, and all after `--`. */
export function parseCommandLine<const S extends OptionSpecs>(specs: S, args: readonly string[]): CommandLine<S> {
  const { options, operands } = sortArguments(specs, args);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const given = options.filter((option) => option.name === name).map(({ value }) => parseValue(name, spec, value));
    if (given.length > 1 && !spec.repeatable) {
      throw new UsageError(`--${name}: expected it once, found it ${given.length} times`);
    }
    if (given.length > 0) values[name] = spec.repeatable ? given : given[0];
  }
  return { values: values as Values<S>, operands };
}

/** An option as it stands on the command line; one without a value is true. */
interface GivenOption {
  readonly name: string;
  readonly value: string | true;
}

/**
 * Tells options from operands. A value may begin with a dash and be empty, but what begins like an option is not taken for one: it must be
 * written as `--name=--value`.
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
    else if (i + 1 < args.length && !/^--\w/.test(args[i + 1])) options.push({ name, value: args[++i] });
    else throw new UsageError(`--${name}: expected ${describe(spec)}, found no value`);
  }
  return { options, operands };
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function parseValue(name: string, spec: OptionSpec, given: string | true): string | number | boolean {
  if (given === true || spec.kind === "string") return given;
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

/** What an option takes, in words. */
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
