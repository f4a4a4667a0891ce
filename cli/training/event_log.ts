import { appendFile, mkdir, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import {
  encodeRecord,
  type EventValue,
  fileVersion,
  histogramOf,
  sessionStart,
  summary,
} from "../../src/formats/tensorboard/mod.ts";
import { InputRangeError } from "../../errors.ts";
import { stagingName } from "../../src/formats/directory_names.ts";
import { kindOf } from "../../src/formats/plain_file.ts";
import { attempt } from "../../src/formats/system_errors.ts";
import { Engine, type Module } from "../../src/nn/mod.ts";
import type { Given } from "../../src/schema/mod.ts";
import { type HistorySample, SAVE_EVERY } from "../../src/train/mod.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import { type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { residentBytes } from "../terminal/mod.ts";

/** Options of the commands that train: files for TensorBoard. */
export const EVENT_LOG_OPTIONS = {
  tensorboard: {
    kind: "path",
    value: "DIR",
    group: "run",
    help: "Directory for event files, which TensorBoard shows.",
  },
  "histogram-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Number of steps between histograms of the weights and gradients; only with --tensorboard.",
    default: "none are written",
  },
} as const satisfies OptionSpecs;

/** The values of the options on which an `EventLog` depends. */
export type EventLogValues = Values<typeof EVENT_LOG_OPTIONS> & { readonly "save-every"?: number };

/** Milliseconds after which events are written even if no checkpoint is saved. */
const FLUSH_MS = 1000;

/** Number of steps whose figures are written for each doubling of a run's length. */
const STEPS_PER_DOUBLING = 1000;

/** Maximum length of a setting in characters. */
const MOST_CHARACTERS = 200;

/** Numbers by name. */
type Figures = Readonly<Record<string, number>>;

/** The model that is trained. */
export interface LoggedModel {
  /** Its layers. */
  readonly network: Module;
  /** Its options. */
  readonly config: object;
}

/** Contents of the first events of an `EventLog`. */
export interface EventLogStart {
  /** Number of steps of the resumed run; 0 for a new one. */
  readonly step: number;
  /** The model. */
  readonly model: LoggedModel;
  /** The settings of the run, by name. */
  readonly settings: Given;
}

/**
 * Throws `UsageError` if histograms are asked for without event files, and `RangeError` if the directory of the event
 * files cannot be written. It leaves nothing behind.
 */
export async function checkEventLog({ tensorboard, "histogram-every": every }: EventLogValues): Promise<void> {
  if (tensorboard === undefined) {
    if (every === undefined) return;
    throw new UsageError("--histogram-every: expected --tensorboard with it, found none");
  }
  const option = `--tensorboard ${tensorboard}`;
  const stats = await statsOf(tensorboard, option);
  if (stats && !stats.isDirectory()) {
    throw new InputRangeError(`${option}: expected a directory or nothing, found ${kindOf(stats)}`);
  }
  await attempt(option, async () => {
    const made = await mkdir(tensorboard, { recursive: true });
    const probe = join(tensorboard, stagingName());
    await appendFile(probe, "");
    await rm(probe).catch(() => {});
    if (made !== undefined) await removeEmpty(tensorboard, made);
  });
}

/** Removes a directory and those around it up to the topmost, unless they have files by now, such as another run's. */
async function removeEmpty(directory: string, topmost: string): Promise<void> {
  const last = resolve(topmost);
  try {
    for (let path = resolve(directory); path.length >= last.length; path = dirname(path)) await rmdir(path);
  } catch {
    // It is in use.
  }
}

/** Returns the options for a fold of a cross-validation, which has a directory of its own in the one given. */
export function eventLogOfFold({ tensorboard }: EventLogValues, fold: number): EventLogValues {
  return tensorboard === undefined ? {} : { tensorboard: join(tensorboard, `fold-${fold}`) };
}

/** Returns a name that TensorBoard takes for an event file. Names in the order of their times are read in order. */
function fileName(): string {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  return `events.out.tfevents.${seconds}.localhost.${process.pid}.elman`;
}

/** Writes an event file of a run. */
export class EventLog {
  #path: string;
  #histogramEvery: number;
  #saveEvery: number;
  #step: number;
  #network: Module;
  #pending: Uint8Array<ArrayBuffer>[] = [];
  #flushed = performance.now();

