import { InputRangeError } from "../../errors.ts";
import type { HistorySample, StepEvent } from "../../src/train/mod.ts";
import type { SampleOptions } from "../../tasks/task_model/mod.ts";
import { type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import type { TrainingRun } from "./training_run.ts";

/** Default number of characters of a sample. */
const LENGTH = 100;
/** Within its epochs, a run by default shows this many samples, but none more often than every `LEAST` steps. */
const MOST = 10;
const LEAST = 100;

/** Options of the commands that train models which can show what they have learned so far. */
export const SAMPLE_OPTIONS = {
  "sample-every": {
    kind: "integer",
    min: 0,
    group: "run",
    help: "Number of steps between samples of what the model writes; 0 shows none.",
    default: `a tenth of the run, at least ${LEAST}, and after each epoch; with --json, 0`,
  },
  "sample-prompt": { kind: "string", value: "TEXT", group: "run", help: "Text that the samples continue." },
  "sample-length": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Number of characters of a sample.",
    default: String(LENGTH),
  },
} as const satisfies OptionSpecs;

/** The values of the options on which samples depend. */
export type SampleValues = Values<typeof SAMPLE_OPTIONS> & { readonly json?: boolean; readonly quiet?: boolean };

/** Writes a sample of the model as it is now. */
type WriteSample = (options: SampleOptions) => Promise<string>;

/** Throws `UsageError` if an option is given that has no effect beside the others. */
export function refuseIdleSamples(values: SampleValues): void {
  const { json, quiet, "sample-every": every } = values;
  const names = ["sample-every", "sample-prompt", "sample-length"] as const;
  const given = names.find((name) => values[name] !== undefined);
  if (given === undefined) return;
  const showsNone = given === "sample-every" && every === 0;
  if (quiet && !json && !showsNone) throw new UsageError(`--${given}: expected this option or --quiet, found both`);
  if (given === "sample-every" && every !== 0) return;
  const detail = names.slice(1).find((name) => values[name] !== undefined);
  if (detail === undefined || (every ?? (json ? 0 : 1)) > 0) return;
  throw new UsageError(`--${detail}: expected --sample-every above 0 with it, found ${every ?? "none"}`);
}

/** Samples a model while it is trained, always with the same random numbers. */
export class Samples {
  #values: SampleValues;
  #write: WriteSample;
  /** The step of the last sample, or that of the one before a resumed run. */
  #last: number | undefined;

  constructor(values: SampleValues, write: WriteSample) {
    this.#values = values;
    this.#write = write;
  }

  /** Throws `UsageError` if the model cannot read the prompt. */
  async check(): Promise<void> {
    try {
      await this.#sample(0);
    } catch (error) {
      if (!(error instanceof InputRangeError)) throw error;
      throw new UsageError(`--sample-prompt: ${error.message.replace(/^[a-z ]+: /, "")}`);
    }
  }

  /** Shows samples between the events of a run: each after its step, or after the epoch that this step ends. */
  async *among<E extends { readonly event: "epoch" }>(
    events: AsyncIterable<StepEvent | E>,
    run: TrainingRun,
  ): AsyncGenerator<StepEvent | E, void, void> {
    let due: HistorySample | undefined;
    let last: StepEvent | undefined;
    const show = async (): Promise<void> => {
      if (due) await run.showSample(due);
      due = undefined;
    };
    for await (const event of events) {
      if (event.event === "step") await show();
      yield event;
      if (event.event === "step") due = await this.#after(last = event);
      else {
        if (last) due ??= await this.#afterEpoch(last);
        await show();
      }
    }
    await show();
  }

  /** Returns a sample if one is due after a step. The last step is followed by the end of the run, which shows more. */
  async #after(event: StepEvent): Promise<HistorySample | undefined> {
    const { step, steps } = event;
    const { json, quiet, "sample-every": given } = this.#values;
    const every = given ?? (json ? 0 : Math.max(LEAST, Math.ceil(steps / MOST)));
    if (every === 0 || (quiet && !json) || (step === steps && !json)) return undefined;
    // The number of steps of a run with a budget of time changes, and with it the distance of the samples.
    this.#last ??= step - 1 - (step - 1) % every;
    return step - this.#last < every ? undefined : await this.#take(event);
  }

  /** Returns a sample after the epoch that a step has ended, unless the user says when there are samples. */
  async #afterEpoch(event: StepEvent): Promise<HistorySample | undefined> {
    const { json, quiet, "sample-every": given } = this.#values;
    const isDue = given === undefined && !json && !quiet && event.step !== event.steps;
    return isDue ? await this.#take(event) : undefined;
  }

  async #take({ step, epoch }: StepEvent): Promise<HistorySample> {
    this.#last = step;
    return { step, epoch, text: await this.#sample(this.#values["sample-length"] ?? LENGTH) };
  }

  async #sample(length: number): Promise<string> {
    return await this.#write({ prompt: this.#values["sample-prompt"], length });
  }
}
