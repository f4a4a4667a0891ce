import type { TrainingProgress } from "./trainer.ts";

/** Minimum milliseconds between two reports of one stage. */
const REPORT_INTERVAL = 100;

/** Forwards progress at most ten times a second; drops the rest except the end of each stage. */
export class ProgressReporter {
  readonly #onProgress: ((progress: TrainingProgress) => void) | undefined;
  #stage: string | undefined;
  #next = 0;

  /** Creates a reporter that calls this function, if given. */
  constructor(onProgress: ((progress: TrainingProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** Reports the progress of a stage. */
  report(stage: string, done: number, total?: number): void {
    if (this.#onProgress === undefined) return;
    const now = performance.now();
    if (stage === this.#stage && now < this.#next && done !== total) return;
    this.#stage = stage;
    this.#next = now + REPORT_INTERVAL;
    this.#onProgress({ stage, done, total });
  }
}
