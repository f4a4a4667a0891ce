import { InputRangeError, InputTypeError } from "../../errors.ts";
import { nearest } from "./nearest.ts";
import { withArticle } from "./wording.ts";

/** Maximum number of characters of a value in a message. */
const MAX_VALUE_LENGTH = 80;
/** Maximum number of characters of each value in a list. */
const MAX_ENTRY_LENGTH = 40;
/** Maximum number of values to list. */
const MAX_ENTRIES = 12;

/** Cuts a text that is too long for a message. */
export function abbreviate(text: string, maxLength: number = MAX_VALUE_LENGTH): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
}

/** Lists names or other short values for a message: "a, b and 3 more". */
export function describeList(values: readonly string[]): string {
  const shown = values.slice(0, MAX_ENTRIES).map((value) => abbreviate(value, MAX_ENTRY_LENGTH)).join(", ");
  const others = values.length - MAX_ENTRIES;
  return others > 0 ? `${shown} and ${others.toLocaleString("en")} more` : shown;
}

/** Formats a value for a message: strings are quoted, long values are cut. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !isPlain(value)) {
    return withArticle(value.constructor?.name ?? "value");
  }
  return abbreviate(typeof value === "string" || typeof value === "object" ? jsonOf(value) : String(value));
}

/** Formats a value as JSON; one that is nested too deeply, or contains itself, is only named, as are typed arrays. */
function jsonOf(value: unknown): string {
  const named = (_: string, part: unknown): unknown => ArrayBuffer.isView(part) ? describeValue(part) : part;
  try {
    return JSON.stringify(value, named);
  } catch {
    return Array.isArray(value) ? "a list" : "an object";
  }
}

/** Whether an object is a record, as JSON has them, whatever its fields are called. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Throws `RangeError` with what was expected of the value `name` and what was found.
 *
 * @example
 * ```ts
 * import { describeValue, refuse } from "@elman/elman/tasks";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertThrows(() => refuse("forecast", "steps", "at least 1", 0), RangeError, "expected steps to be at least 1, found 0");
 * assertEquals([describeValue("a"), describeValue([1, 2]), describeValue(new Map())], ['"a"', "[1,2]", "a Map"]);
 * ```
 */
export function refuse(action: string, name: string, expected: string, found: unknown): never {
  throw new InputRangeError(`${action}: expected ${name} to be ${expected}, found ${describeValue(found)}`);
}

/**
 * Checks that `options` is an object with known names only. Throws `TypeError` with the unknown name and the most
 * similar known one.
 */
export function expectOptions(action: string, options: unknown, names: readonly string[]): void {
  const unknown = Object.keys(expectObject(action, options as object)).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  const hint = near === undefined ? `expected one of ${names.join(", ")}` : `did you mean ${near}?`;
  throw new InputTypeError(`${action}: unknown option ${describeValue(unknown)}; ${hint}`);
}

/** Returns options of any names. Throws `TypeError` if they are no object. */
export function expectObject<O extends object>(action: string, options: O): O {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return options;
  throw new InputTypeError(`${action}: expected an object of options, found ${describeValue(options)}`);
}
