/** The longest path to an object: a hundred parts within parts have one. Deeper ones would exhaust the stack. */
const LONGEST_PATH = 2000;

/**
 * The fields of a JSON object, read one by one with their types checked. An error names the field by its whole path, such as
 * `pre_tokenizer.pattern.Regex`.
 */
export class JSONFields {
  readonly #object: Readonly<Record<string, unknown>>;
  /** Where the object stands in the file: `"model"`; `""` for the file itself. */
  readonly path: string;

  /**
   * The fields of an object.
   *
   * @param value The object.
   * @param path Where it stands in the file; `""` for the file itself.
   * @throws {SyntaxError} If the value is not an object.
   * @throws {RangeError} If it stands too deep in the file.
   */
  constructor(value: unknown, path: string) {
    this.path = path;
    if (path.length > LONGEST_PATH) {
      throw new RangeError(
        `read a tokenizer: ${path.slice(0, 60)}...: expected parts within parts, found too many of them`,
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new SyntaxError(expected(path, "an object", value));
    }
    this.#object = value as Record<string, unknown>;
  }

  /** The value of a field as it is, `undefined` where it is missing. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  /** The names and values of all fields. */
  entries(): [string, unknown][] {
    return Object.entries(this.#object);
  }

  /** A field's value as text. */
  string(name: string, absent?: string): string {
    return this.#read(name, "a string", (value) => typeof value === "string", absent);
  }

  /** A field's value as a number. */
  number(name: string, absent?: number): number {
    return this.#read(name, "a number", (value) => typeof value === "number", absent);
  }

  /** A field's value as a whole number of at least 0. */
  count(name: string, absent?: number): number {
    return this.#read(
      name,
      "a whole number of at least 0",
      (value) => Number.isSafeInteger(value) && Number(value) >= 0,
      absent,
    );
  }

  /** A field's value as true or false. */
  boolean(name: string, absent?: boolean): boolean {
    return this.#read(name, "true or false", (value) => typeof value === "boolean", absent);
  }

  /** A field's value as text, or `undefined` where it is null or missing. */
  optionalString(name: string): string | undefined {
    return this.isAbsent(name) ? undefined : this.string(name);
  }

  /** A field's value as a number, or `undefined` where it is null or missing. */
  optionalNumber(name: string): number | undefined {
    return this.isAbsent(name) ? undefined : this.number(name);
  }

  /** A field's value as one of some texts. */
  choice<T extends string>(name: string, choices: readonly T[], absent?: T): T {
    const list = choices.map((choice) => JSON.stringify(choice)).join(", ");
    return this.#read(name, `one of ${list}`, (value) => choices.includes(value as T), absent);
  }

  /** A field's value as a list. */
  array(name: string): readonly unknown[] {
    return this.#read(name, "a list", Array.isArray);
  }

  /** A field's value as an object. */
  object(name: string): JSONFields {
    if (this.raw(name) === undefined) throw new SyntaxError(`${inFile(this.#pathOf(name))}: the field is missing`);
    return new JSONFields(this.raw(name), this.#pathOf(name));
  }

  /** The objects of a list. */
  objects(name: string): JSONFields[] {
    return this.array(name).map((value, index) => new JSONFields(value, `${this.#pathOf(name)}[${index}]`));
  }

  /** Whether a field is missing or null. */
  isAbsent(name: string): boolean {
    return (this.raw(name) ?? null) === null;
  }

  /** An error about a field: what was expected, and what stands there. */
  error(name: string, what: string): RangeError {
    return new RangeError(expected(this.#pathOf(name), what, this.raw(name)));
  }

  #read<T>(name: string, what: string, is: (value: unknown) => boolean, absent?: T): T {
    const value = this.raw(name);
    if ((value ?? null) === null && absent !== undefined) return absent;
    if (value === undefined) throw new SyntaxError(`${inFile(this.#pathOf(name))}: the field is missing`);
    if (!is(value)) throw new SyntaxError(expected(this.#pathOf(name), what, value));
    return value as T;
  }

  #pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** A JSON value for a message, cut to a length that fits on a line. */
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
