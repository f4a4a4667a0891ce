import { InputRangeError, isInputError } from "../errors.ts";
import { type Communicator, connectMPI, firstDifference, processorsOf } from "../src/distributed/mod.ts";
import { foundLaunch } from "../src/distributed/native/connect.ts";
import { count } from "../src/schema/mod.ts";
import type { OptionSpecs, Values } from "./arguments/options.ts";
import type { GivenOptions } from "./arguments/schema_options.ts";
import { UsageError } from "./arguments/usage_error.ts";
import { permissionHint } from "./engine_options.ts";
import { writeErrorLine } from "./terminal/terminal.ts";
import { VERSION } from "./version.ts";

/** Options of a training on several processes. */
export const RANK_OPTIONS = {
  distributed: {
    group: "run",
    kind: "string",
    value: "auto|off|mpi|PATH",
    help: "Train one model in all processes that mpirun or srun started, over MPI or the MPI library at " +
      "PATH; they share out folds, trials of a search and members of an ensemble whole. Needs --allow-ffi.",
    default: "auto, if there is a launcher",
  },
  "batch-per-rank": {
    group: "training",
    kind: "integer",
    min: 1,
    help: "Batch size of each process, instead of that of all together.",
  },
} as const satisfies OptionSpecs;

/** Options that only concern what rank 0 prints and writes. */
const OPTIONS_OF_RANK_0 = [
  "json",
  "log-every",
  "watch",
  "tensorboard",
  "histogram-every",
  "sample-every",
  "sample-prompt",
  "sample-length",
];

/** Milliseconds in which the other ranks must have failed as well, if the cause of an error is the same for all. */
const FAREWELL_MS = 5000;

/** Milliseconds in which a launcher passes on an error before all ranks end: MPICH's drops what it has not read. */
const PASS_ON_MS = 250;

/** Exit code of a rank whose command has failed. */
const FAILURE = 1;

/** Exit code of a rank that leaves it to rank 0 to say what is wrong with the command line. */
export const REFUSED = 2;

/**
 * Connects this process with the others of a launcher, if there is one or `--distributed` asks for it. If that is not
 * possible, throws `UsageError` on rank 0, and returns "refused" on the others.
 */
export function connectRanks(
  { distributed = "auto" }: Pick<Values<typeof RANK_OPTIONS>, "distributed">,
): Communicator | undefined | "refused" {
  if (distributed === "off") return undefined;
  const launch = foundLaunch();
  if (distributed === "auto" && launch === undefined) return undefined;
  if (distributed === "") {
    throw new UsageError("--distributed: expected auto, off, mpi or a library's path, found nothing");
  }
  const library = distributed === "auto" || distributed === "mpi" ? undefined : distributed;
  try {
    return connectMPI({ library });
  } catch (error) {
    if (!isInputError(error)) throw error;
    if (launch !== undefined && launch.rank > 0) return "refused";
    throw new UsageError(`--distributed ${distributed}: ${error.message}${permissionHint(error)}`);
  }
}

/** Options with which each rank trains models by itself do not go with these, which concern a common training. */
const TOGETHER_OPTIONS = ["batch-per-rank", "tensorboard"];

/**
 * Throws `UsageError` if an option is given that several processes do not share; `hasFolds` says whether `--folds`
 * cross-validates.
 */
export function refuseForRanks(values: GivenOptions, hasFolds: boolean): void {
  if (values["find-lr"] !== undefined) {
    throw new UsageError("--find-lr: expected one process with it, found several ranks");
  }
  const isDivided = hasFolds && values.folds !== undefined;
  const found = !isDivided ? undefined : TOGETHER_OPTIONS.find((name) => values[name] !== undefined);
  if (found === undefined) return;
  throw new UsageError(`--${found}: expected none with --folds on several ranks, each of which trains folds by itself`);
}

/**
 * Runs `body` on rank 0 and returns its value, which must be JSON, on all ranks. Its error is thrown on all ranks as
 * well, so that it is reported once. Without a communicator there is one rank.
 */
export async function fromRank0<T>(communicator: Communicator | undefined, body: () => Promise<T>): Promise<T> {
  if (communicator === undefined || communicator.size === 1) return await body();
  if (communicator.rank > 0) {
    const { message, value } = await communicator.broadcast<{ message?: string; value?: T }>({});
    if (message !== undefined) throw new InputRangeError(message);
    return value as T;
  }
  const outcome = await body().then((value) => ({ value, error: undefined }), (error) => ({ value: undefined, error }));
  const { value, error } = outcome;
  await communicator.broadcast(error === undefined ? { value } : { message: messageOf(error) });
  if (error !== undefined) throw error;
  return value as T;
}

