import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { type Command, type OptionSpec, UsageError } from "../arguments/mod.ts";
import { readFoldsReport } from "../training/mod.ts";
import { peekTask } from "./model_option.ts";
import { TrainCommandOf, type TrainValues } from "./train.ts";

/** Options of `makeTrainCommand`. */
interface TrainCommandOptions {
  /** The tasks whose models the command trains. */
  readonly entries: readonly TaskEntry[];
  /** The one of them whose model it trains now. */
  readonly chosen: TaskEntry;
  /** The preset to use if no data are given. */
  readonly demo?: string;
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
}

/**
 * Chooses the task of a training command by what its arguments name: the model or the cross-validation to resume, or
 * the data. The first task is the default.
 */
export async function chooseTask(entries: readonly TaskEntry[], args: readonly string[]): Promise<TaskEntry> {
  const [first, ...others] = entries;
  if (others.length === 0) return first;
  const directory = valueOf(args, "resume");
  const resumed = directory === undefined ? undefined : await resumedTask(directory);
  const known = resumed === undefined ? undefined : findTask(resumed, entries);
  if (known !== undefined) return known;
  const data = valueOf(args, "data");
  if (data === undefined) return first;
  for (const task of others) if (await task.reads?.(data)) return task;
  return first;
}

/** Returns the name of the task of the run in a directory. */
async function resumedTask(directory: string): Promise<string | undefined> {
  const report = await readFoldsReport(directory).catch(() => undefined);
  return report?.task ?? await peekTask(directory);
}

/** Returns the value of an option among arguments that are not parsed yet. */
export function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.findIndex((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`));
  if (at < 0) return undefined;
  return args[at].includes("=") ? args[at].slice(option.length + 3) : args[at + 1];
}

/**
 * Makes the command that trains models of a task. The options of the other tasks of the command are known too, so that
 * they can be refused with the reason.
 */
export async function makeTrainCommand(
  name: string,
  { entries, chosen, demo, tasks }: TrainCommandOptions,
): Promise<Command> {
  const make = async (entry: TaskEntry): Promise<TrainCommandOf> =>
    new TrainCommandOf(await entry.load(), name, { demo, tasks });
  const own = await make(chosen);
  const others = entries.filter((entry) => entry !== chosen);
  const foreign = new Map<string, { readonly spec: OptionSpec; readonly entry: TaskEntry }>();
  for (const entry of others) {
    for (const [option, spec] of Object.entries((await make(entry)).options)) {
      if (!Object.hasOwn(own.options, option)) foreign.set(option, { spec: { ...spec, isHidden: true }, entry });
    }
  }
  return {
    options: { ...own.options, ...Object.fromEntries([...foreign].map(([option, { spec }]) => [option, spec])) },
    ...others.length > 0 && { note: noteOn(chosen, others) },
    run: async (values) => {
      for (const [option, { entry }] of foreign) {
        if ((values as Record<string, unknown>)[option] === undefined) continue;
        throw new UsageError(`--${option}: expected ${entry.data} with it, found ${chosen.data}`);
      }
      return await own.run(values as TrainValues);
    },
  };
}

/** Says whose options the help lists, and how to list those for other data. */
function noteOn({ data }: TaskEntry, others: readonly TaskEntry[]): string {
  const kinds = others.map(({ data }) => data).join(" or ");
  return `The options are those for ${data}. With --data and a file of ${kinds}, --help lists theirs.`;
}
