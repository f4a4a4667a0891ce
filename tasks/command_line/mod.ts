/**
 * What every command of the command line shares: options, help, progress, signals and files. This layer knows terminals and processes; it
 * must not know what a command computes.
 * @module
 */
export { type Answering, answerTexts, formatSpeed } from "./answer_texts.ts";
export { type Command, type Output, runCommand } from "./command.ts";
export { count } from "./count.ts";
export { describeEngine, ENGINE_OPTIONS, startEngine } from "./engine_options.ts";
export { formatHelp } from "./help.ts";
export { Interrupt, INTERRUPTED } from "./interrupt.ts";
export { jsonLine } from "./json_lines.ts";
export { exists, keepAside } from "./keep_aside.ts";
export { nearest } from "./nearest.ts";
export {
  type CommandLine,
  type OptionSpec,
  type OptionSpecs,
  parseCommandLine,
  parseOptions,
  type Values,
} from "./options.ts";
export { formatDuration, formatProgress, Progress, type ProgressOptions, type ProgressState } from "./progress.ts";
export { inputLines, wholeInput } from "./standard_input.ts";
export { writeError, writeOut } from "./terminal.ts";
export { openText, readBytes, type TextFile } from "./text_files.ts";
export { UsageError } from "./usage_error.ts";
