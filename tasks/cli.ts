/**
 * The command line: `deno run tasks/cli.ts COMMAND [OPTIONS]`. It knows the commands and nothing of what they do.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "./command_line/mod.ts";
import { evaluateCommand } from "./language_modeling/commands/evaluate.ts";
import { generateCommand } from "./language_modeling/commands/generate.ts";
import { trainCommand } from "./language_modeling/commands/train.ts";

// Each command has options of its own, which only it needs to know.
const COMMANDS = [trainCommand, generateCommand, evaluateCommand] as unknown as readonly Command<OptionSpecs>[];

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
  return [
    "Elman: recurrent neural networks for text.",
    "",
    "Commands:",
    ...lines,
    "",
    "COMMAND --help tells its options.",
    "",
  ]
    .join("\n");
}

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return await runCommand(command, rest);
  console.error(
    `error: expected a command (${COMMANDS.map(({ name }) => name).join(", ")}), found ${JSON.stringify(name)}`,
  );
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
