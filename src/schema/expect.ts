import { nearest } from "./nearest.ts";

/** Most characters of a value that a message shows. */
const LONGEST = 80;

/** A value as a message shows it: a string in quotes, a long one cut. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null && !Array.isArray(value) && value.constructor !== Object) {
    return `a ${value.constructor?.name ?? "value"}`;
  }
  const text = typeof value === "string" || Array.isArray(value) || (typeof value === "object" && value !== null)
    ? JSON.stringify(value)
    : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/** Throws `RangeError` that says what was expected of a value, and what was found. */
export function refuse(action: string, name: string, expected: string, found: unknown): never {
  throw new RangeError(`${action}: expected ${name} to be ${expected}, found ${describeValue(found)}`);
}

/**
 * Checks that `options` is an object whose names are all known. Throws `TypeError` that names the unknown one, and the name that may have
 * been meant.
 */
export function expectOptions(action: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${action}: expected an object of options, found ${describeValue(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  const hint = near === undefined ? `expected one of ${names.join(", ")}` : `did you mean ${near}?`;
  throw new TypeError(`${action}: unknown option ${JSON.stringify(unknown)}; ${hint}`);
}