/** Throws `RangeError` on all ranks if they begin a run with other options or on other data than rank 0. */
export async function expectSameRun(
  ranks: Communicator,
  action: string,
  options: object,
  fingerprint: number,
): Promise<void> {
  if (ranks.size === 1) return;
  const statements = [{ what: "the options", value: options }, { what: "data with the hash", value: fingerprint }];
  const difference = await firstDifference(ranks, statements);
  if (difference !== undefined) throw new InputRangeError(`${action}: ${difference}`);
}

/** Puts the batch size of all ranks in the place of `--batch-per-rank`. */
export function withWholeBatch<V extends GivenOptions>(values: V, options: OptionSpecs, ranks: number): V {
  const { "batch-per-rank": own, ...others } = values;
  if (own === undefined) return values;
  const name = Object.hasOwn(options, "batch") ? "batch" : "batch-tokens";
  if (values[name] !== undefined) {
    throw new UsageError(`--batch-per-rank: expected this option or --${name}, found both`);
  }
  return { ...others, [name]: Number(own) * ranks } as unknown as V;
}

/** Returns the values of the options with which a rank runs a command: only rank 0 prints and reports. */
function ownValues<V extends GivenOptions>(values: V, rank: number): V {
  if (rank === 0) return values;
  const kept = Object.entries(values).filter(([name]) => !OPTIONS_OF_RANK_0.includes(name));
  return { ...Object.fromEntries(kept), quiet: true } as unknown as V;
}

/**
 * Returns the number of threads with which a rank runs by default: the processors that it need not share with other
 * ranks. Warns if more are asked for.
 */
export async function threadsOf(communicator: Communicator, threads: string | undefined): Promise<string> {
  const shares = await processorsOf(communicator);
  const own = Math.max(1, Math.floor(shares[communicator.rank]));
  if (threads === undefined || threads === "auto") return String(own);
  const fewest = Math.min(...shares);
  if (communicator.rank === 0 && Number(threads) > fewest) {
    const found = fewest < 1 ? "less than one core" : `${Math.floor(fewest)} of the machine's cores`;
    writeErrorLine(
      `warning: --threads ${threads}: rank ${shares.indexOf(fewest)} may use ${found}; more threads slow it down`,
    );
  }
  return threads;
}

/**
 * Runs a command on all ranks. All end with the same exit code; rank 0 reports an error, with the rank that it is of
 * unless all have the same. A rank that fails while the others go on ends them.
 */
export async function runOnRanks<V extends GivenOptions>(
  communicator: Communicator,
  values: V,
  run: (values: V) => Promise<number>,
): Promise<number> {
  const { rank } = communicator;
  const outcome = await attempt(async () => {
    const difference = await firstDifference(communicator, [
      { what: "version", value: VERSION },
      { what: "the options", value: values },
    ]);
    if (difference !== undefined) throw new UsageError(`start ${count(communicator.size, "rank")}: ${difference}`);
    return await run(ownValues(values, rank));
  });
  const { error } = outcome;
  const message = error === undefined ? null : messageOf(error);
  const endings = await communicator.farewell(message, message === null ? Infinity : FAREWELL_MS);
  if (endings === undefined) {
    writeErrorLine(`error: rank ${rank} (${communicator.host}): ${message}`);
    await new Promise((resolve) => setTimeout(resolve, PASS_ON_MS));
    communicator.abort(FAILURE);
    return FAILURE;
  }
  await communicator.close();
  const failed = endings.findIndex((ending) => ending !== null);
  if (failed < 0) return outcome.code;
  if (rank > 0) return FAILURE;
  if (endings.every((ending) => ending === message)) throw error;
  writeErrorLine(`error: rank ${failed}: ${endings[failed]}`);
  return FAILURE;
}

interface Outcome {
  readonly code: number;
  readonly error?: unknown;
}

async function attempt(run: () => Promise<number>): Promise<Outcome> {
  try {
    return { code: await run() };
  } catch (error) {
    return { code: FAILURE, error };
  }
}

function messageOf(error: unknown): string {
  if (isInputError(error)) return error.message;
  const { stack, message } = error as Error;
  return typeof (error as { code?: unknown }).code === "string" ? message : stack ?? String(error);
}
