import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, type OptionSpec, UsageError } from "../arguments/mod.ts";
import { checkRateOptions, FIND_RATE_OPTIONS } from "./find_rate.ts";
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
    options: {
      ...own.options,
      ...FIND_RATE_OPTIONS,
      ...Object.fromEntries([...foreign].map(([option, { spec }]) => [option, spec])),
    },
    ...others.length > 0 && { note: noteOn(chosen, others) },
    run: async (values) => {
      await checkRateOptions(values);
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
