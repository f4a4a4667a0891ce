import { count, type Given } from "../../src/schema/mod.ts";
import type { Checkpoint, TrainSettings } from "../../src/train/mod.ts";

/** The settings on which the length of a run depends. */
interface Lengths {
  /** The given settings. */
  readonly fit: Given;
  /** The settings, with their defaults. */
  readonly settings: TrainSettings;
  /** The checkpoint to resume from. */
  readonly checkpoint?: Checkpoint;
}

/** Formats a loss of any size: `12.3456`, `1.00e+9`. */
export function brief(loss: number): string {
  return loss < 1e4 ? loss.toFixed(4) : loss.toExponential(2);
}

/** Returns a sentence about the resumed run's limit of steps if more epochs are asked for; undefined otherwise. */
export function limitKept({ fit: { epochs, maxSteps }, settings, checkpoint }: Lengths): string | undefined {
  if (!checkpoint || epochs === undefined || maxSteps !== undefined || settings.maxSteps === null) return undefined;
  const limit = count(settings.maxSteps, "step");
  return `The run's limit of ${limit} holds with --epochs ${epochs} too; --max-steps N raises it.`;
}

/** Returns the message for a run that is already complete, with the option that extends it if the schedule permits. */
export function nothingLeft({ epochs, maxSteps, schedule }: TrainSettings): string {
  if (schedule === "cosine") {
    return "The run is already complete; its cosine schedule cannot be extended; " +
      "to train longer, train again with more --epochs, or with --schedule constant.";
  }
  const length = maxSteps === null ? `--epochs ${epochs}` : `--max-steps ${maxSteps}`;
  return `The run is already complete with ${length}; pass a larger number to continue.`;
}
