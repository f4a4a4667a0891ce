import type { OptionKinds } from "../schema/mod.ts";
import { check } from "./check.ts";
import { Optimizer, OPTIMIZER_KINDS, type OptimizerOptions, type StepRun, type Trainable } from "./optimizer.ts";

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay rates of the first and second moments. Default: [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator. Default: 1e-8. */
  readonly epsilon?: number;
  /**
   * Whether rows of an embedding that a step does not use keep their values and moments, as in PyTorch's `SparseAdam`.
   * With large vocabularies a step is faster. Requires a weight decay of 0. Default: false.
   */
  readonly lazy?: boolean;
}

const KINDS: OptionKinds<AdamOptions> = { ...OPTIMIZER_KINDS, betas: Array, epsilon: "number", lazy: "boolean" };

function momentsOf({ betas = [0.9, 0.999], epsilon = 1e-8, lazy = false, weightDecay = 0 }: AdamOptions): string[] {
  const isPair = betas.length === 2 && betas.every((beta) => typeof beta === "number" && beta >= 0 && beta < 1);
  check("make Adam", isPair, "two betas from 0 to below 1", betas.join(" and "));
  check("make Adam", epsilon > 0 && epsilon < Infinity, "a finite epsilon above 0", epsilon);
  check("make Adam", !lazy || weightDecay === 0, "a weightDecay of 0 with lazy", weightDecay);
  return ["first_moment", "second_moment"];
}

/**
 * Adam (Kingma and Ba 2015): divides the mean gradient by the root of the mean squared gradient.
 *
 * @example
 * ```ts
 * import { Parameter, sum, training } from "@elman/elman/nn";
 * import { Adam } from "@elman/elman/optim";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const w = new Parameter([1], { values: [3] });
 * const optimizer = new Adam([w], { learningRate: 0.1 });
 * training(() => sum(w).backward());
 * optimizer.step();
 * assertAlmostEquals(w.item(), 2.9, 1e-6); // The first step is as long as the learning rate.
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  /** Throws `TypeError` if an option is unknown or has the wrong type, `RangeError` if a value is out of range. */
  constructor(parameters: Trainable<AdamOptions>, options: AdamOptions) {
    super(parameters, options, KINDS, momentsOf);
  }

  /** Implements `Optimizer.skipsZeros`. */
  protected override skipsZeros({ lazy = false }: AdamOptions): boolean {
    return lazy;
  }

  /** Implements `Optimizer.leavesRows`. */
  protected override leavesRows({ lazy = false }: AdamOptions): boolean {
    return lazy;
  }

  /** Implements `Optimizer.update`. */
  protected override update(run: StepRun, options: AdamOptions): void {
    this.stepWithDecay(run, options, options.weightDecay ?? 0, 1);
  }

  /** Multiplies the weights by `keep`, then takes a step with `decay` times the weights added to the gradients. */
  protected stepWithDecay(run: StepRun, options: AdamOptions, decay: number, keep: number): void {
    const { betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = options;
    const { size, count, spans, values, gradients, moments, rate, scale, step } = run;
    const correctedRate = rate / (1 - beta1 ** step);
    const correction = Math.sqrt(1 - beta2 ** step);
    this.engine.run(
      "adam_step",
      size,
      count,
      spans,
      values,
      gradients,
      moments[0],
      moments[1],
      correctedRate,
      beta1,
      beta2,
      1 - beta1,
      1 - beta2,
      epsilon,
      correction,
      keep,
      decay,
      scale,
    );
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019). Default weight decay: 0.01, or 0 with `lazy`.
 *
 * @example
 * ```ts
 * import { Linear } from "@elman/elman/nn";
 * import { AdamW } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const { weight, bias } = new Linear({ input: 4, output: 2 });
 * // Weight decay is for the weights alone.
 * const groups = [{ parameters: [weight], options: { weightDecay: 0.1 } }, { parameters: [bias!] }];
 * const optimizer = new AdamW(groups, { learningRate: 0.001, weightDecay: 0 });
 * assertEquals(optimizer.learningRate, 0.001);
 * ```
 */
export class AdamW extends Adam {
  /** Implements `Optimizer.update`. */
  protected override update(run: StepRun, options: AdamOptions): void {
    this.stepWithDecay(run, options, 0, 1 - run.rate * (options.weightDecay ?? (options.lazy ? 0 : 0.01)));
  }
}
