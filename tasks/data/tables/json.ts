import { InputSyntaxError } from "../../../errors.ts";
import { describeList, describeValue, parseJSON } from "../../../src/schema/mod.ts";

/** A record of a JSON file. */
export interface JSONRecord {
  readonly value: Readonly<Record<string, unknown>>;
  /** Number of its line in JSON Lines, or of the record in an array, from 1. */
  readonly number: number;
}

/** Whether a text is an array. */
export function isArray(content: string): boolean {
  return /^\s*\[/.test(content);
}

/** Whether a text is one JSON value: an array, or an object with an array of records in it. */
export function isDocument(content: string): boolean {
  if (isArray(content)) return true;
  const first = firstLineOf(content);
  if (!first.startsWith("{")) return false;
  try {
    return recordPaths(JSON.parse(first)).length > 0 && content.trim() === first;
  } catch {
    return isContinued(first);
  }
}

/** Whether a line of JSON leaves an object or array open, outside strings. */
function isContinued(line: string): boolean {
  const marks = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  const depth = [...marks.matchAll(/[[{]/g)].length - [...marks.matchAll(/[\]}]/g)].length;
  return depth > 0 && !marks.includes('"');
}

/** Whether a text begins as JSON records do. */
export function isJSON(content: string): boolean {
  if (/^\s*\[\s*\{\s*["}]/.test(content)) return true;
  const first = firstLineOf(content);
  return /^\s*\{\s*"(?:[^"\\\n]|\\.)*"\s*:/.test(content) && (/[{}[,:]$/.test(first) || isContinued(first));
}

/** The first line that is not empty, trimmed. */
function firstLineOf(content: string): string {
  return /\S[^\n]*/.exec(content)?.[0].trimEnd() ?? "";
}

/**
 * Parses one JSON value: an array of objects, or an object that contains a single one, whose path is returned.
 *
 * Throws `SyntaxError`, with the line or the number of the record, if the text is something else.
 */
export function recordsOfDocument(content: string): { readonly records: JSONRecord[]; readonly path?: string } {
  const value = parseJSON(content, "expected an array of JSON objects");
  if (Array.isArray(value)) return { records: numbered(value, "") };
  const [path, ...others] = recordPaths(value);
  if (path === undefined) {
    throw new InputSyntaxError(`expected an array of JSON objects, found ${describeValue(value)}`);
  }
  if (others.length === 0) return { records: numbered(valueAt(value, path) as unknown[], ` of ${path}`), path };
  throw new InputSyntaxError(
    `expected one array of JSON objects, found ${others.length + 1} (${describeList([path, ...others])}); ` +
      "write each to a file of its own",
  );
}

function numbered(values: readonly unknown[], where: string): JSONRecord[] {
  return values.map((value, i) => ({ value: expectObject(value, `in record ${i + 1}${where}`), number: i + 1 }));
}

/** The paths of arrays of objects in an object. */
function recordPaths(value: unknown): string[] {
  if (!isObject(value) || Array.isArray(value)) return [];
  return pathsOf(value).filter((path) => {
    const found = valueAt(value, path);
    return Array.isArray(found) && isObject(found[0]) && !Array.isArray(found[0]);
  });
}

/** Parses JSON Lines: one object per line. Throws `SyntaxError` with the line number if a line is something else. */
export function recordsOfJSONLines(content: string): JSONRecord[] {
  return content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const place = `on line ${i + 1}`;
    return [{ value: expectObject(parseJSON(line, `expected JSON ${place}`, false), place), number: i + 1 }];
  });
}

function expectObject(value: unknown, place: string): Record<string, unknown> {
  if (isObject(value) && !Array.isArray(value)) return value;
  throw new InputSyntaxError(`expected a JSON object ${place}, found ${describeValue(value)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Maximum depth of the paths to list. */
const MAX_DEPTH = 8;

/** Maximum number of characters of a key that leads on to other values, and of its parts between dots. */
const [MAX_LENGTH, MAX_PARTS] = [100, 8];

/**
 * Returns the value at a path of keys with dots between them, such as `translation.en`; undefined if there is none.
 * Keys may contain dots themselves.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  let dot = path.indexOf(".");
  for (let parts = 1; parts <= MAX_PARTS && dot >= 0 && dot <= MAX_LENGTH; parts++) {
    const key = path.slice(0, dot);
    const found = Object.hasOwn(value, key) ? valueAt(value[key], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
    dot = path.indexOf(".", dot + 1);
  }
  return undefined;
}

/**
 * Lists the paths of the values of an object that are not objects themselves. Objects under a key that is too long to
 * lead on are not looked into, since each path in them would have the key again.
 */
export function pathsOf(value: Readonly<Record<string, unknown>>, depth = 1): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!isObject(inner) || Array.isArray(inner) || depth === MAX_DEPTH || !leadsOn(key)) return [key];
    return pathsOf(inner, depth + 1).map((path) => `${key}.${path}`);
  });
}

function leadsOn(key: string): boolean {
  return key.length <= MAX_LENGTH && key.split(".").length <= MAX_PARTS;
}
