import type { Module } from "../nn/module.ts";

/**
 * Throws a RangeError that names the step and the first parameter, in the model's order, whose value or gradient is not finite.
 * To be called when a loss or a gradient's norm is not.
 */
export function refuseNonFinite(module: Module, step: number, loss: number): never {
  for (const [name, parameter] of module.namedParameters()) {
    const bad = (values: Float32Array): boolean => values.some((x) => !Number.isFinite(x));
    const what = bad(parameter.toArray()) ? "value" : bad(parameter.gradients()) ? "gradient" : undefined;
    if (what) {
      throw new RangeError(
        `train: expected finite numbers, found a ${what} of ${name} that is not, in step ${step} (loss ${loss})`,
      );
    }
  }
  throw new RangeError(`train: expected a finite loss and gradients, found a loss of ${loss} in step ${step}`);
}
