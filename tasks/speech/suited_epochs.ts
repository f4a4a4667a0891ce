import { count, type Suited } from "../task_model/mod.ts";
import { SETTINGS, type SpeechSettings } from "./hyperparameters.ts";
import type { SpeechPlan } from "./speech_plan.ts";
import type { SpeechTypes } from "./task.ts";

/** Fewer steps than these leave a network where it writes hardly anything, as connectionist networks do at first. */
const FEWEST_STEPS = 1000;

/**
 * Chooses the number of epochs for a number of training utterances if the run's length is not given: more than usual if
 * they are few, so that the run has 1,000 steps. Returns undefined if the usual number is enough.
 */
export function suitEpochs(
  utterances: number,
  { batch, epochs, maxSteps, minutes }: Partial<SpeechSettings> = {},
): Suited<SpeechTypes, SpeechPlan> | undefined {
  const isGiven = [epochs, maxSteps, minutes].some((value) => value !== undefined && value !== null);
  const suited = Math.ceil(FEWEST_STEPS / Math.ceil(utterances / (batch ?? SETTINGS.batch.default as number)));
  if (isGiven || suited <= (SETTINGS.epochs.default as number)) return undefined;
  const text = `Chosen for ${count(utterances, "utterance")}: ${count(suited, "epoch")}, so that there are ` +
    `${count(FEWEST_STEPS, "step")}.`;
  return { model: {}, fit: { epochs: suited }, describe: () => text };
}
