/**
 * The command line: `elman COMMAND [OPTIONS]`, or `deno run cli/main.ts COMMAND [OPTIONS]`. It knows the commands and nothing of what they do.
 * @module
 */
import process from "node:process";
import { nearest } from "../tasks/task_model/nearest.ts";
import { formatOverview, runCommand } from "./arguments/mod.ts";
import { type CommandRow, COMMANDS } from "./command_table.ts";
import { goToCallersDirectory } from "./callers_directory.ts";
import { terminalColumns } from "./terminal/terminal.ts";
import { VERSION } from "./version.ts";

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  switch (name) {
    case undefined:
      console.error(overview());
      return 2;
    case "help":
      return await help(rest);
    case "--help":
    case "-h":
      return await help([]);
    case "--version":
    case "-V":
      console.log(`elman ${VERSION}`);
      return 0;
  }
  const row = find(name);
  return row === undefined ? 2 : await run(row, rest);
}

/** Prints the help of a command, or of all. */
async function help([name]: readonly string[]): Promise<number> {
  if (name === undefined) {
    console.log(overview());
    return 0;
  }
  const row = find(name);
  return row === undefined ? 2 : await run(row, ["--help"]);
}

async function run({ load, examples }: CommandRow, args: readonly string[]): Promise<number> {
  return await runCommand({ ...await load(), examples }, args);
}

/** The command of a name; where there is none, says which may have been meant. */
function find(name: string): CommandRow | undefined {
  const row = COMMANDS.find((command) => command.name === name);
  if (row) return row;
  const names = COMMANDS.map(({ name }) => name);
  const near = nearest(name, names);
  const hint = near === undefined ? `expected one of ${names.join(", ")}` : `did you mean ${near}?`;
  console.error(`error: unknown command ${JSON.stringify(name)}; ${hint}`);
  return undefined;
}

function overview(): string {
  return formatOverview("Elman: recurrent neural networks for text.", COMMANDS, terminalColumns(80));
}

if (import.meta.main) {
  goToCallersDirectory();
  process.exit(await main(process.argv.slice(2)));
}
