import type { OptionKinds } from "../schema/mod.ts";
import { check } from "./check.ts";
import { Optimizer, OPTIMIZER_KINDS, type OptimizerOptions, type StepRun, type Trainable } from "./optimizer.ts";

/** Options of `RMSprop`. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay rate of the mean squared gradient. Default: 0.99. */
  readonly alpha?: number;
  /** Added to the denominator. Default: 1e-8. */
  readonly epsilon?: number;
  /** Factor by which the velocity is multiplied at each step. Default: 0. */
  readonly momentum?: number;
}

const KINDS: OptionKinds<RMSpropOptions> = {
  ...OPTIMIZER_KINDS,
  alpha: "number",
  epsilon: "number",
  momentum: "number",
};

function momentsOf({ alpha = 0.99, epsilon = 1e-8, momentum = 0 }: RMSpropOptions): string[] {
  const expect = check.bind(null, "make RMSprop");
  expect(alpha >= 0 && alpha < 1, "alpha from 0 to below 1", alpha);
  expect(epsilon > 0 && epsilon < Infinity, "a finite epsilon above 0", epsilon);
  expect(momentum >= 0 && momentum < 1, "a momentum from 0 to below 1", momentum);
  return momentum > 0 ? ["mean_square", "velocity"] : ["mean_square"];
}

/**
 * RMSprop (Tieleman and Hinton 2012): divides the gradient by the root of its mean square.
 *
 * @example
 * ```ts
 * import { Parameter, sum, training } from "@elman/elman/nn";
 * import { RMSprop } from "@elman/elman/optim";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const w = new Parameter([1], { values: [3] });
 * const optimizer = new RMSprop([w], { learningRate: 0.01, alpha: 0.99 });
 * training(() => sum(w).backward());
 * optimizer.step();
 * assertAlmostEquals(w.item(), 2.9, 1e-5); // 3 - 0.01 / sqrt(1 - 0.99)
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  /** Throws `TypeError` if an option is unknown or has the wrong type, `RangeError` if a value is out of range. */
  constructor(parameters: Trainable<RMSpropOptions>, options: RMSpropOptions) {
    super(parameters, options, KINDS, momentsOf);
  }

  /** Implements `Optimizer.update`. */
  protected override update(run: StepRun, options: RMSpropOptions): void {
    const { alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0 } = options;
    const { size, count, spans, values, gradients, moments, rate, scale } = run;
    const [square, velocity] = moments;
    this.engine.run(
      "rmsprop_step",
      size,
      count,
      spans,
      values,
      gradients,
      square,
      momentum > 0 ? velocity : 0,
      rate,
      alpha,
      1 - alpha,
      epsilon,
      momentum,
      weightDecay,
      scale,
    );
  }
}
