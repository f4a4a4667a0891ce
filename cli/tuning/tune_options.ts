import type { Communicator } from "../../src/distributed/mod.ts";
import type { Given } from "../../src/schema/mod.ts";
import type { TrainSettings } from "../../src/train/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import type { AnyProgram, DataSet } from "../../tasks/task_model/mod.ts";
import type { RunFields } from "../../tasks/tuning/mod.ts";
import { type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import type { RUN_OPTIONS } from "../training/mod.ts";
import type { VERIFY_OPTION } from "../verify_option.ts";

/** The option that starts a search. */
export const AUTOTUNE_OPTION = {
  autotune: {
    kind: "number",
    above: 0,
    max: 10_000,
    group: "training",
    value: "MINUTES",
    help: "Search for good values of the options that are not given, judged by the validation data, and train with " +
      "the best, in MINUTES in all; the same command goes on with an interrupted search.",
  },
} as const satisfies OptionSpecs;

/** Throws `UsageError` if a search is to begin in a run that is resumed. */
export function refuseTunedResume(
  { autotune, resume }: Values<typeof AUTOTUNE_OPTION> & { readonly resume?: string },
): void {
  if (autotune === undefined || resume === undefined) return;
  throw new UsageError(
    "--autotune: expected this option or --resume, found both; an interrupted search goes on with the command that " +
      "began it",
  );
}

/** Options of `tune`. */
export interface TuneOptions {
  /** The program of the models. */
  readonly program: AnyProgram;
  /** The command's name. */
  readonly command: string;
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
  /** The time at which the command started, as `performance.now` gives it. */
  readonly start: number;
  /** The fields in effect. */
  readonly given: Required<RunFields>;
  /** The fields of the data, complete. */
  readonly plan: Given;
  /** The model that they lead to. */
  readonly model: { readonly config: object };
  /** The names of the fields that the user gave, which are not searched. */
  readonly fixed: readonly string[];
  /** The data that the program has read. */
  readonly data: DataSet<unknown>;
  /** The options chosen to suit the data, in one line. */
  readonly suited?: string;
  /** The data as `fit` accepts them. */
  readonly corpus: unknown;
  /** The settings of a training with the fields in effect. */
  readonly settings: TrainSettings;
  /** The values of the options that are not fields. */
  readonly values: Values<typeof AUTOTUNE_OPTION & typeof RUN_OPTIONS & typeof VERIFY_OPTION>;
  /** Whether a training with changes to the given fields fits into memory. */
  readonly fits: (change: RunFields) => Promise<boolean>;
  /** Connects the ranks that share the trials; rank 0 searches. Default: there is one. */
  readonly communicator?: Communicator;
  /** Returns the model's directory; `isOwn` finds out whether a directory holds this search. */
  readonly directoryFor: (isOwn: (directory: string) => Promise<boolean>) => Promise<string>;
}
