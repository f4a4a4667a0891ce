import { Linear, mul, sub, sum, tensor } from "../../src/nn/mod.ts";
import type { Batch, Learning, Measurement } from "../../src/train/mod.ts";

/** A clock that a test sets. */
export interface Clock {
  /** The time in milliseconds. */
  time: number;
}

/** Milliseconds of a step and of a validation. */
export interface Durations {
  readonly step: number;
  readonly validation: number;
}

/** Numbers of batches. */
export interface Sizes {
  /** Of an epoch. Default: 4. */
  readonly batches?: number;
  /** Of the validation data. Default: 0. */
  readonly validationBatches?: number;
}

/** A task with one weight that learns to map 1 to 3 in epochs of steps, which take time on a clock. */
export class Quadratic implements Learning<Measurement> {
  readonly module = new Linear({ input: 1, output: 1, bias: false });
  readonly batches: number;
  readonly validationBatches: number;
  readonly direction = "minimize";
  #clock: Clock;
  #durations: Durations;

  constructor(clock: Clock, durations: Durations, { batches = 4, validationBatches = 0 }: Sizes = {}) {
    this.batches = batches;
    this.validationBatches = validationBatches;
    this.module.weight.assign([0]);
    this.#clock = clock;
    this.#durations = durations;
  }

  batch(): Batch {
    this.#clock.time += this.#durations.step;
    return {
      weight: 1,
      tokens: 10,
      loss: () => {
        const error = sub(this.module.forward(tensor([1], [1, 1])), tensor([3], [1, 1]));
        return sum(mul(error, error));
      },
    };
  }

  measure(_signal: AbortSignal | undefined, share: number): Promise<Measurement> {
    this.#clock.time += this.#durations.validation * share;
    const loss = (this.module.weight.toArray()[0] - 3) ** 2;
    return Promise.resolve({ objective: loss, loss });
  }
}
