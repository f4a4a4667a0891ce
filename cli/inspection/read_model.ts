import { InputRangeError } from "../../errors.ts";
import type { Given } from "../../src/schema/mod.ts";
import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { type AnyProgram, readTask, type TaskModel, type TaskTypes } from "../../tasks/task_model/mod.ts";
import { filesOf } from "./files.ts";
import { layersOf, totalsOf } from "./layers.ts";
import type { ModelFacts } from "./model_facts.ts";
import { processorsOf } from "./processors.ts";
import { readRun } from "./run_facts.ts";
import { usedFields } from "./used_fields.ts";

/** A model that has been read, with its program and its facts. */
export interface ReadModel {
  /** The model; whoever read it disposes of it. */
  readonly model: TaskModel<TaskTypes>;
  /** The program of its task. */
  readonly program: AnyProgram;
  /** Its facts. */
  readonly facts: ModelFacts;
}

/** Reads a model's directory. Throws an error that names the file if one is missing or damaged. */
export async function readModel(
  directory: string,
  { tasks, verify }: { readonly tasks: readonly TaskEntry[]; readonly verify: boolean },
): Promise<ReadModel> {
  const program = await programOf(directory, tasks, verify);
  const model = await program.model.load(directory, { verify }) as TaskModel<TaskTypes>;
  const own = modelFactsOf(model, program, directory);
  const run = await readRun(directory, { verify });
  const fields = { ...program.model.task.model, ...program.plan, ...program.model.task.settings };
  const used = (values: Given): Given => usedFields(values, fields, { ...run?.data, ...own.config, ...run?.settings });
  const facts = {
    ...own,
    config: used(own.config),
    run: run && { ...run, settings: used(run.settings), data: used(run.data) },
    files: await filesOf(directory),
  };
  return { model, program, facts };
}

/** Loads the model in a directory, of whichever of the tasks it is; whoever calls it disposes of it. */
export async function loadModel(
  directory: string,
  { tasks, verify }: { readonly tasks: readonly TaskEntry[]; readonly verify: boolean },
): Promise<TaskModel<TaskTypes>> {
  const { model } = await programOf(directory, tasks, verify);
  return await model.load(directory, { verify }) as TaskModel<TaskTypes>;
}

/** Returns the facts about a model that do not come from its files. */
export function modelFactsOf(
  { config, processors, network }: TaskModel<TaskTypes>,
  { model: { task: { name, noun } } }: AnyProgram,
  directory: string,
): Omit<ModelFacts, "run" | "files"> {
  const layers = layersOf(network);
  return {
    directory,
    task: name,
    noun,
    config: config as Given,
    layers,
    totals: totalsOf(layers),
    processors: processorsOf(processors),
  };
}

/** Returns the program of a model's task. */
async function programOf(directory: string, tasks: readonly TaskEntry[], verify: boolean): Promise<AnyProgram> {
  const name = await readTask(directory, { verify });
  const entry = findTask(name, tasks);
  if (entry) return await entry.load();
  const known = tasks.map(({ name }) => name).join(", ");
  throw new InputRangeError(`read ${directory}: expected a model of ${known}, found one of ${JSON.stringify(name)}`);
}
