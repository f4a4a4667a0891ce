/**
 * The command line: `elman COMMAND [OPTIONS]`, or `deno run cli/main.ts COMMAND [OPTIONS]`. It dispatches to
 * the commands and does not know what they do.
 * @module
 */
import process from "node:process";
import { nearest } from "../src/schema/mod.ts";
import { type TaskEntry, TASKS } from "../tasks/registry.ts";
import { launchOf } from "../src/distributed/launcher.ts";
import { formatOverview, type Output, runCommand } from "./arguments/mod.ts";
import { type CommandRow, makeCommandTable } from "./command_table.ts";
import { goToCallersDirectory } from "./callers_directory.ts";
import { environmentVariable } from "./terminal/platform.ts";
import { terminalColumns, writeErrorLine, writeLine } from "./terminal/terminal.ts";
import { invocation } from "./invocation.ts";
import { VERSION } from "./version.ts";

/**
 * Runs the command line and returns the exit code.
 *
 * @param args The arguments after the program's name.
 * @param tasks The tasks that `train-...` and `evaluate` support. Default: Elman's own tasks. Pass a longer list to add
 * a task.
 *
 * @example
 * ```ts
 * import { main } from "@elman/elman/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await main(["--version"]), 0);
 * ```
 */
export async function main(args: readonly string[], tasks: readonly TaskEntry[] = TASKS): Promise<number> {
  return await new CommandLine(makeCommandTable(tasks)).run(args);
}

/** Finds commands by name and runs them. */
class CommandLine {
  #table: readonly CommandRow[];

  constructor(table: readonly CommandRow[]) {
    this.#table = table;
  }

  /** Runs a command, or prints the overview. Returns the exit code. */
  async run([name, ...rest]: readonly string[]): Promise<number> {
    switch (name) {
      case undefined:
        writeErrorLine(this.#overview());
        return 2;
      case "help":
        return rest.length > 1 ? refuseMore("help", "at most one command", rest.slice(1)) : await this.#help(rest);
      case "--help":
      case "-h":
        return await this.#help([]);
      case "--version":
      case "-V":
        if (rest.length > 0) return refuseMore(name, "no operand", rest);
        writeLine(`elman ${VERSION}`);
        return 0;
    }
    return await this.#runCommand(name, rest);
  }

  /** Prints the help of one command, or the overview. */
  async #help([name]: readonly string[]): Promise<number> {
    if (name !== undefined) return await this.#runCommand(name, ["--help"]);
    writeLine(this.#overview());
    return 0;
  }

  async #runCommand(name: string, args: readonly string[]): Promise<number> {
    const row = this.#table.find((command) => command.name === name);
    if (!row) return this.#refuse(name);
    const { summary, examples, load } = row;
    const introduction = { name: invocation(name), summary, examples: examples.map((line) => invocation(line)) };
    return await runCommand(introduction, load(args), args, output());
  }

  /** Reports an unknown command and suggests the nearest one. Returns the exit code. */
  #refuse(name: string): number {
    const names = this.#table.map(({ name }) => name);
    const near = nearest(name, names);
    const hint = near === undefined ? `expected one of ${names.join(", ")}` : `did you mean ${near}?`;
    writeErrorLine(`error: unknown command ${JSON.stringify(name)}; ${hint}`);
    return 2;
  }

  #overview(): string {
    const title = "Elman: recurrent neural networks.";
    const usage = invocation("COMMAND", "[OPTIONS]");
    return formatOverview({ title, usage, commands: this.#table }, terminalColumns(80));
  }
}

/** Whether a launcher of MPI has started this process beside another one, which reports errors in the arguments. */
function isOtherRank(): boolean {
  return (launchOf(environmentVariable)?.rank ?? 0) > 0;
}

function output(): Output {
  return { log: writeLine, error: isOtherRank() ? () => {} : writeErrorLine };
}

/** Exit code of a command line that is refused, and milliseconds in which rank 0 has surely said why. */
const [REFUSAL, REFUSAL_MS] = [2, 4000];

/** Waits for the message of rank 0, before whose end a launcher would stop it, once another rank has failed. */
async function waitForRank0(code: number): Promise<void> {
  if (code !== REFUSAL || !isOtherRank()) return;
  await new Promise((resolve) => setTimeout(resolve, REFUSAL_MS));
}

/** Reports unexpected arguments after a command or option. Returns the exit code. */
function refuseMore(name: string, expected: string, found: readonly string[]): number {
  writeErrorLine(`error: ${name}: expected ${expected}, found ${found.map((word) => JSON.stringify(word)).join(", ")}`);
  return 2;
}

if (import.meta.main) {
  goToCallersDirectory();
  const code = await main(process.argv.slice(2));
  await waitForRank0(code);
  process.exit(code);
}
