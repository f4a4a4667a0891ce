import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Communicator } from "../../src/distributed/mod.ts";
import { count } from "../../src/schema/mod.ts";
import { percent } from "../../tasks/task_model/mod.ts";
import {
  type EarlyStop,
  type HistorySample,
  OtherRunError,
  recordSample,
  type RunOptions,
  type StepEvent,
  StoppedByRank,
  type TrainSettings,
} from "../../src/train/mod.ts";
import {
  formatDuration,
  Interrupt,
  jsonLine,
  Progress,
  type ProgressState,
  residentBytes,
  writeErrorLine,
  writeLine,
  writeMessage,
} from "../terminal/mod.ts";
import { UsageError } from "../arguments/mod.ts";
import { invocation, nativeInvocation, quoted } from "../invocation.ts";
import { precisionWords } from "./card_notes.ts";
import { EventLog, type EventLogValues, type LoggedModel } from "./event_log.ts";
import { LOG_EVERY } from "./run_options.ts";
import { keepOldModel, takeOver } from "./output_directory.ts";
import { describePlan } from "./plan_message.ts";

/** Number of steps from which the speed of a run is judged. */
const STEPS_TIMED = 20;

/** Options of `TrainingRun`. */
export interface TrainingRunOptions {
  /** The command's name, for the hint on how to resume. */
  readonly command: string;
  /** The model's directory. */
  readonly directory: string;
  /** The plural noun for what the speed counts. Default: "tokens". */
  readonly unit?: string;
  /** Steps of the resumed run so far. Default: a new run. */
  readonly steps?: number;
  /** Whether the run follows a search in its directory, whose files are its own. Default: false. */
  readonly followsSearch?: boolean;
  /** The settings, whose budget of time is described as soon as the speed is known. Default: there is no budget. */
  readonly settings?: TrainSettings;
  /** The part of a longer run that this is, such as "fold 2 of 10". Default: it is the whole run. */
  readonly place?: string;
  /** The ranks that train together, of which rank 0 reports. Default: there is one. */
  readonly communicator?: Communicator;
  /** The values of `RUN_OPTIONS`. */
  readonly values: EventLogValues & {
    readonly json?: boolean;
    readonly quiet?: boolean;
    readonly "log-every"?: number;
    readonly "save-every"?: number;
    readonly precision?: string;
  };
}

/** Statistics of a run so far. */
export interface RunFigures {
  /** Completed steps, including those of the resumed run. */
  readonly step: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** Speed of the training steps, without validation. */
  readonly speed: Speed;
  /** Peak resident set size in MiB. */
  readonly peak: number;
}

/** How many of something a run processes in a second. */
export interface Speed {
  /** The number, rounded. */
  readonly perSecond: number;
  /** The plural noun for what is counted, such as "tokens". */
  readonly unit: string;
}

/** Returns a speed as a field of JSON, such as `tokens_per_second`. */
export function speedField({ perSecond, unit }: Speed): Record<string, number> {
  return { [`${unit}_per_second`]: Math.round(perSecond) };
}

/** The fields that the epoch events of all tasks share. */
interface EpochEvent {
  readonly event: "epoch";
  readonly epoch: number;
  readonly loss: number;
  readonly validationShare?: number;
  readonly isBest: boolean;
  readonly stopped?: EarlyStop;
}

/** Describes an epoch as text and as fields of a JSON line. */
export type DescribeEpoch<E extends EpochEvent> = (
  event: E,
) => { readonly text: string; readonly fields: Readonly<Record<string, unknown>> };

/** One training run on the command line: shows progress, moves an existing model aside, and stops on Ctrl-C. */
export class TrainingRun {
  #options: TrainingRunOptions;
  #progress: Progress | undefined;
  #start = performance.now();
  #peak = 0;
  #interrupt: Interrupt | undefined;
  #last: StepEvent | undefined;
  #tokens = 0;
  #milliseconds = 0;
  #isPlanTold = false;
  #log: EventLog | undefined;
  /** The figures of the best epoch of this session. */
  #best = "";

  constructor(options: TrainingRunOptions) {
    this.#options = options;
    const { quiet, json } = options.values;
    this.#progress = quiet || json ? undefined : new Progress();
  }

  /** Completed steps, including those of the resumed run. */
  get step(): number {
    return this.#last?.step ?? this.#before;
  }

