import { count } from "../../src/schema/mod.ts";
import { FALLING, type StepEvent, type TrainSettings } from "../../src/train/mod.ts";

/** Describes a run with a budget of time: how far it will get, and how its learning rate changes. */
export function describePlan({ steps, epochs }: Pick<StepEvent, "steps" | "epochs">, settings: TrainSettings): string {
  const time = describeTime(settings.minutes!);
  return `About ${count(steps, "step")}, ${describeEpochs(epochs)} in ${time}; ${describeRate(settings)}.`;
}

function describeEpochs(epochs: number): string {
  return epochs < 10 ? `${epochs.toFixed(1)} epochs` : count(Math.round(epochs), "epoch");
}

function describeTime(minutes: number): string {
  return minutes < 1 ? count(Number((60 * minutes).toPrecision(2)), "second") : count(minutes, "minute");
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
