/**
 * The file `history.jsonl` of a run's directory: its steps, thinned to a limited number, and all of its epochs. Unlike
 * the files of the model it is appended to, has no checksum, and is not needed to load or resume the model.
 *
 * @module
 */
import { HISTORY } from "../formats/directory_names.ts";
import { fileSystem } from "../formats/file_system.ts";
import { openPlain, readAtMost } from "../formats/plain_file.ts";
import { attempt } from "../formats/system_errors.ts";
import { replaceFile } from "../formats/write_file.ts";
import type { MeasuredEvent, StepEvent } from "./events.ts";
import type { Measurement } from "./best.ts";

/** A line of the file. */
export type HistoryLine = Readonly<Record<string, unknown>> & {
  /** The kind of line. */
  readonly event: "run" | "step" | "epoch" | "sample";
  /** Number of steps taken. */
  readonly step: number;
  /** Index of the epoch, from 1. */
  readonly epoch: number;
};

/** A text that a model wrote after a step. */
export interface HistorySample {
  /** Number of steps taken. */
  readonly step: number;
  /** Index of the epoch, from 1. */
  readonly epoch: number;
  /** The text. */
  readonly text: string;
}

/** How far a resumed run has come. */
interface Reached {
  /** Number of steps taken. */
  readonly step: number;
  /** Number of completed epochs. */
  readonly epoch: number;
}

/** Figures of a line besides the event. */
interface Figures {
  /** Number of steps taken. */
  readonly step: number;
  /** Bytes of the engine's memory in use. */
  readonly memoryBytes: number;
}

const VERSION = 1;

/** Maximum number of lines of steps; with one more, every second line is dropped. */
const MOST_STEPS = 2000;

/** Maximum number of samples; with one more, every second one is dropped. */
const MOST_SAMPLES = 100;

/** Maximum length of a sample in characters. */
const MOST_CHARACTERS = 2000;

/** Maximum size of a file that a resumed run continues; a larger one is begun anew. */
const MOST_BYTES = 2 ** 26;

/** Milliseconds after which lines are written even if no checkpoint is saved. */
const FLUSH_MS = 1000;

/** Options of `History.open`. */
export interface HistoryOptions {
  /** How far the resumed run has come; later lines are dropped. Default: a new run, whose file is begun anew. */
  readonly reached?: Reached;
  /** Maximum number of lines of steps. Default: 2000. */
  readonly most?: number;
  /** Notes for the first line, for a run without a training state that could have them. Default: none. */
  readonly notes?: Readonly<Record<string, unknown>>;
  /** The time at which the run began, by `performance.now()`. Default: now. */
  readonly start?: number;
}

/** A training that has no steps, such as that of a linear model. */
export interface SteplessTraining extends Required<Pick<HistoryOptions, "notes" | "start">> {
  /** The result on the validation data; null without. */
  readonly measured: Measurement | null;
  /** Bytes of the engine's memory in use. */
  readonly memoryBytes: number;
}

/**
 * Reads the lines of a directory's history; a line that was not written to its end is left out. The list is empty if
 * there is no history, or one of more than 64 MiB.
 */
export async function readHistory(directory: string): Promise<HistoryLine[]> {
  return await readLines(`${directory}/${HISTORY}`);
}

/** Adds a sample to a directory's history. The text is cut after 2,000 characters. */
export async function recordSample(directory: string, { step, epoch, text }: HistorySample): Promise<void> {
  const path = `${directory}/${HISTORY}`;
  const line = { event: "sample", step, epoch, text: text.slice(0, MOST_CHARACTERS) };
  const lines = await readLines(path);
  const samples = lines.filter(({ event }) => event === "sample");
  if (samples.length >= MOST_SAMPLES) {
    const dropped = new Set(samples.filter((_, i) => i % 2 === 0));
    await replaceFile(path, textOf(lines.filter((line) => !dropped.has(line))));
  }
  const { appendFile } = fileSystem("write the history");
  await attempt(`write ${path}`, () => appendFile(path, textOf([line])));
}

/** Writes the history of a training that has no steps: all of it is one epoch, without a loss. */
export async function recordStepless(
  directory: string,
  { notes, start, measured, memoryBytes }: SteplessTraining,
): Promise<void> {
  const history = await History.open(directory, { notes, start });
  await history.add({ ...STEPLESS_EPOCH, measured, best: measured }, { step: 0, memoryBytes });
  await history.flush();
}

/** The epoch of a training without steps. JSON writes its loss, which is not measured, as null. */
const STEPLESS_EPOCH = {
  event: "epoch",
  epoch: 1,
  loss: NaN,
  validationShare: 1,
  isBest: true,
  stopped: null,
  isDiverged: false,
} as const;

/** Writes the history of a run. */
export class History {
  #path: string;
  #most: number;
  #every = 1;
  #steps = 0;
  #pending = "";
  #notes: HistoryOptions["notes"];
  #start: number;
  #flushed = performance.now();

