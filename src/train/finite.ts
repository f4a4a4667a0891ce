import type { Module } from "../nn/module.ts";

function isBad(values: Float32Array): boolean {
  return values.some((value) => !Number.isFinite(value));
}

/**
 * Throws `RangeError` that names the step and the first parameter, in the model's order, that is not finite; where all are, the first
 * with such a gradient. To be called when a loss or a gradient's norm is not finite.
 */
export function refuseNonFinite(module: Module, step: number, loss: number): never {
  const named = [...module.namedParameters()];
  const value = named.find(([, parameter]) => isBad(parameter.toArray()));
  const gradient = named.find(([, parameter]) => isBad(parameter.gradients()));
  const found = value
    ? `a value of ${value[0]} that is not`
    : gradient
    ? `a gradient of ${gradient[0]} that is not`
    : "a loss that is not";
  throw new RangeError(`train: expected finite numbers, found ${found}, in step ${step} (loss ${loss})`);
}
