import type { OptimizerGolden } from "./goldens.ts";
import { adamStep, adamWStep, rmspropStep, sgdStep, type Values } from "./oracles/mod.ts";

/**
 * Makes a function that takes one step with the oracle of a golden's optimizer and updates all of `values` in place.
 */
export function createStepper(
  optimizer: OptimizerGolden["optimizer"],
  { weight_decay: weightDecay, ...options }: OptimizerGolden["options"],
  values: Record<string, Float64Array>,
): (gradients: Record<string, Values>) => void {
  const moments = () => Object.fromEntries(Object.keys(values).map((name) => [name, values[name].map(() => 0)]));
  const [first, second, third] = [moments(), moments(), moments()];
  let step = 0;
  return (gradients) => {
    step++;
    for (const name in values) {
      const common = { ...options, weightDecay, step, values: values[name], gradients: gradients[name] };
      const adam = { ...common, firstMoment: first[name], secondMoment: second[name] };
      if (optimizer === "sgd") sgdStep({ ...common, buffer: first[name] });
      else if (optimizer === "adam") adamStep(adam);
      else if (optimizer === "adamw") adamWStep(adam);
      else {
        const averages = { squareAverage: first[name], gradientAverage: second[name], buffer: third[name] };
        rmspropStep({ ...common, ...averages });
      }
    }
  };
}
