import { assertThrows } from "@std/assert";
import { Linear } from "../../src/nn/mod.ts";
import {
  Adam,
  AdamW,
  cosineDecay,
  exponentialDecay,
  linearDecay,
  oneCycle,
  type Optimizer,
  type OptimizerOptions,
  reduceOnPlateau,
  RMSprop,
  SGD,
  stepDecay,
} from "../../src/optim/mod.ts";
import { Parameter } from "../../src/tensor/mod.ts";
import { checkOptionsRefused } from "../support/options.ts";

// deno-lint-ignore no-explicit-any
type AnyOptimizer = new (trained: any, options?: any) => Optimizer<OptimizerOptions>;

const OPTIMIZERS: readonly [AnyOptimizer, good: Record<string, unknown>][] = [
  [SGD, { learningRate: 1, weightDecay: 0, momentum: 0.5, dampening: 0, nesterov: true }],
  [Adam, { learningRate: 1, weightDecay: 0, betas: [0.9, 0.99], epsilon: 1e-8 }],
  [AdamW, { learningRate: 1, weightDecay: 0, betas: [0.9, 0.99], epsilon: 1e-8 }],
  [RMSprop, { learningRate: 1, weightDecay: 0, alpha: 0.9, epsilon: 1e-8, momentum: 0 }],
];

const MAKE = "make an optimizer: expected";
const LIST = `${MAKE} a list of parameters or of groups of them, found`;

for (const [Optimizer, good] of OPTIMIZERS) {
  Deno.test(`${Optimizer.name} refuses unknown options, options of the wrong type and anything but parameters`, () => {
    const p = new Parameter([1]);
    checkOptionsRefused("make an optimizer", (options) => new Optimizer([p], options), good);
    const group = (options: unknown): unknown => new Optimizer([{ parameters: [p], options }], good);
    checkOptionsRefused("make an optimizer", group, good, { mayBeAbsent: true });
    assertThrows(() => new Optimizer([p]), TypeError, `${MAKE} an object of options, found none`);

    const layer = new Linear({ input: 1, output: 1 });
    const strangers: readonly [unknown, found: string][] = [
      [undefined, "none"],
      [5, "5"],
      ["weights", '"weights"'],
      [p, "a Parameter"],
      [layer, "a Linear"],
      [[layer], "a Linear"],
      [[p, 5], "5"],
      [[p, { parameters: [p] }], '{"parameters"'],
      [[{ parameters: 5 }], "5"],
      [[{}], "none"],
      [[{ parameters: [5] }], "5"],
    ];
    for (const [stranger, found] of strangers) {
      assertThrows(() => new Optimizer(stranger, good), TypeError, `${LIST} ${found}`);
    }
    const unknown = 'make an optimizer: unknown option "learningRate"; expected one of parameters, options';
    assertThrows(() => new Optimizer([{ parameters: [p], learningRate: 1 }], good), TypeError, unknown);
    const optimizer = new Optimizer([p], good);
    const step = (options: never): number => optimizer.step(options);
    checkOptionsRefused("step an optimizer", step, { clipNorm: 1, clipValue: 1, norm: 1 }, { mayBeAbsent: true });
  });
}

Deno.test("Adam requires two betas from 0 to below 1", () => {
  for (const betas of [[0.9], ["0.9", "0.9"], [0.9, 0.9, 0.9]] as unknown as [number, number][]) {
    const message = `make Adam: expected two betas from 0 to below 1, found ${betas.join(" and ")}`;
    assertThrows(() => new Adam([new Parameter([1])], { learningRate: 1, betas }), RangeError, message);
  }
});

// deno-lint-ignore no-explicit-any
const SCHEDULES: readonly [(options: any) => unknown, good: Record<string, unknown>, mayBeAbsent?: boolean][] = [
  [stepDecay, { gamma: 0.5, every: 2, after: 3 }],
  [exponentialDecay, { gamma: 0.5 }],
  [cosineDecay, { steps: 9, warmup: 1, minimum: 0 }],
  [linearDecay, { steps: 9, warmup: 1, minimum: 0 }],
  [oneCycle, { steps: 9, rise: 0.5, start: 0.1, minimum: 0 }],
  [reduceOnPlateau, { gamma: 0.5, patience: 1, threshold: 0.1 }, true],
];

for (const [schedule, good, mayBeAbsent] of SCHEDULES) {
  Deno.test(`${schedule.name} refuses unknown options and options of the wrong type`, () => {
    checkOptionsRefused("make a schedule", schedule, good, { mayBeAbsent });
  });
}
