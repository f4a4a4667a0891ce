/**
 * The command line: `deno run cli/main.ts COMMAND [OPTIONS]`. It knows the commands and nothing of what they do.
 * @module
 */
import process from "node:process";
import { type Command, runCommand } from "./arguments/mod.ts";
import { nearest } from "../tasks/task_model/mod.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { generateCommand, trainCommand } from "./commands/language_modeling/mod.ts";
import { classifyCommand, trainSentimentCommand } from "./commands/classification/mod.ts";
import { scoreCommand, trainTranslationCommand, translateCommand } from "./commands/translation/mod.ts";
import { tokenizeCommand } from "./commands/tokenize.ts";
import { trainTokenizerCommand } from "./commands/train_tokenizer.ts";

const COMMANDS: readonly Command[] = [
  trainCommand,
  generateCommand,
  trainSentimentCommand,
  classifyCommand,
  trainTranslationCommand,
  translateCommand,
  evaluateCommand,
  scoreCommand,
  trainTokenizerCommand,
  tokenizeCommand,
];

const OVERVIEW = [
  "Elman: recurrent neural networks for text.",
  "",
  "Commands:",
  ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(19)}${summary}`),
  "",
  "COMMAND --help tells its options.",
].join("\n");

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    console.error(OVERVIEW);
    return 2;
  }
  if (name === "--help" || name === "-h") {
    console.log(OVERVIEW);
    return 0;
  }
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return await runCommand(command, rest);
  const names = COMMANDS.map(({ name }) => name);
  const near = nearest(name, names);
  const hint = near === undefined ? `expected one of ${names.join(", ")}` : `did you mean ${near}?`;
  console.error(`error: unknown command ${JSON.stringify(name)}; ${hint}`);
  return 2;
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
