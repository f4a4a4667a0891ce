import { InputRangeError, InputSyntaxError, InputTypeError } from "../../errors.ts";
import { decodeSafetensors, encodeSafetensorsParts, type FileContent, type NamedArray } from "../formats/mod.ts";
import { openDirectory, readDirectory } from "../formats/read_directory.ts";
import { elementCount, type Header } from "../formats/safetensors_header.ts";
import { exactFloats } from "../formats/exact_floats.ts";
import { fileSystem } from "../formats/file_system.ts";
import { attempt, unlessMissing } from "../formats/system_errors.ts";
import { firstNonFinite, refuseSurplus } from "../nn/parameters.ts";
import { parseJSON } from "../schema/mod.ts";
import { makeSchedule } from "./rate.ts";
import type { TrainSettings } from "./settings.ts";
import { checkTrainingState, type PlanChange, type StateJSON } from "./training_state.ts";
import type { FitSnapshot, Kept } from "./learning.ts";

const STATE_JSON = "training_state.json";
const STATE_ARRAYS = "training_state.safetensors";
const VERSION = 3;
/** Oldest version that can be read. */
const OLDEST = 2;

/** Everything needed to resume a run: its settings and its state. */
export interface Checkpoint<S extends TrainSettings = TrainSettings> {
  /** Settings of the run. */
  readonly settings: S;
  /** Hash of the training data. */
  readonly fingerprint: number;
  /** State of the run. */
  readonly snapshot: FitSnapshot;
  /** Data of the calling program, as JSON. */
  readonly notes: Record<string, unknown>;
  /** Changes of the plan with which the run was resumed. Default: none. */
  readonly changes?: readonly PlanChange[];
  /** Number of ranks that trained together when it was saved. Default: 1. */
  readonly ranks?: number;
  /** Directory that it was read from. Default: none. */
  readonly directory?: string;
}

/** Thrown if a run is resumed with settings or data that differ from the checkpoint's. */
export class OtherRunError extends InputRangeError {
  /** The difference: what was expected, and what was found. */
  readonly difference: string;

  /** @param difference What was expected, and what was found. */
  constructor(difference: string) {
    super(`resume: ${difference}`);
    this.difference = difference;
  }
}

const STATE_KEYS: readonly (keyof StateJSON<unknown>)[] = [
  "format",
  "version",
  "settings",
  "fingerprint",
  "progress",
  "optimizerSteps",
  "schedule",
  "best",
  "notes",
  "budget",
  "changes",
  "ranks",
];

/** The fields that version 2 named differently. */
interface StateJSON2<S> extends Omit<StateJSON<S>, "progress" | "best"> {
  readonly progress?: {
    readonly step: number;
    readonly epoch: number;
    readonly window: number;
    readonly lossSum: number;
    readonly tokens: number;
  };
  readonly best: { readonly score: number; readonly waited: number } | null;
}

function fromVersion2<S>({ progress, best, ...rest }: StateJSON2<S>): StateJSON<S> {
  const { step, epoch, window: batch, lossSum, tokens: weight } = progress ?? {} as Record<string, never>;
  return {
    ...rest,
    progress: { step, epoch, batch, lossSum, weight },
    best: best && { measured: { score: best.score }, waited: best.waited },
  };
}

function withoutParameters({ parameters: _, ...best }: Kept): Omit<Kept, "parameters"> {
  return best;
}

/** Encodes a checkpoint as files. */
export function checkpointFiles<S extends TrainSettings>(
  { settings, fingerprint, snapshot, notes, changes = [], ranks = 1 }: Checkpoint<S>,
): Record<string, FileContent> {
  const { progress, optimizer, schedule, best, state, average, budget } = snapshot;
  const json: StateJSON<S> = {
    format: "elman",
    version: VERSION,
    settings,
    fingerprint,
    progress,
    optimizerSteps: optimizer.steps,
    schedule,
    best: best && withoutParameters(best),
    notes,
    ...(budget && { budget }),
    ...(changes.length > 0 && { changes }),
    ...(ranks > 1 && { ranks }),
  };
  const array = (name: string, data: Float32Array): NamedArray => ({ name, shape: [data.length], data });
  const arrays = [array("parameters", snapshot.parameters)];
  for (const [name, data] of Object.entries(state)) arrays.push(array(`state.${name}`, data));
  if (best) arrays.push(array("best", best.parameters));
  if (average) arrays.push(array("average", average));
  for (const [name, data] of Object.entries(optimizer.moments)) arrays.push(array(`optimizer.${name}`, data));
  return { [STATE_JSON]: JSON.stringify(json, null, 2) + "\n", [STATE_ARRAYS]: encodeSafetensorsParts(arrays) };
}

