import type { OptionKinds } from "../schema/mod.ts";
import { check } from "./check.ts";
import { Optimizer, OPTIMIZER_KINDS, type OptimizerOptions, type StepRun, type Trainable } from "./optimizer.ts";

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Share of the velocity that is kept from step to step. Default: 0. */
  readonly momentum?: number;
  /** Share of the gradient that does not enter the velocity. Default: 0. */
  readonly dampening?: number;
  /** Whether to look ahead along the velocity (Nesterov 1983). */
  readonly nesterov?: boolean;
}

const KINDS: OptionKinds<SGDOptions> = {
  ...OPTIMIZER_KINDS,
  momentum: "number",
  dampening: "number",
  nesterov: "boolean",
};

function momentsOf({ momentum = 0, dampening = 0, nesterov = false }: SGDOptions): string[] {
  const expect = check.bind(null, "make SGD");
  expect(momentum >= 0 && momentum < 1, "a momentum from 0 to below 1", momentum);
  expect(dampening >= 0 && dampening <= 1, "dampening from 0 to 1", dampening);
  expect(!nesterov || (momentum > 0 && dampening === 0), "a momentum and no dampening with nesterov", "otherwise");
  return momentum > 0 ? ["velocity"] : [];
}

/** Stochastic gradient descent: v = momentum v + g, w -= rate v, with PyTorch's definitions. */
export class SGD extends Optimizer<SGDOptions> {
  /** Throws `TypeError` for an unknown option or a wrong type, and `RangeError` for an impossible value. */
  constructor(parameters: Trainable<SGDOptions>, options: SGDOptions) {
    super(parameters, options, KINDS, momentsOf);
  }

  /** See `Optimizer`. */
  protected override update(run: StepRun, options: SGDOptions): void {
    const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
    const { count, values, gradients, moments, rate, scale, step } = run;
    const undamped = step === 1 ? 1 : 1 - dampening;
    this.engine.run(
      "sgd_step",
      count,
      values,
      gradients,
      momentum > 0 ? moments[0] : 0,
      rate,
      momentum,
      undamped,
      nesterov ? 1 : 0,
      weightDecay,
      scale,
    );
  }
}
