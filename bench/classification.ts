/**
 * Compares classifiers with the simplest known methods on several kinds of data, each trained by the public command
 * with no options but the data, their encoding, the seed and the number of threads: `deno task bench:classification
 * --data FOLDER [--python PATH] [--only NAME] [--seeds N] [--autotune MINUTES]`.
 *
 * FOLDER has what is there of sst2/stsa.binary.{train,dev,test}, sst2/stsa.binary.phrases.train,
 * texts/trec_{train,test}.txt, texts/subj.txt, dna/splice.csv, dna/Ecoli_{prom,non_prom}.fa, vectors/glove*.txt, and
 * extra/NAME.{train,test} with any data. PATH is a Python that has fasttext-wheel or fasttext-numpy2 from PyPI.
 *
 * After each training and at the end, bench/results/classification.{md,json} are written; what they have is not
 * measured again. `--fresh` measures again what it is asked for and keeps the rest, and `--trial` only prints.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { goToCallersDirectory } from "../cli/callers_directory.ts";
import { InputRangeError, isInputError } from "../errors.ts";
import { type DataSet, findDataSets, type Split } from "./classification/data_sets.ts";
import { hasOption } from "./classification/elman.ts";
import { figureOf } from "./classification/figures.ts";
import { type Omission, report } from "./classification/report.ts";
import { type Place, Results } from "./classification/results.ts";
import { type System, systemsOf } from "./classification/systems.ts";
import { format, inTempFolder } from "./support.ts";

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with the data sets" },
  python: { kind: "path", value: "PATH", help: "Python that has fastText", default: "leave fastText out" },
  only: {
    kind: "string",
    value: "NAME",
    repeatable: true,
    help: "data set to measure; can be repeated",
    default: "all",
  },
  system: {
    kind: "string",
    value: "NAME",
    repeatable: true,
    help: "system to measure; can be repeated",
    default: "all",
  },
  seeds: { kind: "integer", min: 1, help: "number of seeds of the defaults", default: "3" },
  autotune: { kind: "integer", min: 0, value: "MINUTES", help: "minutes of tuning; 0 leaves it out", default: "10" },
  threads: { kind: "integer", min: 1, help: "threads of each training", default: "2" },
  native: { kind: "boolean", help: "train Elman with native matrix products" },
  fresh: { kind: "boolean", help: "measure again what has been measured, of what is asked for" },
  trial: { kind: "boolean", help: "write no results" },
} as const satisfies OptionSpecs;

/** A measurement that is to be made. */
interface Task extends Place {
  readonly dataSet: DataSet;
  readonly method: System;
}

/** Returns the data sets with some names. Throws `RangeError` if one is not there. */
function select(sets: readonly DataSet[], names: readonly string[] | undefined, data: string): readonly DataSet[] {
  const unknown = names?.find((name) => !sets.some((set) => set.name === name));
  if (unknown !== undefined || sets.length === 0) {
    throw new InputRangeError(
      `bench ${data}: expected ${unknown ?? "data sets"}, found ${sets.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  return names ? sets.filter(({ name }) => names.includes(name)) : sets;
}

/** Returns the word vectors in a folder, if there are any. */
async function findVectors(folder: string): Promise<string | undefined> {
  const files = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  const found = files.map(({ name }) => name).filter((name) => /^glove.*\.txt$/.test(name)).sort();
  return found.length === 0 ? undefined : `${folder}/${found[0]}`;
}

/** Writes the files of data sets when they are needed. */
class Splits {
  #folder: string;
  #found = new Map<DataSet, Promise<readonly Split[]>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the files of each fold of a data set. */
  of(set: DataSet): Promise<readonly Split[]> {
    const known = this.#found.get(set);
    if (known) return known;
    const folder = `${this.#folder}/${set.name}`;
    const made = Deno.mkdir(folder, { recursive: true }).then(() => set.splits(folder));
    this.#found.set(set, made);
    return made;
  }
}

/** Lists what is to be measured: every system on every data set with the first seed, then with the others. */
async function plan(
  sets: readonly DataSet[],
  systems: readonly System[],
  { seeds, splits }: { readonly seeds: number; readonly splits: Splits },
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const dataSet of sets) {
      const folds = (await splits.of(dataSet)).map((_, i) => i + 1);
      const chosen = systems.filter(({ isOnce, fits }) => (seed === 1 || !isOnce) && (fits?.(dataSet) ?? true));
      tasks.push(
        ...chosen.flatMap((method) =>
          folds.map((fold) => ({ dataSet, method, set: dataSet.name, system: method.name, fold, seed }))
        ),
      );
    }
  }
  return tasks;
}

/** Where measurements go, and what they need. */
interface Bench {
  readonly results: Results;
  readonly splits: Splits;
  readonly folder: string;
  readonly threads: number;
  /** Called after each measurement. */
  readonly save: () => Promise<void>;
}

/** Makes the measurements that are missing. Returns the number of those that failed. */
async function measure(tasks: readonly Task[], { results, splits, folder, threads, save }: Bench): Promise<number> {
  let failed = 0;
  for (const task of tasks) {
    if (results.find(task)) continue;
    const { dataSet, method, fold, seed } = task;
    const name = `${dataSet.title}; ${method.name}; fold ${fold}, seed ${seed}`;
    const first = fold === 1 ? undefined : results.find({ ...task, fold: 1 });
    const split = (await splits.of(dataSet))[fold - 1];
    try {
      const cell = await method.run({ split, seed, folder, threads, first });
      results.add(task, { ...cell, threads });
      const figure = format(figureOf(cell.confusion, dataSet.metric), 4);
      console.log(`${name}: ${figure}, ${format(cell.seconds, 1)} s`);
      await save();
    } catch (error) {
      if (!(error instanceof RangeError) && !isInputError(error)) throw error;
      console.error(`${name}: ${error.message}`);
      failed++;
    }
  }
  return failed;
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, python, only, system, seeds = 3, autotune = 10, threads = 2, native, fresh, trial }) => {
    if (data === undefined) throw new InputRangeError("compare classifiers: expected --data FOLDER");
    const all = await findDataSets(data);
    const sets = select(all, only, data);
    const canTune = autotune > 0 && await hasOption("autotune");
    const systems = systemsOf({
      minutes: canTune ? autotune : 0,
      isNative: native ?? false,
      vectors: await findVectors(`${data}/vectors`),
      python,
    }).filter(({ name }) => system?.includes(name) ?? true);
    const notes: Omission[] = [
      ...python === undefined
        ? [{ system: "fastText", why: "fastText is left out: --python names no Python that has it." }]
        : [],
      ...autotune > 0 && !canTune
        ? [{ system: "autotune", why: "Automatic tuning is left out: the command has no --autotune." }]
        : [],
    ];
    const results = trial ? new Results() : await Results.read();
    const show = (): string => report({ sets: trial ? sets : all, results, notes });
    const save = async (): Promise<void> => {
      if (!trial) await results.write(show());
    };
    return await inTempFolder(async (folder) => {
      const splits = new Splits(folder);
      const tasks = await plan(sets, systems, { seeds, splits });
      if (fresh) results.forget(tasks);
      const failed = await measure(tasks, { results, splits, folder, threads, save });
      await save();
      console.log(`\n${show()}`);
      return failed === 0 ? 0 : 1;
    });
  },
};

if (import.meta.main) {
  goToCallersDirectory();
  Deno.exit(
    await runCommand(
      { name: "bench:classification", summary: "Compare classifiers with simple methods on several kinds of data." },
      command,
      Deno.args,
    ),
  );
}
