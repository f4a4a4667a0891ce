import { InputRangeError } from "../../errors.ts";
import type { Measurement } from "./best.ts";
import { type TrainSettings, usualRate } from "./settings.ts";
import type { Learning } from "./learning.ts";
import { Trainer } from "./trainer.ts";

/** A step of the search for a learning rate. */
export interface RateStep {
  /** The learning rate of the step. */
  readonly rate: number;
  /** Loss of the step in nats. */
  readonly loss: number;
  /** Moving average of the losses up to the step. */
  readonly smooth: number;
}

/** The result of a search for a learning rate. */
export interface RateSearch {
  /** The steps, by rising rate, up to the one at which the loss left the range of good ones. */
  readonly steps: readonly RateStep[];
  /** The suggested rate: a tenth of the one with the lowest average loss; null if the loss did not fall. */
  readonly suggested: number | null;
}

/** Number of steps over which the rate rises. */
export const RATE_STEPS = 300;

/** The rate rises from the usual one divided by this factor to the usual one times the factor. */
const RANGE = 1000;

/** Share of a loss that the next average keeps. */
const KEEP = 0.95;

/**
 * The search ends if the average has risen by so many times the size of the lowest, or of the fall to it if that is
 * larger: a likelihood has losses around and below zero.
 */
const TOO_MUCH = 2;

/** The suggested share of the rate with the lowest average. */
const SHARE = 0.1;

/**
 * Trains with a rate that rises exponentially, and suggests a rate by the losses (Smith 2017). The parameters are
 * useless afterwards. Nothing is measured on validation data.
 */
export async function searchRate<M extends Measurement>(
  learning: Learning<M>,
  settings: TrainSettings,
  { steps = RATE_STEPS }: { readonly steps?: number } = {},
): Promise<RateSearch> {
  const top = RANGE * usualRate(settings.optimizer);
  const factor = ({ step }: { readonly step: number }): number => RANGE ** (2 * step / Math.max(1, steps - 1) - 2);
  const trainer = new Trainer(unmeasured(learning), plainSettings(settings, top, steps), { schedule: { factor } });
  const found: RateStep[] = [];
  let [sum, weight, lowest] = [0, 0, Infinity];
  try {
    for await (const event of trainer.run()) {
      if (event.event !== "step") continue;
      const { loss, learningRate: rate } = event;
      [sum, weight] = [KEEP * sum + loss, KEEP * weight + 1];
      const smooth = sum / weight;
      found.push({ rate, loss, smooth });
      lowest = Math.min(lowest, smooth);
      if (smooth - lowest > TOO_MUCH * Math.max(Math.abs(lowest), found[0].smooth - lowest)) break;
    }
  } catch (error) {
    // A loss or gradient that is not finite: the rate is too high.
    if (!(error instanceof InputRangeError) || found.length === 0) throw error;
  }
  const best = found.findIndex(({ smooth }) => smooth === lowest);
  return { steps: found, suggested: best <= 0 ? null : SHARE * found[best].rate };
}

/** The settings of a run of so many steps whose parameters are neither averaged nor judged. */
function plainSettings(settings: TrainSettings, learningRate: number, steps: number): TrainSettings {
  const length = { epochs: steps, maxSteps: steps, minutes: null, patience: null };
  const average = { averaging: null, averageLast: null, averageAfter: null };
  return { ...settings, ...length, ...average, learningRate };
}

/** The same batches without validation. */
function unmeasured<M extends Measurement>(learning: Learning<M>): Learning<M> {
  return {
    module: learning.module,
    trainable: learning.trainable,
    batches: learning.batches,
    direction: learning.direction,
    begin: (epoch, isResumed) => learning.begin?.(epoch, isResumed),
    batch: (epoch, index) => learning.batch(epoch, index),
    ...learning.factors && { factors: (epoch: number) => learning.factors!(epoch) },
    measure: () => Promise.resolve(null),
  };
}
