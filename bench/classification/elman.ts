import { CLASSIFIER_PROGRAM } from "../../tasks/classification/program.ts";
import { describeFields } from "../../tasks/tuning/mod.ts";
import { denoCommand, runJSON, runLines } from "../support.ts";
import type { Split } from "./data_sets.ts";
import type { Confusion } from "./figures.ts";

/** The result of one training. */
export interface Cell {
  /** The predictions for the test texts. */
  readonly confusion: Confusion;
  /** Seconds of training, including reading the data and starting the process. */
  readonly seconds: number;
  /** Number of threads. Default: not recorded, as in results of earlier versions. */
  readonly threads?: number;
  /** The options that automatic tuning has chosen. */
  readonly chosen?: Chosen;
}

/** Options that automatic tuning has chosen, as its system takes them. */
export type Chosen = readonly string[] | Readonly<Record<string, number | string>>;

/** A training, and where it may write. */
export interface Job {
  /** The files. */
  readonly split: Split;
  /** The seed. */
  readonly seed: number;
  /** A folder for files. */
  readonly folder: string;
  /** Number of threads. */
  readonly threads: number;
  /** The result of the first fold, whose options the others use. */
  readonly first?: Cell;
}

/** Longest time of a training, in minutes. */
const MINUTES = 240;

/** Returns the command line of a command of Elman's; native products need permissions of their own. */
function elman(isNative: boolean, command: string, ...args: readonly string[]): string[] {
  const variables = isNative ? "INIT_CWD,ELMAN_BLAS" : "INIT_CWD";
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", `--allow-env=${variables}`];
  return denoCommand("../cli/main.ts", [...permissions, ...isNative ? ["--allow-ffi"] : []], command, ...args);
}

/** Trains a classifier with the public command, in a process of its own, and evaluates it in another. */
export async function trainClassifier(
  { split, seed, folder, threads }: Job,
  { isNative, options }: { readonly isNative: boolean; readonly options: readonly string[] },
): Promise<Cell> {
  const model = `${folder}/model`;
  const encoding = split.encoding === undefined ? [] : ["--encoding", split.encoding];
  const common = [...encoding, "--threads", String(threads), "--json"];
  const data = ["--data", split.train, ...split.valid === undefined ? [] : ["--valid", split.valid]];
  const start = performance.now();
  const lines = await runLines(
    elman(isNative, "train-classifier", ...data, "--seed", String(seed), "--out", model, ...options, ...common),
    { minutes: MINUTES },
  );
  const seconds = (performance.now() - start) / 1e3;
  const { confusion } = await runJSON<{ readonly confusion: Confusion }>(
    elman(isNative, "evaluate", "--model", model, "--data", split.test, ...common),
  );
  await Deno.remove(model, { recursive: true });
  const chosen = chosenBy(lines);
  return { confusion, seconds, ...chosen && { chosen } };
}

/** The declarations of all options that tuning may change. */
const FIELDS = {
  ...CLASSIFIER_PROGRAM.model.task.model,
  ...CLASSIFIER_PROGRAM.model.task.settings,
  ...CLASSIFIER_PROGRAM.plan,
};

/** Returns the options that tuning has chosen, if the lines of JSON tell. */
function chosenBy(lines: readonly string[]): string[] | undefined {
  const events = lines.map((line) => JSON.parse(line) as { readonly event: string; readonly options?: object });
  const tuned = events.find(({ event }) => event === "tuned");
  if (!tuned) return undefined;
  const fields = tuned.options as Readonly<Record<string, unknown>>;
  return Object.keys(fields).length === 0
    ? []
    : describeFields({ plan: {}, model: fields, fit: {} }, FIELDS).split(" ");
}

/** Whether the command that trains classifiers has an option. */
export async function hasOption(name: string): Promise<boolean> {
  const [program, ...args] = elman(false, "train-classifier", "--help");
  const { stdout } = await new Deno.Command(program, { args, env: { NO_COLOR: "1" } }).output();
  return new RegExp(`^\\s*--${name}\\b`, "m").test(new TextDecoder().decode(stdout));
}
