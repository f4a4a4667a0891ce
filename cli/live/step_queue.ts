import { ApiError, busy } from "../../tasks/serving/api_error.ts";

/** Maximum number of questions that wait for the end of a step. */
const MOST_WAITING = 8;

/** A question to the model. */
interface Question {
  readonly ask: () => Promise<string>;
  readonly answer: PromiseWithResolvers<string>;
  readonly signal: AbortSignal;
}

/** The wishes of pages, which a run fulfills between two steps: questions to the model as it is, and checkpoints. */
export class StepQueue {
  #questions: Question[] = [];
  /** The wish for a checkpoint, and the one that the run is fulfilling, with its step. */
  #wish: PromiseWithResolvers<number> | undefined;
  #saving: { readonly done: PromiseWithResolvers<number>; readonly step: number } | undefined;
  #step = 0;
  #hasEnded = false;

  /**
   * Asks the model after the step; a question whose `signal` aborts is not asked. Throws `ApiError` if it cannot be.
   */
  async ask(ask: () => Promise<string>, signal: AbortSignal): Promise<string> {
    this.#refuseEnd();
    if (this.#questions.length >= MOST_WAITING) throw busy("sample: expected fewer questions at a time");
    const answer = Promise.withResolvers<string>();
    this.#questions.push({ ask, answer, signal });
    return await answer.promise;
  }

  /** Saves a checkpoint after the step. Returns the number of steps that it has. */
  async save(): Promise<number> {
    this.#refuseEnd();
    this.#wish ??= Promise.withResolvers();
    return await this.#wish.promise;
  }

  /** Whether a checkpoint is wished for; the run then saves it at once. */
  saveWhen = (): boolean => {
    if (this.#wish === undefined) return false;
    this.#saving = { done: this.#wish, step: this.#step };
    this.#wish = undefined;
    return true;
  };

  /** Reports that the checkpoint has been saved, and asks the model the questions that wait. */
  async afterStep(step: number): Promise<void> {
    this.#step = step;
    this.#saving?.done.resolve(this.#saving.step);
    this.#saving = undefined;
    for (const { ask, answer, signal } of this.#questions.splice(0)) {
      if (signal.aborted) answer.reject(signal.reason);
      else await ask().then(answer.resolve, answer.reject);
    }
  }

  /** Ends with the run; `isSaved` says whether it has saved its end. */
  end(isSaved: boolean): void {
    this.#hasEnded = true;
    for (const { answer } of this.#questions.splice(0)) answer.reject(ended());
    for (const done of [this.#saving?.done, this.#wish]) {
      if (isSaved) done?.resolve(this.#step);
      else done?.reject(ended());
    }
  }

  #refuseEnd(): void {
    if (this.#hasEnded) throw ended();
  }
}

function ended(): ApiError {
  return new ApiError("watch: expected a run that goes on, found that it has ended", { status: 409 });
}