/** Options of `readCheckpoint`. */
export interface ReadCheckpointOptions {
  /** Whether to verify the checksums of the files. Default: true. */
  readonly verify?: boolean;
  /** Maximum size of the slab of the parameters that are trained. Default: no limit. */
  readonly parameters?: number;
}

/** Maximum number of elements of the task's state, such as a carried recurrent state. */
const MAX_STATE = 2 ** 28;

/** Maximum number of elements of the parameters of several epochs, 8 GiB: a file may claim any number of epochs. */
const MAX_AVERAGE = 2 ** 31;

/** Maximum number of copies of the parameters besides the average: they, the best ones, and two moments of each. */
const MAX_COPIES = 4;

/**
 * Reads the checkpoint in a model directory; `complete` validates its settings and fills in defaults. Throws
 * `RangeError` or `SyntaxError` with the file's name if a file is missing or damaged, or has a tensor or key that is
 * not part of a training state.
 */
export async function readCheckpoint<S extends TrainSettings>(
  directory: string,
  complete: (settings: Partial<S>) => S,
  { verify, parameters }: ReadCheckpointOptions = {},
): Promise<Checkpoint<S>> {
  const files = await openDirectory(directory, [STATE_JSON, STATE_ARRAYS], { verify });
  try {
    const json = parseState(await files.text(STATE_JSON), `${directory}/${STATE_JSON}`, complete);
    const source = `${directory}/${STATE_ARRAYS}`;
    if (parameters !== undefined) refuseLarge(await files.header(STATE_ARRAYS), source, parameters, json.settings);
    const { tensors } = decodeSafetensors(await files.bytes(STATE_ARRAYS), { source });
    return checkpointOf(directory, json, tensors);
  } finally {
    await files.close();
  }
}

/** Throws `RangeError`, before any is read, if the tensors are larger than a run with so many parameters needs. */
function refuseLarge(
  { entries }: Header,
  source: string,
  parameters: number,
  { averageLast, averageAfter }: TrainSettings,
): void {
  // Some averages have a number more, or hold losses until they begin.
  const average = Math.min(Math.max(parameters * (averageLast ?? 1) + 1, (averageAfter ?? 0) + 2), MAX_AVERAGE);
  const expect = (most: number, name: string, found: number): void => {
    if (found <= most) return;
    throw new InputRangeError(`read ${source}: expected at most ${most} numbers in ${name}, found ${found}`);
  };
  let total = 0;
  for (const { name, shape } of entries) {
    const count = elementCount(shape);
    total += count;
    expect(name.startsWith("state.") ? MAX_STATE : name === "average" ? average : parameters, name, count);
  }
  expect(MAX_COPIES * parameters + average + MAX_STATE, "all tensors", total);
}

function checkpointOf<S extends TrainSettings>(
  directory: string,
  json: StateJSON<S>,
  tensors: ReadonlyMap<string, NamedArray>,
): Checkpoint<S> {
  const source = `${directory}/${STATE_ARRAYS}`;
  const read = new Set<string>();
  const array = (name: string): Float32Array => {
    read.add(name);
    const tensor = tensors.get(name);
    if (!tensor) throw new InputRangeError(`read ${source}: expected a tensor ${name}, found none`);
    const data = exactFloats(tensor, `read ${source}`);
    const bad = firstNonFinite(data);
    if (bad < 0) return data;
    throw new InputRangeError(`read ${source}: expected finite numbers in ${name}, found ${data[bad]} at ${bad}`);
  };
  const group = (prefix: string): Record<string, Float32Array> =>
    Object.fromEntries(
      [...tensors.keys()].filter((name) => name.startsWith(prefix)).map((
        name,
      ) => [name.slice(prefix.length), array(name)]),
    );
  const { settings, fingerprint, progress, optimizerSteps, schedule, best, notes, budget, changes, ranks } = json;
  const snapshot: FitSnapshot = {
    progress,
    parameters: array("parameters"),
    optimizer: { steps: optimizerSteps, moments: group("optimizer.") },
    state: group("state."),
    schedule,
    best: best && { ...best, parameters: array("best") },
    average: isAveraged(settings) ? array("average") : null,
    ...(budget && { budget }),
  };
  refuseSurplus(`read ${source}`, "tensors that the run uses", [...tensors.keys()], [...read]);
  return { settings, fingerprint, snapshot, notes, changes, ranks, directory };
}

