/** The time that a run has used of its budget, as saved in a checkpoint. */
export interface BudgetState {
  /** Milliseconds of its steps and validations. */
  readonly milliseconds: number;
  /** Number of these steps. */
  readonly steps: number;
  /** Milliseconds of the longest validation. */
  readonly validation: number;
  /** The share of the validation data that is measured. Default: 1. */
  readonly share?: number;
  /** Milliseconds of the fastest step; absent before the first. Default: the mean of what counts as steps. */
  readonly fastest?: number;
}

/** Options of `Budget`. */
export interface BudgetOptions {
  /** Minutes for the steps and the validations of the run, including those before it was resumed. */
  readonly minutes: number;
  /** Returns the current time in milliseconds. */
  readonly now: () => number;
  /** Size of the validation data, in batches of training; a validation is estimated from it. Default: 0. */
  readonly validationBatches?: number;
  /** Returns the time on which all ranks of a run agree instead of one's own. Default: one's own. */
  readonly agree?: (milliseconds: number) => Promise<number>;
}

/** About the time of a validation batch, which has no backward pass, as a share of a step's. */
const FORWARD_SHARE = 0.4;

/** The largest share of the time for a validation. */
const MOST_VALIDATION = 0.25;

/** Number of batches that are measured to find out how long a validation takes; the first compiles the code. */
const PROBES = 2;

/**
 * The time for a run, of which steps and validations count, but not saving, nor what receives the run's events. The
 * steps end early enough for one more validation, whose time is that of the longest so far; before the first, it is
 * estimated from the speed of the steps. If there is too little time for all of the validation data, every validation
 * measures the same share of them.
 */
export class Budget {
  #total: number;
  #now: () => number;
  #validationBatches: number;
  #agree: (milliseconds: number) => Promise<number>;
  #spent: BudgetState & { readonly share: number } = { milliseconds: 0, steps: 0, validation: 0, share: 1 };

  constructor({ minutes, now, validationBatches = 0, agree = (own) => Promise.resolve(own) }: BudgetOptions) {
    this.#agree = agree;
    this.#total = minutes * 60e3;
    this.#now = now;
    this.#validationBatches = validationBatches;
  }

  /** Milliseconds for all steps and the validations between them. */
  get #forSteps(): number {
    return this.#total - (this.#spent.validation || this.#estimate);
  }

  /**
   * Milliseconds of a validation, from the fastest step, since the first ones take longer, while their code is
   * compiled; 0 before the first step.
   */
  get #estimate(): number {
    const { fastest = 0 } = this.#spent;
    return Math.min(FORWARD_SHARE * this.#validationBatches * fastest, MOST_VALIDATION * this.#total);
  }

  /** The share of the validation data that a validation measures. */
  get validationShare(): number {
    return this.#spent.share;
  }

  /** Elapsed share of the time, from 0 to 1. */
  get share(): number {
    return this.isOver ? 1 : this.#spent.milliseconds / this.#forSteps;
  }

  /** Whether no time is left for another step. */
  get isOver(): boolean {
    return this.#spent.milliseconds >= this.#forSteps;
  }

  /** Number of steps for which the time that is left suffices, at the speed so far; Infinity before the first. */
  get stepsLeft(): number {
    if (this.isOver) return 0;
    const { milliseconds, steps } = this.#spent;
    return milliseconds === 0 ? Infinity : (this.#forSteps - milliseconds) / milliseconds * steps;
  }

  /** Calls `body`, and counts its time: that of a step, of a validation, or of what is done only once. */
  async spend<T>(kind: "step" | "validation" | "once", body: () => Promise<T>): Promise<T> {
    const start = this.#now();
    const result = await body();
    const time = await this.#agree(this.#now() - start);
    const { milliseconds, steps, validation, fastest = Infinity } = this.#spent;
    this.#spent = {
      ...this.#spent,
      ...kind === "step" ? { fastest: Math.min(fastest, time) } : {},
      milliseconds: milliseconds + time,
      steps: steps + (kind === "step" ? 1 : 0),
      validation: kind === "validation" ? Math.max(validation, time) : validation,
    };
    return result;
  }

  /**
   * Chooses the share of the validation data for which there is time, if there has been no validation yet. `measure`
   * measures a share of them; the time of single batches tells that of all. With `hasBest`, earlier parameters are
   * measured on the same share if it is less than all.
   */
  async planValidation(measure: (share: number) => Promise<unknown>, hasBest = false): Promise<void> {
    if (this.#spent.validation > 0 || this.#validationBatches <= 1) return;
    const start = this.#now();
    let fastest = Infinity;
    for (let probe = 0; probe < PROBES; probe++) {
      const begin = this.#now();
      await measure(1 / this.#validationBatches);
      fastest = Math.min(fastest, await this.#agree(this.#now() - begin));
    }
    const milliseconds = this.#spent.milliseconds + await this.#agree(this.#now() - start);
    const time = Math.max(0, Math.min(this.#total - milliseconds, MOST_VALIDATION * this.#total));
    const most = time / (fastest * this.#validationBatches);
    const share = Math.max(1 / this.#validationBatches, most >= 1 ? 1 : hasBest ? most / 2 : most);
    this.#spent = { ...this.#spent, milliseconds, share: Number.isFinite(share) ? share : 1 };
  }

  /** Returns what has been used. */
  state(): BudgetState {
    return this.#spent;
  }

  /** Restores what `state` returned. */
  restore(state: BudgetState): void {
    const { milliseconds, steps } = state;
    this.#spent = { share: 1, ...steps > 0 ? { fastest: milliseconds / steps } : {}, ...state };
  }
}
