import type { Field, FieldKind } from "./schema.ts";

/** The declaration of a field except its kind. */
export type Declared<T> = Omit<Field<T>, "kind">;

function field<T>(kind: FieldKind, declared: Declared<T>): Field<T> {
  return { kind, ...declared };
}

/** Declares a whole number. */
export function integer(declared: Declared<number>): Field<number> {
  return field("integer", declared);
}

/** Declares a finite number. */
export function number(declared: Declared<number>): Field<number> {
  return field("number", declared);
}

/** Declares a number from 0 to below 1. */
export function share(declared: Declared<number>): Field<number> {
  return field("number", { min: 0, below: 1, ...declared });
}

/** Declares a boolean. */
export function boolean(declared: Declared<boolean>): Field<boolean> {
  return field("boolean", declared);
}

/** Declares one of several strings. */
export function choice<C extends string>(choices: readonly C[], declared: Declared<NoInfer<C>>): Field<C> {
  return field<C>("choice", { choices, ...declared });
}

/** Declares one of several strings or the path of a file. */
export function choiceOrPath(choices: readonly string[], declared: Declared<string>): Field<string> {
  return field("choiceOrPath", { choices, ...declared });
}

/** Declares any string. */
export function string(declared: Declared<string>): Field<string> {
  return field("string", declared);
}

/** Declares the path of a file or a directory. */
export function path(declared: Declared<string>): Field<string> {
  return field("path", declared);
}

/** Declares the path of a file or a directory, or several paths. */
export function paths(declared: Declared<string | readonly string[]>): Field<string | readonly string[]> {
  return field("path", { isRepeatable: true, ...declared });
}

/** Declares a value of any other kind; `check` returns what is expected if a value is invalid. */
export function custom<T>(declared: Declared<T> & Required<Pick<Field<T>, "check">>): Field<T> {
  return field("custom", declared);
}

/** Lets a field be null, which means no limit or no value. `value` is the default. Default: null. */
export function nullable<T>(declared: Field<T>, value: T | null = null): Field<T | null> {
  return { ...declared as Field<T | null>, isNullable: true, default: value };
}
