import { InputRangeError } from "../../errors.ts";
import { Engine } from "../engine/mod.ts";
import type { Module } from "../nn/module.ts";
import { count } from "../schema/mod.ts";
import type { OptimizerOptions, Trainable } from "../optim/mod.ts";
import { type Tensor, training } from "../tensor/mod.ts";
import { makeAverage } from "./make_average.ts";
import { makeOptimizer, type TrainSettings } from "./settings.ts";

/** Maximum size of a WebAssembly memory in bytes. */
const LIMIT = 2 ** 32;

/** A training step whose memory use is measured. */
export interface StepNeed<M extends Module> {
  /** Training settings. */
  readonly settings: TrainSettings;
  /** Computes the mean loss of the largest batch. */
  readonly loss: (module: M) => Tensor;
  /** Description of the step for messages, such as `batch 32 x bptt 64`. */
  readonly step: string;
  /** Parameters to train. Default: all of the module's. */
  readonly trainable?: (module: M) => Trainable<OptimizerOptions>;
}

/** Memory use of a module and a training step. */
export interface MemoryNeed {
  /** Number of scalar parameters. */
  readonly parameters: number;
  /** Persistent bytes: parameters and, in training, gradients, moments, the average and what the loss keeps. */
  readonly keptBytes: number;
  /** Peak bytes of one step beyond `keptBytes`; without a step, of initializing the weights. */
  readonly stepBytes: number;
}

/**
 * Measures the memory of the module that `build` makes and of one training step. Runs both on an engine that only
 * tracks shapes, unless a real `engine` is given.
 */
export function memoryNeed<M extends Module>(
  build: (engine: Engine) => M,
  need?: StepNeed<M>,
  engine: Engine = Engine.shapes(),
): MemoryNeed {
  const module = build(engine);
  const parameters = module.parameters();
  if (need) takeStep(engine, module, need);
  return {
    parameters: parameters.reduce((sum, { size }) => sum + size, 0),
    keptBytes: engine.keptBytes,
    stepBytes: engine.stepBytes,
  };
}

/** Takes a step as `Trainer` does. */
function takeStep<M extends Module>(engine: Engine, module: M, { settings, loss, trainable }: StepNeed<M>): void {
  const optimizer = makeOptimizer(trainable?.(module) ?? module.parameters(), settings);
  const average = makeAverage(optimizer.slab, settings);
  optimizer.zeroGradients();
  training(() => loss(module).backward(), { engine, seed: settings.seed, step: 0 });
  const { clipNorm, clipValue } = settings;
  average?.prepare?.();
  optimizer.step({ clipNorm: clipNorm ?? undefined, clipValue: clipValue ?? undefined });
  average?.observe(1);
}

/**
 * Throws `RangeError` with the sizes if the module that `build` makes, or its training step, does not fit in memory.
 */
export function refuseIfTooLarge<M extends Module>(
  action: string,
  build: (engine: Engine) => M,
  need?: StepNeed<M>,
  engine: Engine = Engine.shapes(),
): void {
  const { parameters, keptBytes, stepBytes } = memoryNeed(build, need, engine);
  refuse(action, parameters, keptBytes, need && { bytes: stepBytes, step: need.step });
}

function refuse(
  action: string,
  parameters: number,
  keptBytes: number,
  step?: { readonly bytes: number; readonly step: string },
): void {
  if (keptBytes + (step?.bytes ?? 0) <= LIMIT) return;
  throw new InputRangeError(
    `${action}: expected at most ${gibibytes(LIMIT)}, found a need of ${gibibytes(keptBytes)} for ${
      count(parameters, "parameter")
    }` +
      (step ? ` and ${gibibytes(step.bytes)} for ${step.step}` : ""),
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
