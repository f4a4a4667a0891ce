import { formatHelp } from "./help.ts";
import { type OptionSpecs, parseCommandLine, parseOptions, type Values } from "./options.ts";
import { isBrokenPipe, isSystemError } from "../terminal/platform.ts";
import { terminalColumns } from "../terminal/terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A command of the command line. */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** Its options. */
  readonly options: S;
  /** What its operands are, as the help names them; it takes none where absent. */
  readonly operands?: string;
  /** Does it; returns the exit code. */
  run(values: Values<S>, operands: readonly string[]): Promise<number>;
}

/** A command's name, what it does in one sentence, and command lines that show what it is good for. */
export interface Introduction {
  /** Its name. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Command lines. */
  readonly examples?: readonly string[];
}

/** Where a command's help and its errors go. */
export type Output = Pick<Console, "log" | "error">;

/** Exit code of a command that failed. */
const FAILURE = 1;
/** Exit code of a command line that cannot be understood. */
const USAGE = 2;
/** Exit code of a program whose reader is gone, as of one that SIGPIPE ended. */
const NO_READER = 141;

/** Runs a command with its arguments and returns the exit code: 2 where they make no sense, 1 where it fails. */
export async function runCommand<S extends OptionSpecs>(
  { name, summary, examples }: Introduction,
  command: Command<S>,
  args: readonly string[],
  output: Output = console,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    const usage = [name, command.operands].filter((part) => part !== undefined).join(" ");
    output.log(formatHelp(usage, summary, command.options, terminalColumns(100), examples));
    return 0;
  }
  try {
    if (command.operands === undefined) return await command.run(parseOptions(command.options, args), []);
    const { values, operands } = parseCommandLine(command.options, args);
    return await command.run(values, operands);
  } catch (error) {
    if (isBrokenPipe(error)) return NO_READER;
    if (!isExpected(error)) throw error;
    output.error(`error: ${error.message.trim().replaceAll(/\s*\n\s*/g, "; ")}`);
    return error instanceof UsageError ? USAGE : FAILURE;
  }
}

/** Errors that a user can do something about: their message is enough. */
function isExpected(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError ||
    isSystemError(error);
}
