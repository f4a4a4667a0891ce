import { Breather, nextTurn } from "../../src/train/mod.ts";
import { type BatchedText, ContinuousBatch } from "../language_modeling/continuous_batch.ts";
import { generatorOf } from "../language_modeling/generation_plan.ts";
import type { Completion, LanguageModel } from "../language_modeling/mod.ts";

/** Milliseconds between looks for new requests. */
const LOOK_MS = 5;

/** Runs the steps of a language model for as long as there are texts to continue. */
export class Runner {
  /** The texts. */
  readonly batch: ContinuousBatch;
  #isRunning = false;

  /** Starts without texts. */
  constructor(model: LanguageModel) {
    this.batch = new ContinuousBatch(generatorOf(model));
  }

  /** Whether there are texts that do not pause. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Continues texts to their end. If the signal is aborted, takes them out and throws its reason. */
  async run(texts: readonly BatchedText[], signal: AbortSignal): Promise<Completion[]> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    this.batch.add(texts);
    if (!this.#isRunning) this.#step();
    try {
      return await Promise.race([Promise.all(texts.map(({ ended }) => ended)), aborted]);
    } finally {
      signal.removeEventListener("abort", abort);
      this.batch.remove(texts);
    }
  }

  /** Lets texts pause before their next token. */
  hold(texts: readonly BatchedText[]): void {
    for (const text of texts) this.batch.hold(text);
  }

  /** Lets texts go on that pause. */
  resume(texts: readonly BatchedText[]): void {
    try {
      for (const text of texts) this.batch.resume(text);
    } catch (error) {
      this.batch.fail(error);
    }
    if (this.batch.size > 0 && !this.#isRunning) this.#step();
  }

  async #step(): Promise<void> {
    this.#isRunning = true;
    const breather = new Breather(LOOK_MS);
    // The turn comes first, so that requests that arrive together begin together.
    for (await nextTurn(); this.batch.size > 0; await nextTurn()) {
      try {
        this.batch.step();
      } catch (error) {
        this.batch.fail(error);
      }
      await breather.breathe();
    }
    this.#isRunning = false;
  }
}
