import type { TrainingProgress } from "./trainer.ts";

/** Milliseconds between two reports of one stage. */
const INTERVAL = 100;

/** Passes progress on, but not more often than ten times a second: the rest is dropped, a stage's end is not. */
export class ProgressReporter {
  readonly #onProgress: ((progress: TrainingProgress) => void) | undefined;
  #stage: string | undefined;
  #next = 0;

  /** Reports to this function, if there is one. */
  constructor(onProgress: ((progress: TrainingProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** Tells how far a stage is. */
  report(stage: string, done: number, total?: number): void {
    if (this.#onProgress === undefined) return;
    const now = performance.now();
    if (stage === this.#stage && now < this.#next && done !== total) return;
    this.#stage = stage;
    this.#next = now + INTERVAL;
    this.#onProgress({ stage, done, total });
  }
}
