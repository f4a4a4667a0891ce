import type { MessagePort } from "node:worker_threads";
import type { Values } from "../arguments/mod.ts";
import { findTask } from "../../tasks/registry.ts";
import { type ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { runTrial, timeEpoch, type TrialJob, type TrialSetup } from "./trial.ts";

/** The URL of this module. */
export const WORKER_MODULE: string = import.meta.url;

/** The data with which a worker starts. */
export interface WorkerStart {
  /** The URL of this module. */
  readonly module: string;
  /** The name of the task. */
  readonly task: string;
  /** The data that the task's program has read. */
  readonly data: unknown;
  /** Options for reading other models. */
  readonly reading: TrialSetup["reading"];
  /** The options of the engine. */
  readonly engine: Values<typeof ENGINE_OPTIONS>;
}

/** A request to a worker: to train a candidate, or to measure the time of an epoch. */
export interface WorkerRequest {
  /** Number of the request. */
  readonly id: number;
  /** The kind of work. */
  readonly kind: "trial" | "time";
  /** The candidate. */
  readonly job: TrialJob;
}

/** The answer of a worker to a request; the first one, with the number 0, says that it has started. */
export interface WorkerAnswer {
  /** Number of the request. */
  readonly id: number;
  /** The result. */
  readonly result?: unknown;
  /** The message of the error, if there was one. */
  readonly error?: string;
}

/** Serves requests for trials until the worker is terminated. */
export async function serveTrials(port: MessagePort, { task, data, reading, engine }: WorkerStart): Promise<void> {
  startEngine(engine);
  const setup = { program: await findTask(task)!.load(), data, reading };
  const answer = (message: WorkerAnswer): void => port.postMessage(message);
  port.on("message", async ({ id, kind, job }: WorkerRequest) => {
    try {
      answer({ id, result: kind === "trial" ? await runTrial(setup, job) : await timeEpoch(setup, job) });
    } catch (error) {
      answer({ id, error: (error as Error).message ?? String(error) });
    }
  });
  answer({ id: 0 });
}
