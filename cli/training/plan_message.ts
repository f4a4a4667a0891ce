import { count } from "../../src/schema/mod.ts";
import { FALLING, type StepEvent, type TrainSettings } from "../../src/train/mod.ts";

/** Describes a run with a budget of time: how far it will get, and how its learning rate changes. */
export function describePlan({ steps, epochs }: Pick<StepEvent, "steps" | "epochs">, settings: TrainSettings): string {
  const length = `About ${count(steps, "step")}, ${epochs.toPrecision(2)} epochs in ${
    count(settings.minutes!, "minute")
  }`;
  return `${length}; ${describeRate(settings)}.`;
}

/** Describes how the learning rate changes over a run. */
function describeRate({ learningRate, finalRate, schedule }: TrainSettings): string {
  if (schedule === "constant") return `the learning rate stays ${learningRate}`;
  if (!FALLING.includes(schedule)) return `the learning rate begins at ${learningRate}, with the ${schedule} schedule`;
  const end = Number((learningRate * finalRate).toPrecision(6));
  return schedule === "one-cycle"
    ? `the learning rate rises to ${learningRate}, then falls to ${end}`
    : `the learning rate falls from ${learningRate} to ${end}`;
}
