import type { Field, FieldKind } from "./schema.ts";

/** What a field says beside its kind. */
export type Declared<T> = Omit<Field<T>, "kind">;

function field<T>(kind: FieldKind, declared: Declared<T>): Field<T> {
  return { kind, ...declared };
}

/** A whole number. */
export function integer(declared: Declared<number>): Field<number> {
  return field("integer", declared);
}

/** A finite number. */
export function number(declared: Declared<number>): Field<number> {
  return field("number", declared);
}

/** A share of a whole: from 0 to below 1. */
export function share(declared: Declared<number>): Field<number> {
  return field("number", { min: 0, below: 1, ...declared });
}

/** True or false. */
export function boolean(declared: Declared<boolean>): Field<boolean> {
  return field("boolean", declared);
}

/** One of several values. */
export function choice<C extends string>(choices: readonly C[], declared: Declared<NoInfer<C>>): Field<C> {
  return field<C>("choice", { choices, ...declared });
}

/** One of several values, or the path of a file. */
export function choiceOrPath(choices: readonly string[], declared: Declared<string>): Field<string> {
  return field("choiceOrPath", { choices, ...declared });
}

/** Any string. */
export function string(declared: Declared<string>): Field<string> {
  return field("string", declared);
}

/** The path of a file or a directory. */
export function path(declared: Declared<string>): Field<string> {
  return field("path", declared);
}

/** A value of any other kind; `check` says what is expected, if a value is not it. */
export function custom<T>(declared: Declared<T> & Required<Pick<Field<T>, "check">>): Field<T> {
  return field("custom", declared);
}

/** A field whose value may be null, for no limit, or none; null is its default unless another is given. */
export function nullable<T>(declared: Field<T>, value: T | null = null): Field<T | null> {
  return { ...declared as Field<T | null>, isNullable: true, default: value };
}
