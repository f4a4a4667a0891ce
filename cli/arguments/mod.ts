/**
 * Parsing of command lines: options and operands, help texts and exit codes. This folder must not depend on what a
 * command computes.
 * @module
 */
export { type Command, type Introduction, type Output, runCommand } from "./command.ts";
export { formatHelp, formatOverview, type Help } from "./help.ts";
export {
  type CommandLine,
  OPTION_GROUPS,
  type OptionSpec,
  type OptionSpecs,
  parseCommandLine,
  parseOptions,
  suggestion,
  type Values,
} from "./options.ts";
export {
  agrees,
  describeOption,
  type Fields,
  fieldsOf,
  type GivenOptions,
  hasEffect,
  optionsOf,
  refuseContradictions,
  refuseIdleFields,
} from "./schema_options.ts";
export { UsageError } from "./usage_error.ts";
