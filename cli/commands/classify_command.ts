import { findTask, type TaskEntry, TASKS } from "../../tasks/registry.ts";
import type { Command } from "../arguments/mod.ts";
import { chooseUser } from "./choose_task.ts";

/** The commands that classify, by the name of the models' task. The first is the default. */
const COMMANDS: Readonly<Record<string, (tasks: readonly TaskEntry[]) => Promise<Command>>> = {
  "classification": async (tasks) => (await import("./classify.ts")).makeClassifyTextsCommand(tasks),
  "vector-classification": async (tasks) =>
    (await import("./classify_sequences.ts")).makeClassifySequencesCommand(tasks),
};

/** Makes the command that classifies texts, or sequences of numbers if its arguments name such a model or file. */
export async function makeClassifyCommand(tasks: readonly TaskEntry[], args: readonly string[]): Promise<Command> {
  const entries = Object.keys(COMMANDS).map((name) => findTask(name, TASKS)!);
  const chosen = await chooseUser(entries, args);
  const others = entries.filter((entry) => entry !== chosen).map(({ data }) => data).join(" or ");
  const command = await COMMANDS[chosen.name](tasks);
  return {
    ...command,
    note: `The options are those for ${chosen.data}. With a model of ${others}, --help lists theirs.`,
  };
}
