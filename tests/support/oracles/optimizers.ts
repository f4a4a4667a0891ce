/**
 * One step of each optimizer on one parameter, with PyTorch's semantics and defaults. `values` and the moments are
 * updated in place; the moments are zeros before the first step. `step` counts from 1.
 */
import type { Values } from "./affine.ts";

/** The data that every optimizer's step reads and writes. */
export interface StepOptions {
  values: Float64Array;
  gradients: Values;
  step: number;
  lr: number;
  /** L2 penalty, added to the gradient. {@linkcode adamWStep} decouples it and subtracts it from the values. */
  weightDecay?: number;
}

/** Stochastic gradient descent with momentum (Sutskever et al., 2013). The first step's buffer is its gradient. */
export function sgdStep(
  { values, gradients, step, lr, weightDecay = 0, momentum = 0, dampening = 0, nesterov = false, buffer }:
    & StepOptions
    & { momentum?: number; dampening?: number; nesterov?: boolean; buffer: Float64Array },
): void {
  for (let i = 0; i < values.length; i++) {
    const gradient = gradients[i] + weightDecay * values[i];
    buffer[i] = step === 1 ? gradient : momentum * buffer[i] + (1 - dampening) * gradient;
    const direction = momentum === 0 ? gradient : nesterov ? gradient + momentum * buffer[i] : buffer[i];
    values[i] -= lr * direction;
  }
}

/** Arguments of {@linkcode adamStep} and {@linkcode adamWStep}. */
export interface AdamOptions extends StepOptions {
  betas?: readonly [number, number];
  eps?: number;
  firstMoment: Float64Array;
  secondMoment: Float64Array;
}

/** Adam (Kingma and Ba, 2015). */
export function adamStep(
  { values, gradients, step, lr, weightDecay = 0, betas = [0.9, 0.999], eps = 1e-8, firstMoment, secondMoment }:
    AdamOptions,
): void {
  for (let i = 0; i < values.length; i++) {
    const gradient = gradients[i] + weightDecay * values[i];
    firstMoment[i] = betas[0] * firstMoment[i] + (1 - betas[0]) * gradient;
    secondMoment[i] = betas[1] * secondMoment[i] + (1 - betas[1]) * gradient * gradient;
    const first = firstMoment[i] / (1 - betas[0] ** step), second = secondMoment[i] / (1 - betas[1] ** step);
    values[i] -= lr * first / (Math.sqrt(second) + eps);
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). */
export function adamWStep({ weightDecay = 0.01, ...options }: AdamOptions): void {
  const { values, lr } = options;
  for (let i = 0; i < values.length; i++) values[i] *= 1 - lr * weightDecay;
  adamStep(options);
}

/** RMSprop (Tieleman and Hinton, 2012); centered as in Graves (2013), with eps outside the root. */
export function rmspropStep(
  {
    values,
    gradients,
    lr,
    weightDecay = 0,
    alpha = 0.99,
    eps = 1e-8,
    momentum = 0,
    centered = false,
    squareAverage,
    gradientAverage,
    buffer,
  }: StepOptions & {
    alpha?: number;
    eps?: number;
    momentum?: number;
    centered?: boolean;
    squareAverage: Float64Array;
    gradientAverage: Float64Array;
    buffer: Float64Array;
  },
): void {
  for (let i = 0; i < values.length; i++) {
    const gradient = gradients[i] + weightDecay * values[i];
    squareAverage[i] = alpha * squareAverage[i] + (1 - alpha) * gradient * gradient;
    gradientAverage[i] = alpha * gradientAverage[i] + (1 - alpha) * gradient;
    const variance = squareAverage[i] - (centered ? gradientAverage[i] ** 2 : 0);
    buffer[i] = momentum * buffer[i] + gradient / (Math.sqrt(variance) + eps);
    values[i] -= lr * buffer[i];
  }
}