  /** Steps completed before this run. */
  get #before(): number {
    return this.#options.steps ?? 0;
  }

  /** Whether this is the rank that reports. */
  get #reports(): boolean {
    return (this.#options.communicator?.rank ?? 0) === 0;
  }

  get #unit(): string {
    return this.#options.unit ?? "tokens";
  }

  /** Prints a message unless `--json` or `--quiet` is given. On a terminal, it is broken at words to fit the width. */
  say(text: string | undefined): void {
    if (text !== undefined && this.#isTalking) writeMessage(text);
  }

  /** Prints a command line for the user to copy, unless `--json` or `--quiet` is given. */
  suggest(purpose: string, commandLine: string): void {
    if (this.#isTalking) writeLine(`${purpose}: ${commandLine}`);
  }

  get #isTalking(): boolean {
    const { json, quiet } = this.#options.values;
    return !json && !quiet;
  }

  /**
   * Moves an existing model aside for a new run, and prints what the run does. Throws `RangeError` if another run
   * trains into the directory.
   */
  async begin(introduction: string): Promise<void> {
    if (!this.#reports) return;
    const { steps, directory, followsSearch = false } = this.#options;
    if (steps === undefined && !followsSearch) this.say(await keepOldModel(directory));
    this.say(await takeOver(directory));
    const beginning = this.#before > 0 ? `Resuming after step ${this.#before}: ` : "Training ";
    this.say(`${beginning}${introduction} Saving to ${directory}.`);
  }

  /** Trains to the end. Returns false, with a message on standard error, if the run was interrupted. */
  async train<E extends EpochEvent>(
    fit: (options: RunOptions) => AsyncIterable<StepEvent | E>,
    describe: DescribeEpoch<E>,
  ): Promise<boolean> {
    const { directory, values, communicator } = this.#options;
    // A launcher asks all ranks at once to end when one of them has failed, and says so itself.
    const message = communicator ? undefined : "Finishing the step and saving; press Ctrl-C to quit at once.";
    this.#interrupt = new Interrupt(message);
    const { signal } = this.#interrupt;
    try {
      for await (const event of fit({ directory, saveEvery: values["save-every"], signal })) {
        this.#peak = Math.max(this.#peak, residentBytes());
        if (event.event === "step") this.#reportStep(event);
        else this.#reportEpoch(event, describe);
      }
      this.#progress?.clear();
      return true;
    } catch (error) {
      this.#progress?.clear();
      const isStopped = signal.aborted && error === signal.reason || error instanceof StoppedByRank;
      if (!isStopped) throw this.#asUsage(error);
      if (this.#reports) writeErrorLine(this.stopMessage());
      return false;
    } finally {
      this.#interrupt[Symbol.dispose]();
      this.#interrupt = undefined;
    }
  }

  /** Passes on the events of a model's training, and writes an event file with them if one is asked for. */
  async *record<E extends EpochEvent>(
    events: AsyncIterable<StepEvent | E>,
    { model, describe }: { readonly model: LoggedModel; readonly describe: DescribeEpoch<E> },
  ): AsyncGenerator<StepEvent | E, void, void> {
    const { values, settings = {} } = this.#options;
    const log = this.#log = await EventLog.open(values, { step: this.#before, model, settings: { ...settings } });
    try {
      for await (const event of events) {
        if (event.event === "step") await log?.addStep(event.step, this.#figuresOf(event));
        else await log?.addEpoch({ train_loss: event.loss, ...describe(event).fields });
        yield event;
      }
    } finally {
      await log?.flush();
    }
  }

  /** Stops training after the step, as Ctrl-C does. */
  stop(): void {
    this.#interrupt?.stop();
  }

  /** Says where the run has been stopped, and how to resume it if it has saved a checkpoint. */
  stopMessage(): string {
    const { directory, command, place, steps, values: { precision } } = this.#options;
    const isBegun = this.#last !== undefined || steps !== undefined || place !== undefined;
    if (!isBegun && !existsSync(join(directory, "training_state.json"))) {
      return "Stopped before the first step. To train, run the same command again.";
    }
    const where = place === undefined ? `after step ${this.step}` : `in ${place}`;
    const numbers = precisionWords(precision);
    const resume = numbers.length > 0 ? nativeInvocation : invocation;
    return `Stopped ${where}. To resume: ${resume(command, "--resume", quoted(directory), ...numbers)}`;
  }

  /** Returns how far the run has come; undefined before its first step. */
  progress(): ProgressState | undefined {
    if (!this.#last) return undefined;
    const { step, steps, loss, tokensPerSecond: perSecond } = this.#last;
    // This includes the validations so far, since more are to come.
    const elapsed = (performance.now() - this.#start) / 1e3;
    const secondsLeft = Math.min(elapsed / (step - this.#before) * (steps - step), this.#budgetLeft(elapsed));
    return { step, steps, loss, speed: { perSecond, unit: this.#unit }, secondsLeft };
  }

  /** The most seconds that a budget of time leaves: the first steps, which are slow, say nothing about the rest. */
  #budgetLeft(elapsed: number): number {
    const minutes = this.#options.settings?.minutes ?? Infinity;
    return Math.max(0, 60 * minutes - elapsed);
  }

  /** Prints what the model writes after a step, and keeps it in the run's history. */
  async showSample({ step, epoch, text }: HistorySample): Promise<void> {
    this.#progress?.clear();
    this.say(`sample after step ${step}:\n${text.trim().replaceAll(/^(?=.)/gm, "  ")}`);
    if (this.#options.values.json) jsonLine({ event: "sample", step, text });
    await recordSample(this.#options.directory, { step, epoch, text });
    await this.#log?.addSample({ step, epoch, text });
  }

  /** Returns the statistics so far. */
  figures(): RunFigures {
    this.#peak = Math.max(this.#peak, residentBytes());
    return {
      step: this.step,
      seconds: (performance.now() - this.#start) / 1e3,
      speed: {
        perSecond: this.#milliseconds === 0 ? 0 : Math.round(this.#tokens / this.#milliseconds * 1e3),
        unit: this.#unit,
      },
      peak: Math.round(this.#peak / 2 ** 20),
    };
  }

  /** Prints the last step, the duration and the speed; only the duration if the training has no steps. */
  conclude(): void {
    const { step, seconds, speed: { perSecond, unit } } = this.figures();
    if (step === 0) return this.say(`Trained in ${formatDuration(seconds)}.`);
    const speed = `${perSecond.toLocaleString("en")} ${unit}/s without validation`;
    this.say(`Trained to step ${step} in ${formatDuration(seconds)}, ${speed}.`);
  }

  /** Turns an error about a setting that differs from the resumed run's into a usage error. */
  #asUsage(error: unknown): unknown {
    if (!(error instanceof OtherRunError)) return error;
    return new UsageError(`--resume ${this.#options.directory}: ${error.difference}`);
  }

  #reportStep(event: StepEvent): void {
    this.#last = event;
    this.#tokens += event.tokens;
    this.#milliseconds += event.milliseconds;
    const { step, epoch } = event;
    if (step - this.#before >= STEPS_TIMED) this.#tellPlan();
    const { json, "log-every": every = LOG_EVERY } = this.#options.values;
    if (json) {
      if (step % every !== 0) return;
      return jsonLine({ event: "step", step, epoch, ...this.#figuresOf(event) });
    }
    this.#progress?.update(this.progress()!);
  }

  /** Returns the figures of a step by the names of `--json`. */
  #figuresOf({ loss, gradientNorm, learningRate, tokensPerSecond: perSecond }: StepEvent): Record<string, number> {
    return { loss, grad_norm: gradientNorm, lr: learningRate, ...speedField({ perSecond, unit: this.#unit }) };
  }

  /** Says once how far the run will get within its budget of time, if it has one. */
  #tellPlan(): void {
    const { settings, values: { json } } = this.#options;
    if (this.#isPlanTold || !this.#last || !settings || settings.minutes === null) return;
    this.#isPlanTold = true;
    const { steps, epochs } = this.#last;
    if (json) return jsonLine({ event: "plan", steps, epochs, minutes: settings.minutes });
    this.#progress?.clear();
    this.say(describePlan(this.#last, settings));
  }

  #reportEpoch<E extends EpochEvent>(event: E, describe: DescribeEpoch<E>): void {
    const { epoch, loss, isBest, stopped, validationShare: share } = event;
    this.#tellPlan();
    const { text: figures, fields } = describe(event);
    const text = figures + (share === undefined ? "" : ` on ${percent(share)} of the validation data`);
    if (isBest) this.#best = text.replace(/^, /, "");
    this.#progress?.clear();
    this.say(`epoch ${epoch}: training loss ${loss.toFixed(4)}${text}`);
    if (this.#options.values.json) {
      jsonLine({ event: "epoch", epoch, train_loss: loss, ...fields, ...share && { valid_share: share } });
    }
    if (stopped) this.#reportStop(epoch, stopped);
  }

  #reportStop(epoch: number, { waited, kept }: EarlyStop): void {
    if (this.#options.values.json) return jsonLine({ event: "stopped", epoch, waited, kept_epoch: kept });
    const figures = this.#best === "" ? "" : ` (${this.#best})`;
    this.say(
      `Stopped after epoch ${epoch}: no improvement in ${count(waited, "epoch")}; kept epoch ${kept}${figures}.`,
    );
  }
}