/** Names the files of a directory's checkpoint, for error messages. */
export function sourceIn(directory: string): string {
  return `${directory}/${STATE_JSON} and ${STATE_ARRAYS}`;
}

/** Throws `RangeError` if the run of a directory has gone on since its checkpoint was read. */
export async function refuseIfContinued(
  directory: string,
  { directory: origin, snapshot }: Checkpoint,
): Promise<void> {
  if (origin === undefined || await realPath(origin) !== await realPath(directory)) return;
  const files = await readDirectory(directory, [], { optional: [STATE_JSON], verify: false });
  const text = files.get(STATE_JSON);
  const action = `read ${directory}/${STATE_JSON}: expected JSON`;
  const state = text && parseJSON(new TextDecoder().decode(text), action) as Partial<StateJSON<unknown>> | null;
  const [expected, found] = [snapshot.progress.step, state?.progress?.step];
  if (found === undefined || found === expected) return;
  throw new InputRangeError(
    `resume ${directory}: expected a run that has taken ${expected} steps, as when it was read, found ${found}; ` +
      "it has been trained since",
  );
}

/** Returns the real path of a directory, which may be written in several ways; undefined if there is none. */
async function realPath(directory: string): Promise<string | undefined> {
  const action = `resume ${directory}`;
  return await attempt(action, () => unlessMissing(fileSystem(action).realpath(directory)));
}

function isAveraged({ averaging, averageLast, averageAfter }: TrainSettings): boolean {
  return averaging !== null || averageLast !== null || averageAfter !== null;
}

function parseState<S extends TrainSettings>(
  text: string,
  source: string,
  complete: (settings: Partial<S>) => S,
): StateJSON<S> {
  const json = parseJSON(text, `read ${source}: expected JSON`) as StateJSON<S> | StateJSON2<S>;
  if (json?.format !== "elman" || typeof json.version !== "number") {
    throw new InputSyntaxError(`read ${source}: expected a training state that Elman wrote, found other JSON`);
  }
  if (!(json.version === OLDEST || json.version === VERSION)) {
    const other = json.version > VERSION ? "a newer" : "an older";
    const why = Number.isInteger(json.version) && json.version > 0 ? `; ${other} Elman wrote it` : "";
    throw new InputRangeError(
      `read ${source}: expected format version ${OLDEST} or ${VERSION}, found ${json.version}${why}`,
    );
  }
  const state = json.version === OLDEST ? fromVersion2(json as StateJSON2<S>) : json as StateJSON<S>;
  refuseSurplus(`read ${source}`, "keys of a training state", Object.keys(state), STATE_KEYS);
  try {
    checkTrainingState(state);
    const settings = complete(readSettings(state.settings));
    const schedule = makeSchedule(settings, 1);
    schedule.restore?.(state.schedule);
    const kept = Object.keys(schedule.state?.() ?? {});
    refuseSurplus("restore a schedule", "keys of its state", Object.keys(state.schedule), kept);
    return { ...state, settings };
  } catch (error) {
    if (error instanceof InputRangeError || error instanceof InputTypeError) {
      throw new InputRangeError(`read ${source}: ${error.message}`);
    }
    throw error;
  }
}

/** Reads settings of earlier versions, in which only the cosine schedule had the warm-up that was saved with all. */
function readSettings<S extends TrainSettings>(saved: S): S {
  const isEarlier = saved.finalRate === undefined;
  return isEarlier && saved.schedule !== "cosine" ? { ...saved, warmup: 0 } : saved;
}
