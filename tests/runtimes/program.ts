// What every runtime is asked to do. It ends by printing a report or, in a page, by sending it to the page's server.

import { type Outcome, startEngine, train } from "./training.ts";

/** What a runtime did. */
export interface Report {
  /** With 1, 2 and 3 threads. */
  readonly outcomes: readonly Outcome[];
  /** What a training was told whose worker was ended. */
  readonly death: string;
  /** How many seconds later that was. */
  readonly seconds: number;
  /** Warnings on the console. */
  readonly warnings: readonly string[];
}

type Terminable = { terminate(): unknown };
type WorkerClass = new (...args: unknown[]) => Terminable;
type Process = { process?: { getBuiltinModule?(name: string): unknown } };

/** All workers that are started from now on. */
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

/** Trains while a worker ends: what is thrown, and after how many seconds. */
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
      // A browser ends a worker only when the page's thread pauses.
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
    // Not disposed of: where a worker can be told not to keep the process alive, it must not.
    outcomes.push(train(await startEngine(threads)));
  }
  return { outcomes, ...await trainAndDie(), warnings };
}

const report = JSON.stringify(await run().catch((error) => ({ failure: String(error) })));
if ("document" in globalThis) await fetch("report", { method: "POST", body: report });
else console.log(report);
