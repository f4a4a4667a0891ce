/**
 * What every command of the command line shares: options, help, progress, signals and files. This layer knows terminals and processes; it
 * must not know what a command computes.
 * @module
 */
export { type Command, runCommand, UsageError } from "./command.ts";
export { formatHelp } from "./help.ts";
export { Interrupt } from "./interrupt.ts";
export { jsonLine } from "./json_lines.ts";
export { type OptionSpec, type OptionSpecs, parseOptions, type Values } from "./options.ts";
export { formatDuration, formatProgress, Progress, type ProgressState } from "./progress.ts";
export { readText } from "./text_files.ts";
