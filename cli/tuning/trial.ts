import { InputRangeError, isInputError } from "../../errors.ts";
import type { StepEvent } from "../../src/train/mod.ts";
import type { Figures, RunFields, Rung, Trained } from "../../tasks/tuning/mod.ts";
import type { AnyProgram, EpochEvent } from "../../tasks/task_model/mod.ts";
import { completePlan } from "../commands/asked_fields.ts";

/** The program and the data of all trials of a search. */
export interface TrialSetup {
  /** The program of the models. */
  readonly program: AnyProgram;
  /** The data that the program has read. */
  readonly data: unknown;
  /** Options for reading other models. */
  readonly reading: { readonly verify?: boolean };
}

/** One training of a candidate: its fields, and for how long. */
export interface TrialJob extends Rung {
  /** All given fields, with the candidate's changes. */
  readonly fields: Required<RunFields>;
}

/** Starts the training of a candidate, and passes its events to `read`. Frees the model at the end. */
async function fit<R>(
  { program, data, reading }: TrialSetup,
  { fields, epochs, share, seed: added }: TrialJob,
  signal: AbortSignal | undefined,
  read: (events: AsyncIterable<StepEvent | EpochEvent>) => Promise<R>,
): Promise<R> {
  const seed = ((fields.fit.seed ?? 1) as number) + added;
  const model = await program.create(completePlan(program, fields.plan), { ...fields.model, seed }, data, reading);
  try {
    const corpus = program.tuning!.part(await program.corpus(model, data), share);
    return await read(model.fit(corpus, { ...fields.fit, seed, epochs, signal }));
  } finally {
    model[Symbol.dispose]();
  }
}

/**
 * Trains a candidate. Its objective is that of its best epoch; its loss is the lowest of all epochs, since a linear
 * model may decide which epoch is the best. It has no figures if it cannot be trained, for example because its loss is
 * not finite. If `signal` aborts, throws its reason.
 */
export async function runTrial(setup: TrialSetup, job: TrialJob, signal?: AbortSignal): Promise<Trained> {
  const start = performance.now();
  let begun: number | undefined;
  const trained = (figures: Figures | null): Trained => {
    const end = performance.now();
    return { figures, seconds: (end - start) / 1e3, preparation: ((begun ?? end) - start) / 1e3 };
  };
  try {
    return await fit(setup, job, signal, async (events) => {
      let figures: Figures = { objective: NaN, loss: Infinity };
      for await (const event of events) {
        if (event.event === "step") {
          begun ??= performance.now() - event.milliseconds;
          continue;
        }
        const { objective, loss } = setup.program.tuning!.figures(event, job.fields.fit);
        figures = {
          objective: event.isBest ? objective : figures.objective,
          loss: loss < figures.loss ? loss : figures.loss,
        };
      }
      return trained(Object.values(figures).every(Number.isFinite) ? figures : null);
    });
  } catch (error) {
    if (signal?.aborted || !isInputError(error)) throw error;
    return trained(null);
  }
}

/** Milliseconds of training from which `timeEpoch` estimates the time of an epoch. */
const PROBE_MS = 2000;

/** Estimates the time of an epoch in seconds by training for a moment. */
export async function timeEpoch(setup: TrialSetup, job: TrialJob, signal?: AbortSignal): Promise<number> {
  return await fit(setup, { ...job, epochs: 1 }, signal, async (events) => {
    let [taken, milliseconds] = [0, 0];
    for await (const event of events) {
      if (event.event !== "step") continue;
      taken++;
      milliseconds += event.milliseconds;
      if (milliseconds >= PROBE_MS || taken === event.steps) return milliseconds / taken * event.steps / 1e3;
    }
    throw new InputRangeError("autotune: expected training in steps, found none");
  });
}
