import {
  decodeSafetensors,
  encodeSafetensorsParts,
  type FileContent,
  type NamedArray,
  readDirectory,
} from "../../src/formats/mod.ts";
import { completeSettings, type FitSettings } from "./settings.ts";
import type { FitProgress, FitSnapshot } from "./trainer.ts";

const STATE_JSON = "training_state.json";
const STATE_ARRAYS = "training_state.safetensors";
const VERSION = 1;

/** A run that can be continued: how it was set up, and where it stands. */
export interface Checkpoint {
  /** How the run was set up. */
  readonly settings: FitSettings;
  /** Number of the corpus that it reads. */
  readonly fingerprint: number;
  /** Where it stands. */
  readonly snapshot: FitSnapshot;
  /** What the program that runs it wants to find again. */
  readonly notes: Record<string, unknown>;
}

interface StateJSON {
  readonly format: "elman";
  readonly version: number;
  readonly settings: FitSettings;
  readonly fingerprint: number;
  readonly progress: FitProgress;
  readonly optimizerSteps: number;
  readonly schedule: Record<string, number>;
  readonly best: { readonly loss: number; readonly waited: number } | null;
  readonly notes: Record<string, unknown>;
}

/** The files of a checkpoint. */
export function checkpointFiles({ settings, fingerprint, snapshot, notes }: Checkpoint): Record<string, FileContent> {
  const { progress, optimizer, schedule, best, state } = snapshot;
  const json: StateJSON = {
    format: "elman",
    version: VERSION,
    settings,
    fingerprint,
    progress,
    optimizerSteps: optimizer.steps,
    schedule,
    best: best && { loss: best.loss, waited: best.waited },
    notes,
  };
  const array = (name: string, data: Float32Array): NamedArray => ({ name, shape: [data.length], data });
  const arrays = [array("parameters", snapshot.parameters), array("state.h", state.h)];
  if (state.c) arrays.push(array("state.c", state.c));
  if (best) arrays.push(array("best", best.parameters));
  for (const [name, data] of Object.entries(optimizer.moments)) arrays.push(array(`optimizer.${name}`, data));
  return { [STATE_JSON]: JSON.stringify(json, null, 2) + "\n", [STATE_ARRAYS]: encodeSafetensorsParts(arrays) };
}

/** Reads the checkpoint in a model directory. Throws an error that names the file where there is none or it is damaged. */
export async function loadCheckpoint(directory: string): Promise<Checkpoint> {
  const files = await readDirectory(directory, [STATE_JSON, STATE_ARRAYS]);
  const source = `${directory}/${STATE_ARRAYS}`;
  const json = parseState(new TextDecoder().decode(files.get(STATE_JSON)), `${directory}/${STATE_JSON}`);
  const { tensors } = decodeSafetensors(files.get(STATE_ARRAYS)!, { source });
  const optional = (name: string): Float32Array | undefined => tensors.get(name)?.data as Float32Array | undefined;
  const array = (name: string): Float32Array => {
    const data = optional(name);
    if (!(data instanceof Float32Array)) {
      throw new RangeError(`read ${source}: expected a float tensor ${name}, found none`);
    }
    return data;
  };
  const moments = Object.fromEntries(
    [...tensors.keys()].filter((name) => name.startsWith("optimizer.")).map((name) => [name.slice(10), array(name)]),
  );
  const { settings, fingerprint, progress, optimizerSteps, schedule, best, notes } = json;
  const snapshot: FitSnapshot = {
    progress,
    parameters: array("parameters"),
    optimizer: { steps: optimizerSteps, moments },
    state: { h: array("state.h"), c: optional("state.c") },
    schedule,
    best: best && { ...best, parameters: array("best") },
  };
  return { settings, fingerprint, snapshot, notes };
}

function parseState(text: string, source: string): StateJSON {
  let json: StateJSON;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`read ${source}: expected JSON, found ${(error as Error).message}`);
  }
  if (json?.format !== "elman" || typeof json.version !== "number") {
    throw new SyntaxError(`read ${source}: expected a training state of Elman, found something else`);
  }
  if (json.version > VERSION) {
    throw new RangeError(
      `read ${source}: expected a format version up to ${VERSION}, found ${json.version}; a newer Elman wrote it`,
    );
  }
  const counts = [
    json.progress?.step,
    json.progress?.epoch,
    json.progress?.window,
    json.optimizerSteps,
    json.fingerprint,
  ];
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0)) {
    throw new RangeError(
      `read ${source}: expected whole numbers of steps, epochs and windows, found ${counts.join(", ")}`,
    );
  }
  try {
    return { ...json, settings: completeSettings(json.settings ?? {}) };
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`read ${source}: ${error.message}`) : error;
  }
}

/**
 * The settings of a continued run: those of the checkpoint, with as many epochs and steps as are asked for. Throws a RangeError for any other
 * setting that differs, since the run would not be the same, and for an impossible one.
 */
export function continuedSettings(saved: FitSettings, asked: Partial<FitSettings>): FitSettings {
  for (const [name, value] of Object.entries(asked) as [keyof FitSettings, unknown][]) {
    const isLength = name === "epochs" || name === "maxSteps";
    const mayChange = isLength && saved.schedule !== "cosine";
    if (value !== undefined && value !== saved[name] && !mayChange) {
      throw new RangeError(
        `resume: expected ${name} to be ${saved[name]}, as in the run that is resumed, found ${value}`,
      );
    }
  }
  const { epochs = saved.epochs, maxSteps = saved.maxSteps } = asked;
  return completeSettings({ ...saved, epochs, maxSteps });
}
