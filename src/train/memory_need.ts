import { Engine } from "../engine/mod.ts";
import type { Module } from "../nn/module.ts";
import type { OptimizerOptions, Trainable } from "../optim/mod.ts";
import { type Tensor, training } from "../tensor/mod.ts";
import { makeAverage } from "./average.ts";
import { makeOptimizer, type TrainSettings } from "./settings.ts";

/** Bytes of the largest WebAssembly memory. */
const LIMIT = 2 ** 32;

/** A training step whose need is asked for. */
export interface StepNeed<M extends Module> {
  /** How the module is trained. */
  readonly settings: TrainSettings;
  /** The mean loss of the largest batch, on the tape. */
  readonly loss: (module: M) => Tensor;
  /** What a step is, in words: `batch 32 x bptt 64`. */
  readonly step: string;
  /** The parameters that are trained. Default: all of the module's. */
  readonly trainable?: (module: M) => Trainable<OptimizerOptions>;
}

/** What a module and a training step take. */
export interface MemoryNeed {
  /** Parameters, as numbers. */
  readonly parameters: number;
  /** Bytes that stay: parameters and, in training, gradients, moments, the average and what the loss keeps. */
  readonly keptBytes: number;
  /** Most bytes that one step takes at once; without a step, what drawing the first weights takes. */
  readonly stepBytes: number;
}

/**
 * What a module takes that `build` makes, and one training step of it, by building it and taking the step on an engine that knows shapes
 * only. On a real `engine` the same is measured in earnest.
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

/** What a `Trainer` does in a step. */
function takeStep<M extends Module>(engine: Engine, module: M, { settings, loss, trainable }: StepNeed<M>): void {
  const optimizer = makeOptimizer(trainable?.(module) ?? module.parameters(), settings);
  const average = makeAverage(optimizer.slab, settings);
  optimizer.zeroGradients();
  training(() => loss(module).backward(), { engine, seed: settings.seed });
  const { clipNorm, clipValue } = settings;
  optimizer.step({ clipNorm: clipNorm ?? undefined, clipValue: clipValue ?? undefined });
  average?.observe(1);
}

/** Throws `RangeError`, with the sizes, if a module that `build` makes, or a training step of it, does not fit into the memory. */
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
  throw new RangeError(
    `${action}: expected at most ${gibibytes(LIMIT)}, found a need of ${
      gibibytes(keptBytes)
    } for ${parameters} parameters` +
      (step ? ` and ${gibibytes(step.bytes)} for ${step.step}` : ""),
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
