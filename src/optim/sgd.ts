import type { OptionKinds } from "../schema/mod.ts";
import { check } from "./check.ts";
import { Optimizer, OPTIMIZER_KINDS, type OptimizerOptions, type StepRun, type Trainable } from "./optimizer.ts";

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Factor by which the velocity is multiplied at each step. Default: 0. */
  readonly momentum?: number;
  /** Fraction of the gradient left out of the velocity. Default: 0. */
  readonly dampening?: number;
  /** Whether to use Nesterov momentum (Nesterov 1983). Default: false. */
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

/**
 * Stochastic gradient descent as PyTorch defines it: v = momentum v + g, w -= rate v.
 *
 * @example
 * ```ts
 * import { Parameter, sum, training } from "@elman/elman/nn";
 * import { SGD } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const w = new Parameter([1], { values: [3] });
 * const optimizer = new SGD([w], { learningRate: 0.5, momentum: 0.5 });
 * training(() => sum(w).backward());
 * optimizer.step();
 * optimizer.step();
 * assertEquals(w.item(), 1.75); // 3 - 0.5 - 0.5 (0.5 + 1)
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  /** Throws `TypeError` if an option is unknown or has the wrong type, `RangeError` if a value is out of range. */
  constructor(parameters: Trainable<SGDOptions>, options: SGDOptions) {
    super(parameters, options, KINDS, momentsOf);
  }

  /** Implements `Optimizer.skipsZeros`. */
  protected override skipsZeros({ momentum = 0, weightDecay = 0 }: SGDOptions): boolean {
    return momentum === 0 && weightDecay === 0;
  }

  /** Implements `Optimizer.update`. */
  protected override update(run: StepRun, options: SGDOptions): void {
    const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
    const { size, count, spans, values, gradients, moments, rate, scale, step } = run;
    const undamped = step === 1 ? 1 : 1 - dampening;
    this.engine.run(
      "sgd_step",
      size,
      count,
      spans,
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
