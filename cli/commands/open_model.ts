import { type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { announceEngine, type ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type VERIFY_OPTION, verifying } from "../verify_option.ts";
import { modelDirectory } from "./model_option.ts";

/** The option of the commands that also tell how they go on. */
export const QUIET_OPTION = {
  quiet: { kind: "boolean", group: "run", help: "Print only warnings and errors on standard error." },
} as const satisfies OptionSpecs;

/** The values of a command that answers with a model. */
type OpeningValues =
  & Values<typeof ENGINE_OPTIONS & typeof VERIFY_OPTION & typeof QUIET_OPTION>
  & { readonly model?: string; readonly json?: boolean };

/** The place and the kind of the models that `openModels` opens. */
interface Opening<M> {
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
  /** The name of the models' task. */
  readonly task: string;
  /** The operands, none of which should be a model's directory. */
  readonly operands?: readonly string[];
  /** Loads a model from its directory. */
  load(directory: string, options: { readonly verify: boolean }): Promise<M>;
}

/** Whether a command writes nothing but its answers, warnings and errors. */
export function isQuiet({ json, quiet }: Pick<OpeningValues, "json" | "quiet">): boolean {
  return Boolean(json || quiet);
}

/**
 * Starts the engine of a command and loads the model that `--model` names, or the newest of its task. Says on standard
 * error which one is the newest and how the engine multiplies, unless the command is quiet.
 */
export async function openModel<M>(values: OpeningValues, opening: Opening<M>): Promise<M> {
  const [model] = await openNamed(values, [values.model], opening);
  return model;
}

/** Opens the models whose directories `--model` names, separated by commas, as `openModel` does. */
export async function openModels<M>(values: OpeningValues, opening: Opening<M>): Promise<readonly M[]> {
  const named: readonly (string | undefined)[] = values.model?.split(",") ?? [undefined];
  if (named.includes("")) {
    throw new UsageError(`--model: expected directories separated by commas, found ${JSON.stringify(values.model)}`);
  }
  return await openNamed(values, named, opening);
}

async function openNamed<M>(
  values: OpeningValues,
  named: readonly (string | undefined)[],
  { tasks, task, operands = [], load }: Opening<M>,
): Promise<M[]> {
  const engine = startEngine(values);
  const asked = { tasks, texts: operands, isQuiet: isQuiet(values), ...verifying(values) };
  const directories = await Promise.all(named.map((directory) => modelDirectory(directory, task, asked)));
  announceEngine(engine, isQuiet(values));
  return await Promise.all(directories.map((directory) => load(directory, verifying(values))));
}
