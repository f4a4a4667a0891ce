import { formatHelp } from "./help.ts";
import { type OptionSpecs, parseOptions, type Values } from "./options.ts";
import { UsageError } from "./usage_error.ts";

export { UsageError };

/** A command of the command line. */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Its options. */
  readonly options: S;
  /** Does it; returns the exit code. */
  run(values: Values<S>): Promise<number>;
}

/** Exit codes. */
const FAILURE = 1;
const USAGE = 2;

/** Errors that a user can do something about: their message is enough. */
function isExpected(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError ||
    error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied;
}

/** Runs a command with its arguments and returns the exit code: 2 where they make no sense, 1 where it fails. */
export async function runCommand<S extends OptionSpecs>(command: Command<S>, args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(formatHelp(command.name, command.summary, command.options));
    return 0;
  }
  try {
    return await command.run(parseOptions(command.options, args));
  } catch (error) {
    if (!isExpected(error)) throw error;
    console.error(`error: ${error.message}`);
    if (!(error instanceof UsageError)) return FAILURE;
    console.error(`See "${command.name} --help".`);
    return USAGE;
  }
}
