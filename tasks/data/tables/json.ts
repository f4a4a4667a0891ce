import { abbreviate, describeValue } from "../../../src/schema/mod.ts";

/** A record of a JSON file. */
export interface JSONRecord {
  readonly value: Readonly<Record<string, unknown>>;
  /** Number of its line in JSON Lines, or of the record in an array, from 1. */
  readonly number: number;
}

/** Whether a text is an array, not JSON Lines. */
export function isArray(content: string): boolean {
  return /^\s*\[/.test(content);
}

/**
 * Parses an array of objects. Throws `SyntaxError`, with the number of the record if there is one, if the text is
 * something else.
 */
export function recordsOfArray(content: string): JSONRecord[] {
  const values = parse(content, "an array of JSON objects");
  if (!Array.isArray(values)) {
    throw new SyntaxError(`expected an array of JSON objects, found ${describeValue(values)}`);
  }
  return values.map((value, i) => ({ value: expectObject(value, `in record ${i + 1}`), number: i + 1 }));
}

/** Parses JSON Lines: one object per line. Throws `SyntaxError` with the line number if a line is something else. */
export function recordsOfJSONLines(content: string): JSONRecord[] {
  return content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const place = `on line ${i + 1}`;
    return [{ value: expectObject(parse(line, `JSON ${place}`), place), number: i + 1 }];
  });
}

function parse(text: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`expected ${expected}, found ${abbreviate((error as Error).message, 120)}`);
  }
}

function expectObject(value: unknown, place: string): Record<string, unknown> {
  if (isObject(value) && !Array.isArray(value)) return value;
  throw new SyntaxError(`expected a JSON object ${place}, found ${describeValue(value)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Returns the value at a path of keys with dots between them, such as `translation.en`; undefined if there is none.
 * Keys may contain dots themselves.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    const found = Object.hasOwn(value, key) ? valueAt(value[key], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Maximum depth of the paths to list. */
const MAX_DEPTH = 8;

/** Lists the paths of the values of an object that are not objects themselves. */
export function pathsOf(value: Readonly<Record<string, unknown>>, depth = 1): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!isObject(inner) || Array.isArray(inner) || depth === MAX_DEPTH) return [key];
    return pathsOf(inner, depth + 1).map((path) => `${key}.${path}`);
  });
}
