import { expectOptions, refuse } from "./expect.ts";

/** Type of a field's value. A path is a string that is not empty; `choiceOrPath` is one of the choices or a path. */
export type FieldKind = "integer" | "number" | "boolean" | "choice" | "choiceOrPath" | "string" | "path" | "custom";

/** The given values by name. */
export type Given = Readonly<Record<string, unknown>>;

/** Derives a default from other values. Fields declared earlier already have their defaults. */
export type Rule<T> = (given: Given) => T;

/** A default, or the rule that derives it. */
export type Default<T> = T | Rule<T>;

/** The declaration of one hyperparameter. */
export interface Field<T = unknown> {
  /** Type of the value. */
  readonly kind: FieldKind;
  /** One sentence for help and errors. */
  readonly help: string;
  /** Default value. A field without a default is required. */
  readonly default?: Default<T>;
  /** The default in words, for help, if it is a rule or null. */
  readonly defaultText?: string;
  /** Whether null is allowed, for no limit or no value. */
  readonly isNullable?: boolean;
  /** Inclusive minimum. */
  readonly min?: number;
  /** Exclusive minimum. */
  readonly above?: number;
  /** Inclusive maximum. */
  readonly max?: number;
  /** Exclusive maximum. */
  readonly below?: number;
  /** Allowed values of a choice. */
  readonly choices?: readonly T[];
  /** For a custom field: returns what is expected if the value is invalid. */
  readonly check?: (value: unknown) => string | undefined;
  /** For a custom field: reads its value from the text of its option. Default: the text is the value. */
  readonly parse?: (text: string) => T;
  /** Group in the help text. */
  readonly group?: string;
  /** Name of the command-line option. Default: the field's name in kebab case. False: no option. */
  readonly option?: string | false;
  /** Option that sets the field to false, its help, and the fields that it requires. */
  readonly off?: { readonly option: string; readonly help: string; readonly needs?: readonly string[] };
  /** Placeholder of the value in the help text, such as `FILE`. */
  readonly value?: string;
  /** Former names, still accepted in files and as options. */
  readonly formerly?: readonly string[];
  /** Whether the option may be repeated. The value may then be a list; a custom field checks it itself. */
  readonly isRepeatable?: boolean;
  /** Whether it matters only when a model is made, so that `config.json` leaves it out. */
  readonly isInitial?: boolean;
  /** Whether a model that starts from another one may have another value, since no weight depends on it. */
  readonly isOpen?: boolean;
  /** The value of models saved before the field existed. Without it, a saved model must have the field. */
  readonly former?: T;
  /** Whether a resumed run may use another value, such as the path of a file. */
  readonly isFree?: boolean;
  /** Fields that it requires; of a list in one entry, any one is enough. */
  readonly needs?: readonly (string | readonly string[])[];
  /** Fields that it replaces. */
  readonly insteadOf?: readonly string[];
  /** Fields of a preset that it replaces, though both may be given; or a rule that names them. */
  readonly overrides?: Default<readonly string[]>;
  /** Fields that cannot be combined with it. */
  readonly notWith?: readonly string[];
  /**
   * Values of another field that it requires, or a number that the other must exceed; null for the other field, which
   * leaves the value open, is enough.
   */
  readonly onlyWith?:
    | { readonly field: string; readonly values: readonly string[] }
    | { readonly field: string; readonly above: number };
}

/** Declarations of all fields of an interface; the compiler checks that each is declared with its type. */
export type Schema<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/**
 * Fills in defaults and validates every value. Throws `TypeError` if a name is unknown, `RangeError` if a value is not
 * what its field expects.
 *
 * @param schema The declarations.
 * @param given The given values; undefined counts as not given.
 * @param action What is being done, such as `fit`; begins error messages.
 * @param context Additional values that rules may read.
 *
 * @example
 * ```ts
 * import { boolean, choice, choiceOrPath, complete, custom, integer, nullable } from "@elman/elman/tasks";
 * import { number, path, paths, type Schema, share, string } from "@elman/elman/tasks";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * interface Settings {
 *   readonly cell: "rnn" | "gru";
 *   readonly hidden: number;
 *   readonly rate: number;
 *   readonly dropout: number;
 *   readonly patience: number | null;
 *   readonly tied: boolean;
 *   readonly seasons: readonly number[];
 *   readonly name: string;
 *   readonly tokenizer: string;
 *   readonly data: string;
 *   readonly references: string | readonly string[];
 * }
 * const isList = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isInteger);
 * const SETTINGS: Schema<Settings> = {
 *   cell: choice(["rnn", "gru"], { default: "gru", help: "The recurrent cell." }),
 *   hidden: integer({ min: 1, default: ({ cell }) => cell === "gru" ? 64 : 128, help: "Hidden size." }),
 *   rate: number({ above: 0, default: 0.01, help: "Learning rate." }),
 *   dropout: share({ default: 0, help: "Dropout rate." }),
 *   patience: nullable(integer({ min: 1, help: "Epochs without improvement before training stops." })),
 *   tied: boolean({ default: false, help: "Whether input and output share their weights." }),
 *   seasons: custom({ default: [], check: (value) => isList(value) ? undefined : "integers", help: "Periods." }),
 *   name: string({ default: "model", help: "Name of the model." }),
 *   tokenizer: choiceOrPath(["char", "word"], { default: "char", help: "A tokenizer, or its file." }),
 *   data: path({ help: "File of the data." }),
 *   references: paths({ default: "reference.txt", help: "Files to compare with." }),
 * };
 * const { hidden, patience } = complete(SETTINGS, { cell: "rnn", data: "series.csv" }, "fit");
 * assertEquals([hidden, patience], [128, null]);
 * assertThrows(() => complete(SETTINGS, { data: "a", dropout: 1 }, "fit"), RangeError, "expected dropout to be from 0");
 * ```
 */
