import { describeValue, expectOptions } from "./expect.ts";

/** What an option must be: a number, true or false, text, a function, a list of any sort, one of some words, or an instance of a class. */
export type OptionKind =
  | "number"
  | "boolean"
  | "string"
  | "function"
  | "list"
  | readonly string[]
  // deno-lint-ignore no-explicit-any
  | (abstract new (...parameters: any[]) => unknown);

/** The kinds of all the options that a type has. */
export type OptionKinds<Options> = Readonly<Record<keyof Options & string, OptionKind>>;

/**
 * Checks that options are an object of known names with values of the right kinds, and returns them. Throws `TypeError` for an unknown name
 * or a wrong type, and `RangeError` for a word that is none of those that are known. Options may be left out.
 */
export function expectKinds<Options extends object>(
  action: string,
  options: Options,
  kinds: OptionKinds<Options>,
): Options {
  expectOptions(action, options, Object.keys(kinds));
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) expectKind(action, name, value, kinds[name as keyof Options & string]);
  }
  return options;
}

/** Checks that a value is of a kind; `name` says what it is in the message. Throws as `expectKinds`. */
export function expectKind(action: string, name: string, value: unknown, kind: OptionKind): void {
  const type: string = typeof value;
  const expected = `${action}: expected ${name} to be`;
  if (typeof kind === "string") {
    if (kind === "list" ? isList(value) : type === kind) return;
    throw new TypeError(`${expected} a ${kind}, found ${describeValue(value)}`);
  }
  if (typeof kind === "function") {
    if (value instanceof kind) return;
    throw new TypeError(`${expected} of the class ${kind.name}, found ${describeValue(value)}`);
  }
  if (typeof value === "string" && kind.includes(value)) return;
  throw new RangeError(`${expected} one of ${kind.join(", ")}, found ${describeValue(value)}`);
}

function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && "length" in value;
}
