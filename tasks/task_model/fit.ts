import type { StepEvent } from "../../src/train/mod.ts";

/** What an epoch's event has in every task. */
export interface EpochEvent {
  /** Which event this is. */
  readonly event: "epoch";
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss. */
  readonly loss: number;
  /** Validation loss; null without validation data. */
  readonly validLoss: number | null;
  /** Whether the parameters measured here are the best so far. */
  readonly isBest: boolean;
}

/** What a finished training came to. */
export interface FitReport<E extends EpochEvent> {
  /** Steps taken, those of a resumed run included. */
  readonly steps: number;
  /** The loss of the last step; NaN if no step was taken. */
  readonly loss: number;
  /** Seconds that training took. */
  readonly seconds: number;
  /** What each epoch brought. */
  readonly epochs: readonly E[];
  /** The epoch whose parameters the model has; none where nothing was measured. */
  readonly best: E | undefined;
}

/**
 * A training: iterate over it for its events, or await it, and it trains to the end and gives its report. It trains once: awaited after an
 * iteration it gives the report of that. Do not await it inside its own loop: the training waits there for the loop's next turn, and the loop
 * for the training's end. No error can say so, since the loop's own code looks the same as other code that may await the report meanwhile.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "to be or not to be, that is the question. ".repeat(20);
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 16 });
 * const report = await lm.fit(text, { epochs: 2, batch: 4, bptt: 16 });
 * assertEquals(report.epochs.length, 2);
 * ```
 */
export class Fit<E extends EpochEvent> implements Promise<FitReport<E>>, AsyncIterable<StepEvent | E> {
  /** What `Object.prototype.toString` calls it. */
  readonly [Symbol.toStringTag] = "Fit";
  #train: () => AsyncIterable<StepEvent | E>;
  #isStarted = false;
  #report: PromiseWithResolvers<FitReport<E>> = Promise.withResolvers();

  /** `train` trains, and is called at most once. */
  constructor(train: () => AsyncIterable<StepEvent | E>) {
    this.#train = train;
    // Who iterates hears of a failure from the iteration.
    this.#report.promise.catch(() => {});
  }

  /** The events as they come. Throws a `RangeError` at a second iteration. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StepEvent | E, void, void> {
    if (this.#isStarted) throw new RangeError("fit: expected one iteration of a training, found a second");
    this.#isStarted = true;
    const start = performance.now();
    const epochs: E[] = [];
    let [steps, loss] = [0, NaN];
    let left: unknown = new RangeError("await a training: expected an iteration to its end, found one that was left");
    try {
      for await (const event of this.#train()) {
        if (event.event === "epoch") epochs.push(event);
        else [steps, loss] = [event.step, event.loss];
        yield event;
      }
      const best = epochs.findLast(({ isBest }) => isBest);
      this.#report.resolve({ steps, loss, seconds: (performance.now() - start) / 1e3, epochs, best });
    } catch (error) {
      left = error;
      throw error;
    } finally {
      this.#report.reject(left);
    }
  }

  /** Trains to the end, unless the training runs already, and hands on the report. */
  then<A = FitReport<E>, B = never>(
    onFulfilled?: ((report: FitReport<E>) => A | PromiseLike<A>) | null,
    // deno-lint-ignore no-explicit-any
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (!this.#isStarted) this.#drain();
    return this.#report.promise.then(onFulfilled, onRejected);
  }

  /** As `then`, for a failure alone. */
  // deno-lint-ignore no-explicit-any
  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<FitReport<E> | B> {
    return this.then(undefined, onRejected);
  }

  /** As `then`, whatever the end. */
  finally(onFinally?: (() => void) | null): Promise<FitReport<E>> {
    return this.then().finally(onFinally);
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this);
    } catch {
      // The report has been rejected with it.
    }
  }
}
