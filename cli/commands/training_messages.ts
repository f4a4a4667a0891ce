import type { Communicator } from "../../src/distributed/mod.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { changesOf, type Checkpoint, FALLING, type TrainSettings } from "../../src/train/mod.ts";
import { describeOption, type Fields } from "../arguments/mod.ts";

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

/** Returns a sentence about the changes of a resumed run's plan; undefined if there are none. */
export function planChanged(fields: Fields, { settings, checkpoint }: Lengths): string | undefined {
  const changes = checkpoint ? changesOf(checkpoint, settings) : [];
  if (!checkpoint || changes.length === (checkpoint.changes?.length ?? 0)) return undefined;
  const { step, from, to } = changes.at(-1)!;
  const changed = Object.keys(to).map((name) =>
    `${describeOption(fields, name)} ${to[name] ?? "none"} instead of ${from[name] ?? "none"}`
  );
  // The time of a first budget counts from here, and with it the schedule.
  const isAnew = settings.minutes !== null && checkpoint.snapshot.budget === undefined;
  const rate = !FALLING.includes(settings.schedule)
    ? ""
    : isAnew
    ? "; the learning rate begins its schedule again, over these minutes"
    : "; the learning rate goes on as in a run that began with this plan";
  return `From step ${step} on: ${changed.join(", ")}${rate}.`;
}

/** Returns the message for a run that is already complete, with the option that extends it. */
export function nothingLeft({ epochs, maxSteps, minutes, patience }: TrainSettings, { snapshot }: Checkpoint): string {
  if (patience !== null && snapshot.best && snapshot.best.waited >= patience) {
    return `The run has stopped early with --patience ${patience}; pass a larger number to continue.`;
  }
  const isAtLimit = maxSteps !== null && snapshot.progress.step >= maxSteps;
  const limited = isAtLimit ? `--max-steps ${maxSteps}` : `--epochs ${epochs}`;
  const length = minutes === null ? limited : `--minutes ${minutes}`;
  return `The run is already complete with ${length}; pass a larger number to continue.`;
}

/** Returns a sentence about a run that goes on with another number of ranks; undefined otherwise. */
export function otherRanks(
  { checkpoint }: Pick<Lengths, "checkpoint">,
  communicator: Communicator | undefined,
): string | undefined {
  if (!checkpoint) return undefined;
  const { ranks: before = 1 } = checkpoint;
  const now = communicator?.size ?? 1;
  if (before === now) return undefined;
  return `The run was saved by ${
    count(before, "rank")
  } and goes on with ${now}: sums are rounded in another order, so ` +
    "its bits differ from those of a run without this change.";
}

/** Returns a sentence if a run goes on with products of other numbers than it began with, otherwise undefined. */
export function otherPrecision(
  { checkpoint }: Pick<Lengths, "checkpoint">,
  precision: string = "float32",
): string | undefined {
  // Earlier versions did not note it.
  const { precision: before = precision } = checkpoint?.notes ?? {};
  if (before === precision) return undefined;
  return `The run began with products in ${before} and goes on in ${precision}; --precision ${before} keeps them.`;
}
