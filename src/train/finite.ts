import { InputRangeError } from "../../errors.ts";
import type { Module } from "../nn/module.ts";

/** Advice after a run has diverged. */
export const REMEDY = "try a lower learning rate (--lr) or clip the gradients to a smaller norm (--clip)";

/** The phrase of an error where all parameters and gradients are finite. */
const LOSS_ALONE = "a non-finite loss";

/** Whether an error of `nonFiniteError` names no parameter. */
export function isLossAlone(message: string): boolean {
  return message.includes(LOSS_ALONE);
}

function isBad(values: Float32Array): boolean {
  return values.some((value) => !Number.isFinite(value));
}

/**
 * Returns an error with the step and the first parameter that has a non-finite value or, if all values are finite, the
 * first that has a non-finite gradient. Call it when a loss or a gradient norm is not finite.
 */
export function nonFiniteError(module: Module, step: number, loss: number): InputRangeError {
  const named = [...module.namedParameters()];
  const value = named.find(([, parameter]) => isBad(parameter.toArray()));
  const gradient = named.find(([, parameter]) => isBad(parameter.gradients()));
  const found = value
    ? `a non-finite value of ${value[0]}`
    : gradient
    ? `a non-finite gradient of ${gradient[0]}`
    : LOSS_ALONE;
  return new InputRangeError(
    `train: expected finite numbers, found ${found} in step ${step} (loss ${loss}); training has diverged, ${REMEDY}`,
  );
}
