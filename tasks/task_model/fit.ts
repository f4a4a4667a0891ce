import { InputRangeError } from "../../errors.ts";
import type { EarlyStop, MeasuredEvent, Measurement, StepEvent } from "../../src/train/mod.ts";

/** The fields that an epoch's event has in every task. */
export interface EpochEvent {
  /** The kind of event. */
  readonly event: "epoch";
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss. */
  readonly loss: number;
  /** Validation loss; null without validation data. */
  readonly validLoss: number | null;
  /** Share of the validation data that was measured, if a budget of minutes leaves too little time for all. */
  readonly validationShare?: number;
  /**
   * Whether the epoch is the best so far. Between events, the model has the parameters of the last step, which are not
   * those that were measured if `averaging` is on; a run with a `directory` saves the best.
   */
  readonly isBest: boolean;
  /** Present if training stops early after this epoch: for how long it waited, and which epoch it keeps. */
  readonly stopped?: EarlyStop;
  /** True if training has diverged: the loss is more than twice that of guessing, and above that of the first step. */
  readonly isDiverged?: true;
}

/** Returns the fields of an epoch's event that do not depend on the task. */
export function outcomeOf({ stopped, isDiverged, validationShare }: MeasuredEvent<Measurement>): Partial<EpochEvent> {
  return {
    ...(validationShare < 1 && { validationShare }),
    ...(stopped && { stopped }),
    ...(isDiverged && { isDiverged }),
  };
}

/** The report of a finished training run. */
export interface FitReport<E extends EpochEvent> {
  /** Steps taken, including those before a resume. */
  readonly steps: number;
  /** The loss of the last step; NaN if no step was taken. */
  readonly loss: number;
  /** Training time in seconds. */
  readonly seconds: number;
  /** The events of the epochs. */
  readonly epochs: readonly E[];
  /**
   * The epoch whose parameters the model has; undefined if nothing was measured, or if a resumed run has done best
   * before.
   */
  readonly best: E | undefined;
  /**
   * Whether the run ended far worse than guessing; try a lower learning rate or a smaller norm of the gradients. A loss
   * or gradient that is not finite is an error instead.
   */
  readonly isDiverged: boolean;
}

/**
 * A training run. Iterate over it to receive its events, or await it to train to the end and get the report. It trains
 * once: awaited after an iteration, it returns the report of that iteration.
 *
 * Do not await it inside its own loop. That deadlocks, because training waits for the loop's next turn and the loop for
 * the end of training; the deadlock cannot be detected, since other code may rightly await the report in the meantime.
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
  /** The name that `Object.prototype.toString` shows. */
  readonly [Symbol.toStringTag] = "Fit";
  #train: () => AsyncIterable<StepEvent | E>;
  #isStarted = false;
  #report: PromiseWithResolvers<FitReport<E>> = Promise.withResolvers();

  /** `train` runs the training; it is called at most once. */
  constructor(train: () => AsyncIterable<StepEvent | E>) {
    this.#train = train;
    // The iteration itself reports a failure, so the rejection must not count as unhandled.
    this.#report.promise.catch(() => {});
  }

  /** Yields the events as they occur. Throws `RangeError` on a second iteration. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StepEvent | E, void, void> {
    if (this.#isStarted) throw new InputRangeError("fit: expected a single iteration, found a second one");
    this.#isStarted = true;
    const start = performance.now();
    const epochs: E[] = [];
    let [steps, loss] = [0, NaN];
    let left: unknown = new InputRangeError(
      "await a fit: expected an iteration to the end, found one that stopped early",
    );
    try {
      for await (const event of this.#train()) {
        if (event.event === "epoch") epochs.push(event);
        else [steps, loss] = [event.step, event.loss];
        yield event;
      }
      const best = epochs.findLast(({ isBest }) => isBest);
      const isDiverged = epochs.at(-1)?.isDiverged ?? false;
      this.#report.resolve({ steps, loss, seconds: (performance.now() - start) / 1e3, epochs, best, isDiverged });
    } catch (error) {
      left = error;
      throw error;
    } finally {
      this.#report.reject(left);
    }
  }

  /** Trains to the end, unless training has already started, and resolves with the report. */
  then<A = FitReport<E>, B = never>(
    onFulfilled?: ((report: FitReport<E>) => A | PromiseLike<A>) | null,
    // deno-lint-ignore no-explicit-any
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (!this.#isStarted) this.#drain();
    return this.#report.promise.then(onFulfilled, onRejected);
  }

  /** Like `Promise.prototype.catch`; starts training if it has not started. */
  // deno-lint-ignore no-explicit-any
  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<FitReport<E> | B> {
    return this.then(undefined, onRejected);
  }

  /** Like `Promise.prototype.finally`; starts training if it has not started. */
  finally(onFinally?: (() => void) | null): Promise<FitReport<E>> {
    return this.then().finally(onFinally);
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this);
    } catch {
      // The report has already been rejected with the error.
    }
  }
}
