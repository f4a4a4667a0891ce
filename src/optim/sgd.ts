import { Optimizer, type OptimizerOptions, type StepRun, type Trainable } from "./optimizer.ts";

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Share of the velocity that is kept from step to step; 0 where absent. */
  readonly momentum?: number;
  /** Share of the gradient that does not enter the velocity; 0 where absent. */
  readonly dampening?: number;
  /** Whether to look ahead along the velocity (Nesterov 1983). */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent: v = momentum v + g, w -= rate v, with PyTorch's definitions. */
export class SGD extends Optimizer<SGDOptions> {
  /** Throws a RangeError for an impossible option. */
  constructor(parameters: Trainable<SGDOptions>, options: SGDOptions) {
    const { momentum = 0, dampening = 0, nesterov = false } = options;
    if (!(momentum >= 0 && momentum < 1)) {
      throw new RangeError(`make SGD: expected a momentum from 0 to below 1, found ${momentum}`);
    }
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError("make SGD: expected a momentum and no dampening with nesterov, found otherwise");
    }
    super(parameters, options, momentum > 0 ? ["velocity"] : []);
  }

  /** See `Optimizer`. */
  protected override update(run: StepRun, options: SGDOptions): void {
    const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
    const { count, values, gradients, moments, rate, scale, step } = run;
    const undamped = step === 1 ? 1 : 1 - dampening;
    const velocity = moments[0] ?? 0;
    this.engine.run(
      "sgd_step",
      count,
      values,
      gradients,
      velocity,
      rate,
      momentum,
      undamped,
      nesterov ? 1 : 0,
      weightDecay,
      scale,
    );
  }
}
