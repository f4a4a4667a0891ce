import { InputRangeError } from "../../errors.ts";
import type { Module } from "../nn/module.ts";

/** Advice after a run has diverged. */
export const REMEDY = "try a lower learning rate (--lr) or clip the gradients to a smaller norm (--clip)";

function isBad(values: Float32Array): boolean {
  return values.some((value) => !Number.isFinite(value));
}

/**
 * Throws `RangeError` with the step and the first parameter that has a non-finite value or, if all values are finite,
 * the first that has a non-finite gradient. Call it when a loss or a gradient norm is not finite.
 */
export function refuseNonFinite(module: Module, step: number, loss: number): never {
  const named = [...module.namedParameters()];
  const value = named.find(([, parameter]) => isBad(parameter.toArray()));
  const gradient = named.find(([, parameter]) => isBad(parameter.gradients()));
  const found = value
    ? `a non-finite value of ${value[0]}`
    : gradient
    ? `a non-finite gradient of ${gradient[0]}`
    : "a non-finite loss";
  throw new InputRangeError(
    `train: expected finite numbers, found ${found} in step ${step} (loss ${loss}); training has diverged, ${REMEDY}`,
  );
}
