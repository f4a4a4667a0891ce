/**
 * Declarations of hyperparameters: type, range, default, help and group. Validation, defaults, command-line options and
 * the settings that a resumed run must match follow from them. This folder imports nothing and must not depend on what
 * a value is used for.
 * @module
 */
export { abbreviate, describeList, describeValue, expectObject, expectOptions, refuse } from "./expect.ts";
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
  paths,
  share,
  string,
} from "./fields.ts";
export { type IdleOptions, refuseIdle } from "./idle.ts";
export { parseJSON } from "./json_errors.ts";
export { expectKind, expectKinds, expectNumbers, type OptionKind, type OptionKinds } from "./kinds.ts";
export { byCloseness, nearest } from "./nearest.ts";
export { readNumbers } from "./number_list.ts";
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
  resolve,
  type Rule,
  type Schema,
} from "./schema.ts";
export { count, withArticle } from "./wording.ts";
