// The program that every runtime runs. It finally prints a report or, in a page, sends it to the page's server.

import { type Outcome, startEngine, train } from "./training.ts";

/** The report of a runtime. */
export interface Report {
  /** Results with 1, 2 and 3 threads. */
  readonly outcomes: readonly Outcome[];
  /** The error of a training run whose worker was terminated. */
  readonly death: string;
  /** Seconds between the termination and the error. */
  readonly seconds: number;
  /** Warnings on the console. */
  readonly warnings: readonly string[];
}

type Terminable = { terminate(): unknown };
type WorkerClass = new (...args: unknown[]) => Terminable;
type Process = { process?: { getBuiltinModule?(name: string): unknown } };

/** Collects all workers that are started from now on. */
function workersToCome(): Terminable[] {
  const workers: Terminable[] = [];
  const node = (globalThis as Process).process?.getBuiltinModule?.("node:worker_threads");
  const host = (node ?? globalThis) as { Worker: WorkerClass };
  host.Worker = class extends host.Worker {
    constructor(...args: unknown[]) {
      super(...args);
      workers.push(this);
    }
  };
  return workers;
}

/** Terminates a worker during training. Returns the error and the seconds until it was thrown. */
async function trainAndDie(): Promise<Pick<Report, "death" | "seconds">> {
  const workers = workersToCome();
  const engine = await startEngine(3);
  if (engine.threads === 1) return { death: "", seconds: 0 };
  workers[1].terminate();
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  try {
    while (seconds() < 20) {
      train(engine);
      // A browser terminates a worker only when the page's thread yields.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { death: "", seconds: seconds() };
  } catch (error) {
    return { death: String(error), seconds: seconds() };
  } finally {
    engine[Symbol.dispose]();
  }
}

async function run(): Promise<Report> {
  const warnings: string[] = [];
  console.warn = (...parts: unknown[]): void => void warnings.push(parts.join(" "));
  const outcomes: Outcome[] = [];
  for (const threads of [1, 2, 3]) {
    // The engine is not disposed of on purpose: if the runtime supports unref, workers must not keep the process alive.
    outcomes.push(train(await startEngine(threads)));
  }
  return { outcomes, ...await trainAndDie(), warnings };
}

const report = JSON.stringify(await run().catch((error) => ({ failure: String(error) })));
if ("document" in globalThis) await fetch("report", { method: "POST", body: report });
else console.log(report);