  /** Use `open` instead. */
  constructor(path: string, values: EventLogValues, { step, model: { network } }: EventLogStart) {
    const { "histogram-every": histogramEvery = Infinity, "save-every": saveEvery = SAVE_EVERY } = values;
    this.#path = path;
    this.#histogramEvery = histogramEvery;
    this.#saveEvery = saveEvery;
    this.#step = step;
    this.#network = network;
  }

  /** Begins an event file, if one is asked for. It replaces what earlier ones in the directory have of later steps. */
  static async open(values: EventLogValues, start: EventLogStart): Promise<EventLog | undefined> {
    const { tensorboard: directory } = values;
    if (directory === undefined) return undefined;
    const path = join(directory, fileName());
    await attempt(`write ${path}`, () => mkdir(directory, { recursive: true }));
    const log = new EventLog(path, values, start);
    const { step, model: { config }, settings } = start;
    log.#add(fileVersion(now()));
    log.#add(sessionStart(now(), step === 0 ? 0 : step + 1));
    log.#add(summary(now(), step, [{ tag: "settings", text: tableOf({ ...config, ...settings }) }]));
    await log.flush();
    return log;
  }

  /** Adds the figures of a step. Call it before the next step, whose gradients replace those of this one. */
  async addStep(step: number, figures: Figures): Promise<void> {
    this.#step = step;
    const values = isWritten(step) ? [...scalars("train", figures), ...scalars("memory", memoryFigures())] : [];
    if (step % this.#histogramEvery === 0) values.push(...this.#histograms());
    if (values.length > 0) this.#add(summary(now(), step, values));
    // What a checkpoint counts as done must not be missing after a crash.
    if (step % this.#saveEvery === 0 || performance.now() - this.#flushed >= FLUSH_MS) await this.flush();
  }

  /** Adds the figures of an epoch, which ended with the last step. Those that are not numbers are left out. */
  async addEpoch(figures: Readonly<Record<string, unknown>>): Promise<void> {
    this.#add(summary(now(), this.#step, scalars("epoch", figures)));
    await this.flush();
  }

  /** Adds a text that the model has written. */
  async addSample({ step, text }: HistorySample): Promise<void> {
    // Indented text is shown as it is, with its line breaks.
    this.#add(summary(now(), step, [{ tag: "sample", text: text.replaceAll(/^/gm, "    ") }]));
    await this.flush();
  }

  /** Writes what has been added. */
  async flush(): Promise<void> {
    const events = new Blob(this.#pending);
    this.#pending = [];
    this.#flushed = performance.now();
    await attempt(`write ${this.#path}`, async () => await appendFile(this.#path, await events.bytes()));
  }

  #add(event: Uint8Array): void {
    this.#pending.push(encodeRecord(event));
  }

  /** The weights after the last step, and its gradients, which stay until the next one begins. */
  #histograms(): EventValue[] {
    return [...this.#network.namedParameters()].flatMap(([name, parameter]) => [
      ...histogram(`weights/${name}`, parameter.toArray()),
      ...(parameter.requiresGradient ? histogram(`gradients/${name}`, parameter.gradients()) : []),
    ]);
  }
}

/**
 * Whether the figures of a step are written: of the first 2,000 all, then of every second, from 4,000 of every fourth.
 */
function isWritten(step: number): boolean {
  const doublings = 31 - Math.clz32(Math.max(1, step / STEPS_PER_DOUBLING));
  return step % 2 ** doublings === 0;
}

function scalars(group: string, figures: Readonly<Record<string, unknown>>): EventValue[] {
  return Object.entries(figures).flatMap(([name, scalar]) =>
    typeof scalar === "number" ? [{ tag: `${group}/${name}`, scalar }] : []
  );
}

/** The memory of the engine that is in use, and that of the process. */
function memoryFigures(): Figures {
  const { keptBytes, stepBytes } = Engine.default();
  return { engine_mib: (keptBytes + stepBytes) / 2 ** 20, rss_mib: residentBytes() / 2 ** 20 };
}

function histogram(tag: string, values: Float32Array): EventValue[] {
  const histogram = histogramOf(values);
  return histogram === undefined ? [] : [{ tag, histogram }];
}

/** Writes named values as a table in Markdown. */
function tableOf(values: Given): string {
  const rows = Object.entries(values).map(([name, value]) => {
    const text = (typeof value === "string" ? value : JSON.stringify(value)).slice(0, MOST_CHARACTERS);
    return `| ${name} | ${text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|")} |`;
  });
  return ["| setting | value |", "| --- | --- |", ...rows].join("\n");
}

/** The time in seconds since 1970. */
function now(): number {
  return Date.now() / 1000;
}
