import { expectOptions, refuse } from "./expect.ts";

/** What a field's value is. A path is a string that is not empty; `choiceOrPath` is one of the choices, or a path. */
export type FieldKind = "integer" | "number" | "boolean" | "choice" | "choiceOrPath" | "string" | "path" | "custom";

/** Values by name, as far as they are given. */
export type Given = Readonly<Record<string, unknown>>;

/** Derives a default from the other values; those of fields that stand before it are complete. */
export type Rule<T> = (given: Given) => T;

/** A default, or the rule that derives it. */
export type Default<T> = T | Rule<T>;

/** The declaration of one hyperparameter. */
export interface Field<T = unknown> {
  /** What its value is. */
  readonly kind: FieldKind;
  /** One sentence for help and errors. */
  readonly help: string;
  /** The value where none is given; a field without one must be given. */
  readonly default?: Default<T>;
  /** The default in words, where it is a rule or null. */
  readonly defaultText?: string;
  /** Whether null is a value: no limit, or none. */
  readonly isNullable?: boolean;
  /** Smallest number. */
  readonly min?: number;
  /** Bound that a number must exceed. */
  readonly above?: number;
  /** Largest number. */
  readonly max?: number;
  /** Bound that a number must stay under. */
  readonly below?: number;
  /** The values of a choice. */
  readonly choices?: readonly T[];
  /** For a custom field: what is expected, if the value is not it. */
  readonly check?: (value: unknown) => string | undefined;
  /** The group in which help shows it. */
  readonly group?: string;
  /** The option's name, where it is not the field's own in kebab case; false for a value that comes from the data. */
  readonly option?: string | false;
  /** The option that sets a field to false whose default is true, and its help. */
  readonly off?: { readonly option: string; readonly help: string };
  /** The value's name in help: `FILE`. */
  readonly value?: string;
  /** Names that it had: files with these are read, and options with these are taken. */
  readonly formerly?: readonly string[];
  /** Whether its option may be given more than once. */
  readonly isRepeatable?: boolean;
  /** Whether it matters only when a model is made, so that `config.json` does not keep it. */
  readonly isInitial?: boolean;
  /** Whether a resumed run may be given another value: the place of a file, say. */
  readonly isFree?: boolean;
  /** Fields that must be given beside it; of several in one entry, one will do. */
  readonly needs?: readonly (string | readonly string[])[];
  /** Fields in whose place it stands. */
  readonly insteadOf?: readonly string[];
  /** Fields beside which it means nothing. */
  readonly notWith?: readonly string[];
  /** Values of another field with which alone it means something. */
  readonly onlyWith?: { readonly field: string; readonly values: readonly string[] };
}

/** The declarations of an interface's fields: the compiler proves that every field is declared, with its type. */
export type Schema<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/**
 * Fills in defaults and checks every value. Throws `TypeError` for an unknown name, and `RangeError` for a value that is not what its
 * field expects; `action` begins the message.
 *
 * @param schema The declarations.
 * @param given The values that are given; undefined ones are not.
 * @param action What is being done: `fit`.
 * @param context More values that rules may read.
 */
export function complete<T extends object>(schema: Schema<T>, given: Partial<T>, action: string, context?: Given): T {
  expectOptions(action, given, Object.keys(schema));
  const values: Record<string, unknown> = { ...context, ...definedOnly(given) };
  const fields = Object.entries(schema) as [string, Field][];
  for (const [name, field] of fields) {
    values[name] ??= values[name] === null ? null : defaultOf(field, values);
    checkValue(field, values[name], action, name);
  }
  return Object.fromEntries(fields.map(([name]) => [name, values[name]])) as T;
}

function defaultOf<T>({ default: value }: Field<T>, given: Given): T | undefined {
  return typeof value === "function" ? (value as Rule<T>)(given) : value;
}

/** Throws `RangeError` if a value is not what its field expects. */
export function checkValue(field: Field, value: unknown, action: string, name: string): void {
  if (value === null && field.isNullable) return;
  const expected = unmet(field, value);
  if (expected !== undefined) refuse(action, name, field.isNullable ? `${expected}, or null` : expected, value);
}

/** What a field expects, if the value is not it. */
function unmet(field: Field, value: unknown): string | undefined {
  const { kind, choices = [] } = field;
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

/** A number's kind and range in words: "a whole number of at least 1". */
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

/** The values that are not undefined. */
export function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The option of a field, or false: `learningRate` is `learning-rate` unless the field names another. */
export function optionName(name: string, { option }: Field): string | false {
  return option ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A field's default in words, for help: nothing where it must be given or goes without saying. */
export function describeDefault({ default: value, defaultText }: Field): string | undefined {
  if (defaultText !== undefined) return defaultText;
  return value === undefined || value === null || typeof value === "function" || typeof value === "boolean"
    ? undefined
    : String(value);
}

/** Values under their present names: files that an earlier version wrote have former ones. Other names stay. */
export function readNames(schema: Readonly<Record<string, Field>>, values: Given): Record<string, unknown> {
  const present = new Map<string, string>();
  for (const [name, field] of Object.entries(schema)) {
    for (const former of [...field.formerly ?? [], optionName(name, field)]) if (former) present.set(former, name);
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name in schema ? name : present.get(name) ?? name, value]),
  );
}