  /** Use `open` instead. */
  constructor(path: string, { most = MOST_STEPS, notes, start = performance.now() }: HistoryOptions) {
    this.#path = path;
    this.#most = most;
    this.#notes = notes;
    this.#start = start;
  }

  /** Begins the file of a directory, or continues it after the step that a resumed run has reached. */
  static async open(directory: string, options: HistoryOptions = {}): Promise<History> {
    const history = new History(`${directory}/${HISTORY}`, options);
    await history.#continue(options.reached ?? { step: 0, epoch: 0 });
    return history;
  }

  /** Adds an event. */
  async add(event: StepEvent | MeasuredEvent<Measurement>, figures: Figures): Promise<void> {
    if (event.event === "step" && event.step % this.#every !== 0) return;
    const seconds = Number(((performance.now() - this.#start) / 1e3).toFixed(3));
    const engine = Number((figures.memoryBytes / 2 ** 20).toFixed(1));
    const line = event.event === "step" ? stepFields(event) : epochFields(event, figures.step);
    this.#pending += JSON.stringify({ ...line, seconds, engine_mib: engine }) + "\n";
    if (event.event === "step" && ++this.#steps > this.#most) await this.#thin();
    else if (performance.now() - this.#flushed >= FLUSH_MS) await this.flush();
  }

  /** Writes what has been added. */
  async flush(): Promise<void> {
    this.#flushed = performance.now();
    const text = this.#pending;
    if (text === "") return;
    this.#pending = "";
    await attempt(`write ${this.#path}`, () => fileSystem("write the history").appendFile(this.#path, text));
  }

  /** Keeps the lines up to the step that has been reached, and goes on with their time and interval. */
  async #continue(reached: Reached): Promise<void> {
    const lines = reached.step === 0 ? [] : await readLines(this.#path);
    const every = lines.find(({ event }) => event === "run")?.every;
    this.#every = typeof every === "number" && Number.isInteger(Math.log2(every)) && every >= 1 ? every : 1;
    const kept = lines.filter(({ event, step, epoch }) =>
      event === "epoch" ? epoch <= reached.epoch : step <= reached.step
    );
    const last = kept.findLast(({ seconds }) => typeof seconds === "number");
    if (last) this.#start -= last.seconds as number * 1e3;
    await this.#write(kept);
  }

  /** Drops every second line of the steps until their number is within the limit. */
  async #thin(): Promise<void> {
    await this.flush();
    this.#every *= 2;
    await this.#write(await readLines(this.#path));
  }

  async #write(lines: readonly HistoryLine[]): Promise<void> {
    const isKept = ({ event, step }: HistoryLine): boolean =>
      event === "step" ? step % this.#every === 0 : event !== "run";
    const kept = lines.filter(isKept);
    this.#steps = kept.filter(({ event }) => event === "step").length;
    const header = { event: "run", version: VERSION, every: this.#every, ...this.#notes && { notes: this.#notes } };
    await replaceFile(this.#path, textOf([header, ...kept]));
  }
}

function textOf(lines: readonly object[]): string {
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}

/** Reads the lines of the file; a line that was not written to its end is left out. */
async function readLines(path: string): Promise<HistoryLine[]> {
  const bytes = await attempt(`read ${path}`, async () => {
    const handle = await openPlain(fileSystem("read the history"), path);
    if (!handle) return new Uint8Array();
    try {
      return (await handle.stat()).size > MOST_BYTES ? new Uint8Array() : await readAtMost(handle, MOST_BYTES);
    } finally {
      await handle.close();
    }
  });
  return new TextDecoder().decode(bytes).split("\n").flatMap(parseLine);
}

/** Parses a line; returns an empty list if it is not one of a history. */
function parseLine(text: string): HistoryLine[] {
  try {
    const line = JSON.parse(text);
    const isEvent = ["step", "epoch", "sample"].includes(line.event) && Number.isInteger(line.step) &&
      Number.isInteger(line.epoch);
    return isEvent || line.event === "run" ? [line] : [];
  } catch {
    return [];
  }
}

function stepFields({ step, epoch, loss, learningRate, gradientNorm, tokensPerSecond }: StepEvent): object {
  const figures = { loss, lr: learningRate, grad_norm: gradientNorm, tokens_per_second: Math.round(tokensPerSecond) };
  return { event: "step", step, epoch, ...figures };
}

function epochFields({ epoch, loss, measured, isBest }: MeasuredEvent<Measurement>, step: number): object {
  const isFigure = ([, value]: [string, unknown]): boolean => typeof value === "number" || value === null;
  const validation = measured && Object.fromEntries(Object.entries(measured).filter(isFigure));
  return { event: "epoch", step, epoch, train_loss: loss, validation, best: isBest };
}
