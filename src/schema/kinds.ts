import { InputRangeError, InputTypeError } from "../../errors.ts";
import { describeValue, expectOptions } from "./expect.ts";
import { withArticle } from "./wording.ts";

/** Expected type of an option: a primitive type or a function, one of a list of strings, or an instance of a class. */
export type OptionKind =
  | "number"
  | "boolean"
  | "string"
  | "function"
  | "list"
  | "number or list"
  | readonly string[]
  // deno-lint-ignore no-explicit-any
  | (abstract new (...parameters: any[]) => unknown);

/** Expected types of all options in `Options`. */
export type OptionKinds<Options> = Readonly<Record<keyof Options & string, OptionKind>>;

/**
 * Checks that options are an object of known names with values of the right types, and returns them. An option may be
 * absent. Throws `TypeError` if a name is unknown or a type is wrong, `RangeError` if a string is none of the known
 * ones.
 *
 * @example
 * ```ts
 * import { expectKind, expectKinds, expectOptions } from "@elman/elman/tasks";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const { steps = 1 } = expectKinds("forecast", { steps: 12 }, { steps: "number" });
 * assertEquals(steps, 12);
 * assertThrows(() => expectKind("forecast", "the series", 7, "list"), TypeError, "expected the series to be a list");
 * assertThrows(() => expectOptions("forecast", { step: 12 }, ["steps"]), TypeError, "did you mean steps?");
 * ```
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

/** Checks the type of a value, which messages call `name`. Throws as `expectKinds` does. */
export function expectKind(action: string, name: string, value: unknown, kind: OptionKind): void {
  const type: string = typeof value;
  const expected = `${action}: expected ${name} to be`;
  if (typeof kind === "string") {
    if (kind.split(" or ").some((one) => one === "list" ? isList(value) : type === one)) return;
    throw new InputTypeError(`${expected} ${withArticle(kind)}, found ${describeValue(value)}`);
  }
  if (typeof kind === "function") {
    if (value instanceof kind) return;
    throw new InputTypeError(`${expected} of the class ${kind.name}, found ${describeValue(value)}`);
  }
  if (typeof value === "string" && kind.includes(value)) return;
  throw new InputRangeError(`${expected} one of ${kind.join(", ")}, found ${describeValue(value)}`);
}

function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && "length" in value;
}

/** Throws `TypeError` at the first entry of a list that is no number. */
export function expectNumbers(action: string, values: ArrayLike<unknown>): void {
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] === "number") continue;
    throw new InputTypeError(`${action}: expected a flat list of numbers, found ${describeValue(values[i])} at ${i}`);
  }
}
