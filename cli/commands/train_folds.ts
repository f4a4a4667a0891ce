import type { Communicator } from "../../src/distributed/mod.ts";
import { fromRank0 } from "../ranks.ts";
import { startProgram } from "../terminal/mod.ts";
import type { Given } from "../../src/schema/mod.ts";
import type { AnyProgram } from "../../tasks/task_model/mod.ts";
import type { Paths } from "../../tasks/data/find_files.ts";
import {
  type Fields,
  fieldsOf,
  type GivenOptions,
  refuseContradictions,
  refuseIdleFields,
  UsageError,
  type Values,
} from "../arguments/mod.ts";
import {
  dataName,
  expectFreshFolder,
  type FoldsReport,
  type FoldsRun,
  type FreshDirectories,
  refuseOtherFolds,
  refuseOtherPlace,
  type RUN_OPTIONS,
  runFolds,
} from "../training/mod.ts";
import { type VERIFY_OPTION, verifying } from "../verify_option.ts";
import { type Asked, completePlan, flat, freeFields, type Order, withSuited } from "./asked_fields.ts";
import { promptForPaths } from "./piped_source.ts";

/** A training command that is to cross-validate. */
export interface FoldsCommand {
  /** The program of the task. */
  readonly program: AnyProgram;
  /** The command's name. */
  readonly command: string;
  /** The declarations of all fields. */
  readonly fields: Fields;
  /** The values of the options. */
  readonly values: GivenOptions & Values<typeof RUN_OPTIONS & typeof VERIFY_OPTION>;
  /** The directories of runs without `--out`. */
  readonly fresh: FreshDirectories;
  /** Connects the ranks that share the folds. Default: there is one. */
  readonly communicator?: Communicator;
}

/** Whether a plan asks for a cross-validation. */
export function wantsFolds({ crossValidation }: AnyProgram, { folds }: Given): boolean {
  return crossValidation !== undefined && folds !== null && folds !== undefined;
}

/** Cross-validates. Returns the exit code. */
export async function startFolds(of: FoldsCommand, { asked: given, plan }: Order): Promise<number> {
  const { values: { out }, communicator } = of;
  // The other ranks may be on machines without this directory.
  await fromRank0(communicator, async () => {
    if (out !== undefined) await expectFreshFolder(out);
    return null;
  });
  return await run(of, { given, plan, directory: out });
}

/** Names a cross-validation after its data and the configuration of its models. */
function nameOf({ sources, nameOf, model: { task } }: AnyProgram, { model }: Asked, plan: Given): string {
  const defaults = Object.fromEntries(Object.entries(task.model).map(([name, field]) => [name, field.default]));
  const [path] = [plan[sources[0]] as Paths].flat();
  return `${nameOf(plan, { ...defaults, ...model }, dataName(path))}-folds`;
}

/** Continues a cross-validation. Throws `UsageError` if an option differs from the run's. Returns the exit code. */
export async function resumeFolds(of: FoldsCommand, report: FoldsReport, asked: Asked): Promise<number> {
  const { program, command, fields, values } = of;
  const [directory, { given }] = [values.resume!, report];
  if (report.command !== command) {
    throw new UsageError(`--resume ${directory}: expected a run of ${command}, found one of ${report.command}`);
  }
  refuseOtherPlace(directory, values);
  refuseOtherFolds(fields, flat(asked), flat(given));
  refuseContradictions(fields, { ...flat(given), ...flat(asked) });
  const plan = completePlan(program, { ...given.plan, ...freeFields(program.plan, asked.plan) });
  return await run(of, { given, plan, directory, report });
}

async function run(
  { program, command, fields, values, fresh, communicator }: FoldsCommand,
  rest: Pick<FoldsRun, "given" | "plan" | "report"> & Partial<Pick<FoldsRun, "directory">>,
): Promise<number> {
  if (values.autotune !== undefined) throw new UsageError("--autotune: expected none with --folds, found both");
  if (values["save-every"] !== undefined) {
    throw new UsageError("--save-every: expected none with --folds, which saves the figures after each fold");
  }
  if (values.watch !== undefined) {
    throw new UsageError("--watch: expected none with --folds, whose runs keep no history");
  }
  promptForPaths(program.plan, rest.plan, values.quiet);
  const data = await program.read(rest.plan, { startProgram });
  refuseIdleFields(fields, fieldsOf(fields, values), data.idle);
  const reading = verifying(values);
  // A resumed run keeps what was chosen when it began, even if another version would choose something else.
  const begun = rest.report?.chosen && { chosen: rest.report.chosen, suited: rest.report.suited };
  const { chosen, suited } = begun ??
    withSuited(fields, rest.given, await program.suit?.(rest.plan, data.data, rest.given, reading));
  refuseContradictions(fields, flat(rest.given), flat(chosen));
  const plan = completePlan(program, chosen.plan);
  const name = (): string => nameOf(program, rest.given, rest.plan);
  const directory = rest.directory ?? await fromRank0(communicator, () => fresh.claim(name()));
  const all = { ...rest, directory, chosen, suited, plan, program, command, values, data, reading, communicator };
  return await runFolds(all);
}
