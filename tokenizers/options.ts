import { InputTypeError } from "../errors.ts";

/** Maximum number of characters of a value shown in a message. */
const MAX_SHOWN_LENGTH = 80;

/** The kind of value that an option takes. */
export interface Kind {
  /** Description for messages, as in "expected it to be a number". */
  readonly words: string;
  /** Whether a value is of this kind. */
  readonly holds: (value: unknown) => boolean;
}

/** A string. */
export const TEXT: Kind = { words: "a string", holds: (value) => typeof value === "string" };

/** A number. */
export const NUMBER: Kind = { words: "a number", holds: (value) => typeof value === "number" };

/** A boolean. */
export const FLAG: Kind = { words: "true or false", holds: (value) => typeof value === "boolean" };

/** A function. */
export const FUNCTION: Kind = { words: "a function", holds: (value) => typeof value === "function" };

/** A plain object or an instance of a class. */
export const OBJECT: Kind = { words: "an object", holds: (value) => typeof value === "object" && value !== null };

/** An array. */
export const LIST: Kind = { words: "a list", holds: Array.isArray };

/** An iterable of strings; a string counts as one. */
export const TEXTS: Kind = {
  words: "text or a sequence of texts",
  holds: (value) => Symbol.iterator in Object(value),
};

/** An iterable or async iterable of strings; a string counts as one. */
export const TEXT_STREAM: Kind = {
  words: "text, or a sequence or stream of texts",
  holds: (value) => TEXTS.holds(value) || Symbol.asyncIterator in Object(value),
};

/** An instance of a class. */
export function instanceOf(
  // deno-lint-ignore no-explicit-any
  Class: abstract new (...parameters: any[]) => unknown,
): Kind {
  return { words: `a ${Class.name}`, holds: (value) => value instanceof Class };
}

/** One of the given strings. */
export function oneOf(choices: readonly string[]): Kind {
  return { words: `one of ${choices.join(", ")}`, holds: (value) => choices.includes(value as string) };
}

/** An object that has the given method. */
export function having(method: string): Kind {
  const has = (value: unknown): boolean => typeof (Object(value) as Record<string, unknown>)[method] === "function";
  return { words: `an object with the method ${method}`, holds: has };
}

/** The kind of each option of a type. */
export type Kinds<Options> = Readonly<Record<keyof Options & string, Kind>>;

/**
 * Checks the names and kinds of options and returns them; options not listed as required may be absent. Throws
 * `TypeError` with what was expected and what was found.
 */
export function checkOptions<Options extends object>(
  action: string,
  options: Options,
  kinds: Kinds<Options>,
  required: readonly (keyof Options & string)[] = [],
): Options {
  if (!OBJECT.holds(options) || LIST.holds(options)) {
    throw new InputTypeError(`${action}: expected an object of options, found ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(kinds, name));
  if (unknown !== undefined) {
    const known = Object.keys(kinds).join(", ");
    throw new InputTypeError(`${action}: unknown option ${JSON.stringify(unknown)}; expected one of ${known}`);
  }
  for (const name of Object.keys(kinds) as (keyof Options & string)[]) {
    const value = options[name];
    if (value !== undefined || required.includes(name)) checkKind(action, name, value, kinds[name]);
  }
  return options;
}

/**
 * Checks that a value is of a kind and returns it; `name` describes the value in messages. Throws `TypeError` if it is
 * not.
 */
export function checkKind<Value>(action: string, name: string, value: Value, kind: Kind): Value {
  if (kind.holds(value)) return value;
  throw new InputTypeError(`${action}: expected ${name} to be ${kind.words}, found ${describe(value)}`);
}

/** Formats a value for a message: strings quoted, long values shortened. */
function describe(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null && !Array.isArray(value) && value.constructor !== Object) {
    return value.constructor ? `an object of the class ${value.constructor.name}` : "an object";
  }
  const text = typeof value === "string" || typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text;
}
