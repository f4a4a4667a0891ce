/**
 * Declarations of hyperparameters: type, range, default, one sentence, group. Checks, defaults, options of the command line and what a resumed
 * run compares follow from them. This layer knows values; it must not know what a value is for, and imports nothing.
 * @module
 */
export { describeValue, expectOptions, refuse } from "./expect.ts";
export {
  boolean,
  choice,
  choiceOrPath,
  custom,
  type Declared,
  integer,
  nullable,
  number,
  path,
  share,
  string,
} from "./fields.ts";
export { expectKind, expectKinds, type OptionKind, type OptionKinds } from "./kinds.ts";
export { nearest } from "./nearest.ts";
export {
  checkValue,
  complete,
  type Default,
  definedOnly,
  describeDefault,
  type Field,
  type FieldKind,
  type Given,
  optionName,
  readNames,
  type Rule,
  type Schema,
} from "./schema.ts";
