import { Worker } from "node:worker_threads";
import { InputRangeError } from "../../errors.ts";
import { runTrial, timeEpoch, type TrialJob, type TrialSetup } from "./trial.ts";
import { serveTrials, WORKER_MODULE, type WorkerAnswer, type WorkerRequest, type WorkerStart } from "./trial_worker.ts";
import type { Trained } from "../../tasks/tuning/mod.ts";

/** Trains candidates. */
export interface TrialPool extends AsyncDisposable {
  /** Number of candidates that are trained at the same time. */
  readonly size: number;
  /** Estimates the time of an epoch in seconds. Throws the signal's reason if it aborts. */
  time(job: TrialJob, signal: AbortSignal): Promise<number>;
  /** Trains a candidate. Throws the signal's reason if it aborts. */
  train(job: TrialJob, signal: AbortSignal): Promise<Trained>;
}

/** Options of `openPool`. */
export interface PoolOptions extends TrialSetup {
  /** Number of workers. */
  readonly size: number;
  /** The task's name. */
  readonly task: string;
  /** The options of the workers' engines. */
  readonly engine: WorkerStart["engine"];
}

/**
 * Starts workers of one thread each, since a small network gains little from sharing its products among threads: as
 * many candidates as there are workers train at the same time. Trains in this thread, one candidate at a time, if only
 * one worker is wanted or if workers cannot be started, as without permission to read the program.
 */
export async function openPool(options: PoolOptions): Promise<TrialPool> {
  if (options.size === 1) return inThisThread(options);
  const workers = Array.from({ length: options.size }, () => new TrialWorker(options));
  const started = await Promise.allSettled(workers.map((worker) => worker.started));
  if (started.every(({ status }) => status === "fulfilled")) return new WorkerPool(workers, options);
  for (const worker of workers) worker.end();
  return inThisThread(options);
}

function inThisThread(setup: TrialSetup): TrialPool {
  let last: Promise<unknown> = Promise.resolve();
  // One that is aborted still ends its step while the next is asked for.
  const inTurn = <T>(train: () => Promise<T>): Promise<T> => {
    const own = last.then(train);
    last = own.catch(() => {});
    return own;
  };
  return {
    size: 1,
    time: (job, signal) => inTurn(() => timeEpoch(setup, job, signal)),
    train: (job, signal) => inTurn(() => runTrial(setup, job, signal)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Workers. One whose training is aborted is ended, and leaves its place to a new one. */
class WorkerPool implements TrialPool {
  readonly size: number;
  #options: PoolOptions;
  #all: Set<TrialWorker>;
  /** The free places, with their workers if they have one. */
  #free: (TrialWorker | undefined)[];
  #waiting: ((worker: TrialWorker | undefined) => void)[] = [];

  constructor(workers: readonly TrialWorker[], options: PoolOptions) {
    this.size = workers.length;
    this.#options = options;
    this.#all = new Set(workers);
    this.#free = [...workers];
  }

  async time(job: TrialJob, signal: AbortSignal): Promise<number> {
    return await this.#ask("time", job, signal) as number;
  }

  async train(job: TrialJob, signal: AbortSignal): Promise<Trained> {
    return await this.#ask("trial", job, signal) as Trained;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#all) worker.end();
    return Promise.resolve();
  }

  async #ask(kind: WorkerRequest["kind"], job: TrialJob, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const worker = await this.#take() ?? this.#start();
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop);
    try {
      signal.throwIfAborted();
      await Promise.race([worker.started, promise]);
      return await Promise.race([worker.ask(kind, job), promise]);
    } finally {
      signal.removeEventListener("abort", stop);
      this.#give(signal.aborted ? this.#end(worker) : worker);
    }
  }

  #take(): TrialWorker | undefined | Promise<TrialWorker | undefined> {
    return this.#free.length > 0 ? this.#free.pop() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): TrialWorker {
    const worker = new TrialWorker(this.#options);
    this.#all.add(worker);
    return worker;
  }

  #end(worker: TrialWorker): undefined {
    worker.end();
    this.#all.delete(worker);
  }

  #give(worker: TrialWorker | undefined): void {
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#free.push(worker);
  }
}

/** Starts `serveTrials`; a string starts wherever the program is loaded from, and whatever its modules are called. */
const SOURCE = `
const { parentPort, workerData } = globalThis.process.getBuiltinModule("node:worker_threads");
import(workerData.module)
  .then((module) => module.${serveTrials.name}(parentPort, workerData))
  .catch((error) => parentPort.postMessage({ id: 0, error: String(error) }));
`;

/** A worker thread with an engine of its own. */
class TrialWorker {
  /** Settles when the worker has started, or cannot. */
  readonly started: Promise<unknown>;
  #worker: Worker;
  #open = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  constructor({ task, data, reading, engine }: PoolOptions) {
    const workerData: WorkerStart = { module: WORKER_MODULE, task, data, reading, engine };
    this.#worker = new Worker(SOURCE, { eval: true, execArgv: [], env: {}, workerData });
    this.started = this.#expect(0);
    this.#worker.on("message", ({ id, result, error }: WorkerAnswer) => {
      const open = this.#open.get(id);
      this.#open.delete(id);
      if (error === undefined) open?.resolve(result);
      else open?.reject(new InputRangeError(`autotune: ${error}`));
    });
    this.#worker.on("error", (error) => this.#fail(String(error)));
    this.#worker.on("exit", (code) => this.#fail(`exit code ${code}`));
  }

  /** Sends a request and waits for the answer. */
  ask(kind: WorkerRequest["kind"], job: TrialJob): Promise<unknown> {
    const id = ++this.#last;
    const answer = this.#expect(id);
    this.#worker.postMessage({ id, kind, job });
    return answer;
  }

  /** Ends the worker. */
  end(): void {
    this.#worker.terminate();
  }

  #expect(id: number): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    // The caller may have stopped waiting.
    answer.promise.catch(() => {});
    this.#open.set(id, answer);
    return answer.promise;
  }

  #fail(reason: string): void {
    for (const { reject } of this.#open.values()) reject(new InputRangeError(`autotune: a worker failed: ${reason}`));
    this.#open.clear();
  }
}
