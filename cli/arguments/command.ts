import { InputRangeError, isInputError } from "../../errors.ts";
import { formatHelp } from "./help.ts";
import { type OptionSpecs, parseCommandLine, parseOptions, type Values } from "./options.ts";
import { isBrokenPipe, isSystemError } from "../terminal/platform.ts";
import { terminalColumns, writeErrorLine, writeLine } from "../terminal/terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A command of the command line. */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** The options it accepts. */
  readonly options: S;
  /** The operands as the help shows them. Default: the command takes no operands. */
  readonly operands?: string;
  /** A remark on the options for the help. Default: none. */
  readonly note?: string;
  /** Runs the command and returns the exit code. */
  run(values: Values<S>, operands: readonly string[]): Promise<number>;
}

/** The parts of a command's help beside its options. */
export interface Introduction {
  /** The words that start the command, such as `elman generate`. */
  readonly name: string;
  /** Description in one sentence. */
  readonly summary: string;
  /** Example command lines. */
  readonly examples?: readonly string[];
}

/** Receives a command's help and error messages. */
export interface Output {
  /** Prints a help text. */
  log(text: string): void;
  /** Prints an error message. */
  error(text: string): void;
}

const TERMINAL: Output = { log: writeLine, error: writeErrorLine };

/** Exit code of a command that fails. */
const FAILURE = 1;
/** Exit code for an invalid command line. */
const USAGE = 2;
/** Exit code after a broken pipe: that of a process killed by SIGPIPE. */
const BROKEN_PIPE = 141;

/**
 * Runs a command with its arguments and returns the exit code: 2 if the arguments are invalid, 1 if the command fails
 * or cannot be loaded.
 */
export async function runCommand<S extends OptionSpecs>(
  { name, summary, examples }: Introduction,
  command: Command<S> | Promise<Command<S>>,
  args: readonly string[],
  output: Output = TERMINAL,
): Promise<number> {
  let specs: OptionSpecs = {};
  try {
    const { options, note, operands: named, run } = await command;
    specs = options;
    if (args.includes("--help") || args.includes("-h")) {
      const usage = [name, "[OPTIONS]", named].filter((part) => part !== undefined).join(" ");
      output.log(formatHelp({ usage, summary, note, options, examples }, terminalColumns(80)));
      return 0;
    }
    if (named === undefined) return await run(parseOptions(options, args), []);
    const { values, operands } = parseCommandLine(options, args);
    return await run(values, operands);
  } catch (error) {
    if (isBrokenPipe(error)) return BROKEN_PIPE;
    if (!isExpected(error)) throw error;
    output.error(`error: ${nameOptions(new InputRangeError(error.message).message, specs)}`);
    return error instanceof UsageError ? USAGE : FAILURE;
  }
}

/** Names options in place of the library's fields, whose names in camel case are no other words. */
function nameOptions(message: string, specs: OptionSpecs): string {
  const options = new Map(
    Object.entries(specs).flatMap(([option, { field, isHidden }]) => field && !isHidden ? [[field, option]] : []),
  );
  return message.replaceAll(/(?<=^|[\s(])[a-z]+[A-Z]\w*(?=$|[\s,.:;)])/g, (name) => {
    const option = options.get(name);
    return option ? `--${option}` : name;
  });
}

/** Whether the user can fix the cause of an error, so that its message suffices without a stack. */
function isExpected(error: unknown): error is Error {
  return isInputError(error) || isSystemError(error);
}
