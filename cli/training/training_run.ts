import { OtherRunError, type RunOptions, type StepEvent } from "../../src/train/mod.ts";
import { formatDuration, Interrupt, jsonLine, Progress, residentBytes, writeLine } from "../terminal/mod.ts";
import { UsageError } from "../arguments/mod.ts";
import { invocation } from "../invocation.ts";
import { LOG_EVERY } from "./run_options.ts";
import { keepOldModel } from "./output_directory.ts";

/** What a run shows and keeps. */
export interface TrainingRunOptions {
  /** The command's name, for the advice how to go on. */
  readonly command: string;
  /** Where the model is kept. */
  readonly directory: string;
  /** Steps that were taken before; none for a new run. */
  readonly steps?: number;
  /** The values of `RUN_OPTIONS`. */
  readonly values: {
    readonly json?: boolean;
    readonly quiet?: boolean;
    readonly "log-every"?: number;
    readonly "save-every"?: number;
  };
}

/** The figures of a run so far. */
export interface RunFigures {
  /** Steps taken, those of the run that was resumed included. */
  readonly step: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** Tokens per second of training steps. */
  readonly tokensPerSecond: number;
  /** Largest resident set in MiB. */
  readonly peak: number;
}

/** An epoch's event, whatever was measured. */
interface EpochEvent {
  readonly event: "epoch";
  readonly epoch: number;
  readonly loss: number;
}

/** An epoch in words, and as fields of a JSON line. */
export type DescribeEpoch<E extends EpochEvent> = (
  event: E,
) => { readonly text: string; readonly fields: Readonly<Record<string, unknown>> };

/** One run of a command that trains: it shows progress, keeps what was there before, and stops by Ctrl-C. */
export class TrainingRun {
  #options: TrainingRunOptions;
  #progress: Progress | undefined;
  #start = performance.now();
  #peak = 0;
  #last: StepEvent | undefined;
  #tokens = 0;
  #milliseconds = 0;

  constructor(options: TrainingRunOptions) {
    this.#options = options;
    const { quiet, json } = options.values;
    this.#progress = quiet || json ? undefined : new Progress();
  }

  /** Steps that were taken before this run. */
  get #before(): number {
    return this.#options.steps ?? 0;
  }

  /** Prints a line for people, where they asked for one. */
  say(text: string | undefined): void {
    const { json, quiet } = this.#options.values;
    if (text !== undefined && !json && !quiet) writeLine(text);
  }

  /** Moves a model that stands in the way of a new run aside, and introduces the run. */
  async begin(introduction: string): Promise<void> {
    const { steps, directory } = this.#options;
    if (steps === undefined) this.say(await keepOldModel(directory));
    const beginning = this.#before > 0 ? `Continuing after step ${this.#before}: ` : "Training ";
    this.say(`${beginning}${introduction} The model is kept in ${directory}.`);
  }

  /** Trains to the end; false where it was interrupted, which is said on standard error. */
  async train<E extends EpochEvent>(
    fit: (options: RunOptions) => AsyncIterable<StepEvent | E>,
    describe: DescribeEpoch<E>,
  ): Promise<boolean> {
    const { directory, command, values } = this.#options;
    const interrupt = new Interrupt("Finishing the step and saving; press Ctrl-C again to quit at once.");
    const { signal } = interrupt;
    try {
      for await (const event of fit({ directory, saveEvery: values["save-every"], signal })) {
        this.#peak = Math.max(this.#peak, residentBytes());
        if (event.event === "step") this.#reportStep(event);
        else this.#reportEpoch(event, describe);
      }
      return true;
    } catch (error) {
      this.#progress?.clear();
      if (!signal.aborted || error !== signal.reason) throw this.#asUsage(error);
      const step = this.#last?.step ?? this.#before;
      console.error(`Stopped after step ${step}. To go on: ${invocation(command, "--resume", directory)}`);
      return false;
    } finally {
      interrupt[Symbol.dispose]();
    }
  }

  /** The figures so far. */
  figures(): RunFigures {
    this.#peak = Math.max(this.#peak, residentBytes());
    return {
      step: this.#last?.step ?? this.#before,
      seconds: (performance.now() - this.#start) / 1e3,
      tokensPerSecond: this.#milliseconds === 0 ? 0 : Math.round(this.#tokens / this.#milliseconds * 1e3),
      peak: Math.round(this.#peak / 2 ** 20),
    };
  }

  /** Says how far the run came, and how fast. */
  conclude(): void {
    const { step, seconds, tokensPerSecond } = this.figures();
    this.say(
      `Trained to step ${step} in ${formatDuration(seconds)}, ${tokensPerSecond.toLocaleString("en")} tokens/s.`,
    );
  }

  /** A setting that differs from the resumed run's was a wrong option. */
  #asUsage(error: unknown): unknown {
    if (!(error instanceof OtherRunError)) return error;
    return new UsageError(`--resume ${this.#options.directory}: ${error.difference}`);
  }

  #reportStep(event: StepEvent): void {
    this.#last = event;
    this.#tokens += event.tokens;
    this.#milliseconds += event.milliseconds;
    const { step, steps, epoch, loss, gradientNorm, learningRate, tokensPerSecond } = event;
    const { json, "log-every": every = LOG_EVERY } = this.#options.values;
    if (json) {
      if (step % every !== 0) return;
      const figures = { loss, grad_norm: gradientNorm, lr: learningRate };
      return jsonLine({ event: "step", step, epoch, ...figures, tokens_per_second: Math.round(tokensPerSecond) });
    }
    const perStep = (performance.now() - this.#start) / 1e3 / (step - this.#before);
    this.#progress?.update({ step, steps, loss, tokensPerSecond, secondsLeft: perStep * (steps - step) });
  }

  #reportEpoch<E extends EpochEvent>(event: E, describe: DescribeEpoch<E>): void {
    const { epoch, loss } = event;
    const { text, fields } = describe(event);
    if (this.#options.values.json) return jsonLine({ event: "epoch", epoch, train_loss: loss, ...fields });
    this.#progress?.clear();
    this.say(`epoch ${epoch}: training loss ${loss.toFixed(4)}${text}`);
  }
}
