import { bucketByLength } from "../batching/mod.ts";
import { count, type Suited } from "../task_model/mod.ts";
import { SETTINGS, type SpeechSettings } from "./hyperparameters.ts";
import type { SpeechPlan } from "./speech_plan.ts";
import type { SpeechTypes } from "./task.ts";

/** Fewer steps than these leave a network where it writes hardly anything, as connectionist networks do at first. */
const FEWEST_STEPS = 1000;

/**
 * Chooses the number of epochs for training utterances if the run's length is not given: more than usual if they make
 * few batches, so that the run has 1,000 steps. `lengths` has the number of frames of each at the slowest speed.
 * Returns undefined if the usual number is enough.
 */
export function suitEpochs(
  lengths: readonly number[],
  { batch, epochs, maxSteps, minutes }: Partial<SpeechSettings> = {},
): Suited<SpeechTypes, SpeechPlan> | undefined {
  const isGiven = [epochs, maxSteps, minutes].some((value) => value !== undefined && value !== null);
  const batches = bucketByLength(lengths, batch ?? SETTINGS.batch.default as number).length;
  const suited = Math.ceil(FEWEST_STEPS / batches);
  if (isGiven || suited <= (SETTINGS.epochs.default as number)) return undefined;
  const text = `Chosen for ${count(lengths.length, "utterance")}: ${count(suited, "epoch")}, so that there are ` +
    `at least ${count(FEWEST_STEPS, "step")}.`;
  return { model: {}, fit: { epochs: suited }, describe: () => text };
}