export function complete<T extends object>(schema: Schema<T>, given: Partial<T>, action: string, context?: Given): T {
  expectOptions(action, given, Object.keys(schema));
  const values: Record<string, unknown> = { ...context, ...definedOnly(given) };
  const fields = Object.entries(schema) as [string, Field][];
  for (const [name, field] of fields) {
    values[name] ??= values[name] === null ? null : resolve(field.default, values);
    checkValue(field, values[name], action, name);
  }
  return Object.fromEntries(fields.map(([name]) => [name, values[name]])) as T;
}

/** Returns the value of a default beside other values, or undefined if there is none. */
export function resolve<T>(value: Default<T> | undefined, given: Given): T | undefined {
  return typeof value === "function" ? (value as Rule<T>)(given) : value;
}

/** Throws `RangeError` if a value is not what its field expects. */
export function checkValue(field: Field, value: unknown, action: string, name: string): void {
  if (value === null && field.isNullable) return;
  const expected = unmet(field, value);
  if (expected !== undefined) refuse(action, name, field.isNullable ? `${expected}, or null` : expected, value);
}

/** Returns what a field expects if the value is invalid. */
function unmet(field: Field, value: unknown): string | undefined {
  const { kind, choices = [], isRepeatable } = field;
  if (isRepeatable && kind !== "custom" && Array.isArray(value)) {
    if (value.length === 0) return "at least one value";
    return value.map((one) => unmet({ ...field, isRepeatable: false }, one)).find((expected) => expected !== undefined);
  }
  switch (kind) {
    case "integer":
    case "number":
      return isNumber(field, value) ? undefined : describeNumber(field);
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "choice":
      return choices.includes(value) ? undefined : `one of ${choices.join(", ")}`;
    case "string":
      return typeof value === "string" ? undefined : "a string";
    case "path":
    case "choiceOrPath":
      return typeof value === "string" && value !== "" ? undefined : "a string that is not empty";
    case "custom":
      return field.check?.(value);
  }
}

function isNumber(
  { kind, min = -Infinity, max = Infinity, above = -Infinity, below = Infinity }: Field,
  value: unknown,
) {
  const isKind = kind === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isKind && (value as number) >= min && (value as number) <= max && (value as number) > above &&
    (value as number) < below;
}

/** Describes the type and range of a number: "a whole number of at least 1". */
function describeNumber({ kind, min, max, above, below }: Field): string {
  if (min !== undefined && below !== undefined) return `from ${min} to below ${below}`;
  const bounds = [
    min === undefined ? [] : `of at least ${min}`,
    above === undefined ? [] : `above ${above}`,
    max === undefined ? [] : `at most ${max}`,
    below === undefined ? [] : `below ${below}`,
  ].flat();
  return [kind === "integer" ? "a whole number" : "a finite number", bounds.join(" and ")].join(" ").trim();
}

/** Removes undefined values. */
export function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Returns the option name of a field, or false: `learning-rate` for `learningRate` unless the field overrides it. */
export function optionName(name: string, { option }: Field): string | false {
  return option ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns a field's default in words for help; undefined if there is none to show. */
export function describeDefault({ default: value, defaultText }: Field): string | undefined {
  if (defaultText !== undefined) return defaultText;
  return value === undefined || value === null || typeof value === "function" || typeof value === "boolean"
    ? undefined
    : String(value);
}

/** Renames values from former to current names, for files of earlier versions. Unknown names stay. */
export function readNames(schema: Readonly<Record<string, Field>>, values: Given): Record<string, unknown> {
  const present = new Map<string, string>();
  for (const [name, field] of Object.entries(schema)) {
    for (const former of [...field.formerly ?? [], optionName(name, field)]) if (former) present.set(former, name);
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name in schema ? name : present.get(name) ?? name, value]),
  );
}
