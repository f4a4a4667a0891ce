import { InputRangeError, InputSyntaxError } from "../errors.ts";

/** Maximum path length, reached by about a hundred nested parts. Deeper nesting would exhaust the stack. */
const MAX_PATH_LENGTH = 2000;

/** Maximum number of known fields that a message lists. */
const MAX_LISTED = 12;

/**
 * Reads the fields of a JSON object with type checks. Errors name the field by its full path, such as
 * `pre_tokenizer.pattern.Regex`.
 *
 * @example
 * ```ts
 * import { JSONFields } from "@elman/elman/tokenizers";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const fields = new JSONFields({ type: "BPE", dropout: null, vocab: { a: 0, b: "1" } }, "model");
 * assertEquals(fields.string("type"), "BPE");
 * assertEquals(fields.optionalNumber("dropout"), undefined);
 * assertThrows(() => fields.object("vocab").count("b"), SyntaxError, "model.vocab.b: expected a whole number");
 * ```
 */
export class JSONFields {
  readonly #object: Readonly<Record<string, unknown>>;
  /** The fields that were asked for, and the objects in them. */
  readonly #asked = new Set<string>();
  readonly #inner = new Map<string, JSONFields>();
  #isWhole = false;
  /** The object's path in the file: `"model"`; `""` for the root. */
  readonly path: string;

  /**
   * Wraps an object.
   *
   * @param value The object.
   * @param path The object's path in the file; `""` for the root.
   * @throws {SyntaxError} If the value is not an object.
   * @throws {RangeError} If the object is nested too deep.
   */
  constructor(value: unknown, path: string) {
    this.path = path;
    if (path.length > MAX_PATH_LENGTH) {
      throw new InputRangeError(
        `read a tokenizer: ${path.slice(0, 60)}...: expected fewer nested parts, found too many`,
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InputSyntaxError(expected(path, "an object", value));
    }
    this.#object = value as Record<string, unknown>;
  }

  /** A field's raw value; `undefined` if it is missing. */
  raw(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  /** All field names and values. */
  entries(): [string, unknown][] {
    this.#isWhole = true;
    return Object.entries(this.#object);
  }

  /** A field's value as a string. */
  string(name: string, absent?: string): string {
    return this.#read(name, "a string", (value) => typeof value === "string", absent);
  }

  /** A field's value as a number. */
  number(name: string, absent?: number): number {
    return this.#read(name, "a number", (value) => typeof value === "number", absent);
  }

  /** A field's value as an integer of at least 0. Throws `RangeError` if it is more than `most`. */
  count(name: string, absent?: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
    const count = this.#read(name, "a whole number of at least 0", isCount, absent);
    if (count > most) throw this.error(name, `at most ${most}`);
    return count;
  }

  /** A field's value as a boolean. */
  boolean(name: string, absent?: boolean): boolean {
    return this.#read(name, "true or false", (value) => typeof value === "boolean", absent);
  }

  /** A field's value as a string; `undefined` if it is null or missing. */
  optionalString(name: string): string | undefined {
    return this.isAbsent(name) ? undefined : this.string(name);
  }

  /** A field's value as a number; `undefined` if it is null or missing. */
  optionalNumber(name: string): number | undefined {
    return this.isAbsent(name) ? undefined : this.number(name);
  }

  /** A field's value, which must be one of the given strings. */
  choice<T extends string>(name: string, choices: readonly T[], absent?: T): T {
    const list = choices.map((choice) => JSON.stringify(choice)).join(", ");
    return this.#read(name, `one of ${list}`, (value) => choices.includes(value as T), absent);
  }

  /** A field's value as an array. */
  array(name: string): readonly unknown[] {
    return this.#read(name, "a list", Array.isArray);
  }

  /** A field's value as an array of strings. */
  strings(name: string): readonly string[] {
    const isString = (item: unknown): boolean => typeof item === "string";
    return this.#read<readonly string[]>(
      name,
      "a list of strings",
      (value) => Array.isArray(value) && value.every(isString),
    );
  }

  /** A field's value as an array of numbers. */
  numbers(name: string): readonly number[] {
    const isNumber = (item: unknown): boolean => typeof item === "number";
    return this.#read<readonly number[]>(
      name,
      "a list of numbers",
      (value) => Array.isArray(value) && value.every(isNumber),
    );
  }

  /** A field's value as an object. */
  object(name: string): JSONFields {
    if (this.raw(name) === undefined) throw new InputSyntaxError(`${inFile(this.#pathOf(name))}: the field is missing`);
    return this.#within(name, this.raw(name));
  }

  /** A field's value as an array of objects. */
  objects(name: string): JSONFields[] {
    return this.array(name).map((value, index) => this.#within(`${name}[${index}]`, value));
  }

  /** Whether a field is missing or null. */
  isAbsent(name: string): boolean {
    return (this.raw(name) ?? null) === null;
  }

  /** Counts all fields of this object as read. */
  ignoreOthers(): void {
    this.#isWhole = true;
  }

  /**
   * Throws `RangeError` if a field of this object, or of one within it, has a value that was never read: it would have
   * no effect and would be lost when the tokenizer is saved.
   */
  refuseOthers(): void {
    const isOther = ([name, value]: [string, unknown]): boolean => value !== null && !this.#asked.has(name);
    const other = this.#isWhole ? undefined : Object.entries(this.#object).find(isOther);
    if (other !== undefined) {
      const known = [...this.#asked].slice(0, MAX_LISTED).join(", ");
      throw new InputRangeError(
        `${inFile(this.path)}: expected only known fields (${known}), found ${brief(other[0])}`,
      );
    }
    for (const inner of this.#inner.values()) inner.refuseOthers();
  }

  /** Creates an error that states what was expected of a field and what was found. */
  error(name: string, what: string): RangeError {
    return new InputRangeError(expected(this.#pathOf(name), what, this.raw(name)));
  }

  #read<T>(name: string, what: string, is: (value: unknown) => boolean, absent?: T): T {
    const value = this.raw(name);
    if ((value ?? null) === null && absent !== undefined) return absent;
    if (value === undefined) throw new InputSyntaxError(`${inFile(this.#pathOf(name))}: the field is missing`);
    if (!is(value)) throw new InputSyntaxError(expected(this.#pathOf(name), what, value));
    return value as T;
  }

  #within(name: string, value: unknown): JSONFields {
    const known = this.#inner.get(name);
    if (known !== undefined) return known;
    const inner = new JSONFields(value, this.#pathOf(name));
    this.#inner.set(name, inner);
    return inner;
  }

  #pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** Formats a JSON value for an error message, shortened to fit on one line. */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

function expected(path: string, what: string, found: unknown): string {
  return `${inFile(path)}: expected ${what}, found ${brief(found)}`;
}

function inFile(path: string): string {
  return `read a tokenizer: ${path === "" ? "the file" : path}`;
}
