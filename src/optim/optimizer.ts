import type { Block, Engine } from "../engine/mod.ts";
import { type Parameter, Slab } from "../tensor/mod.ts";

/** Options that every optimizer has; a group of parameters may have others than the rest. */
export interface OptimizerOptions {
  /** Learning rate. */
  readonly learningRate: number;
  /** Weight decay: added to the gradient, or, in AdamW, subtracted from the weight. 0 where absent. */
  readonly weightDecay?: number;
}

/** Parameters with options of their own. */
export interface ParameterGroup<Options> {
  /** The parameters. */
  readonly parameters: Iterable<Parameter>;
  /** What differs from the optimizer's options. */
  readonly options?: Partial<Options>;
}

/** What an optimizer trains: parameters, or groups of them. */
export type Trainable<Options> = Iterable<Parameter> | Iterable<ParameterGroup<Options>>;

/** Options of a step. */
export interface StepOptions {
  /** Scales all gradients so that their Euclidean norm is at most this (Pascanu et al. 2013). */
  readonly clipNorm?: number;
  /** Limits every gradient to [-clipValue, clipValue], before the norm is taken. */
  readonly clipValue?: number;
}

/** One run of the slab with its options. */
interface Run<Options> {
  readonly first: number;
  readonly count: number;
  readonly options: Options;
}

/** What a kernel needs to know of a run: where its numbers stand, and the factors of this step. */
export interface StepRun {
  /** Floats in the run. */
  readonly count: number;
  /** Address of the values. */
  readonly values: number;
  /** Address of the gradients. */
  readonly gradients: number;
  /** Addresses of the moments. */
  readonly moments: readonly number[];
  /** The learning rate, schedule included. */
  readonly rate: number;
  /** What every gradient is multiplied by: clipping. */
  readonly scale: number;
  /** Number of this step, from 1. */
  readonly step: number;
}

/** An optimizer's state as arrays: what a checkpoint keeps. */
export interface OptimizerState {
  /** Steps taken. */
  readonly steps: number;
  /** The moments by name, each as long as the slab. */
  readonly moments: Record<string, Float32Array>;
}

function positive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) {
    throw new RangeError(`step an optimizer: expected ${name} above 0, found ${value}`);
  }
}

/**
 * Moves its parameters into one slab and improves them step by step. Set `factor` from a schedule before each step.
 */
export abstract class Optimizer<Options extends OptimizerOptions> {
  /** The slab that holds the parameters. */
  readonly slab: Slab;
  /** Multiplies every learning rate: the schedule. */
  factor = 1;
  #runs: Run<Options>[];
  #moments = new Map<string, Block>();
  #steps = 0;

  /** `moments` names the state that the optimizer keeps for every parameter. */
  protected constructor(trainable: Trainable<Options>, options: Options, moments: readonly string[]) {
    const groups = groupsOf(trainable);
    this.slab = new Slab(groups.flatMap(({ parameters }) => parameters));
    const { places, size } = this.slab;
    let next = 0;
    this.#runs = groups.filter(({ parameters }) => parameters.length > 0).map((group) => {
      const first = places[next].offset;
      next += group.parameters.length;
      const end = next < places.length ? places[next].offset : size;
      return { first, count: end - first, options: { ...options, ...group.options } };
    });
    for (const name of moments) this.#moments.set(name, this.engine.allocate(size * 4));
  }

  /** The engine in whose memory the slab lives. */
  get engine(): Engine {
    return this.slab.engine;
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** The learning rate of the first group, schedule included. */
  get learningRate(): number {
    return this.#runs[0].options.learningRate * this.factor;
  }

  /** Improves one run of parameters. */
  protected abstract update(run: StepRun, options: Options): void;

  /** Sets every gradient to zero. */
  zeroGradients(): void {
    this.slab.zeroGradients();
  }

  /**
   * Takes a step and returns the gradients' norm before clipping. Throws a RangeError, changing nothing, where the
   * norm is not finite.
   */
  step({ clipNorm, clipValue }: StepOptions = {}): number {
    positive("clipNorm", clipNorm);
    positive("clipValue", clipValue);
    if (clipValue !== undefined) this.slab.clampGradients(clipValue);
    const norm = this.slab.gradientNorm();
    if (!Number.isFinite(norm)) {
      throw new RangeError(`step an optimizer: expected finite gradients, found a norm of ${norm}`);
    }
    const scale = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
    this.#steps++;
    const moments = [...this.#moments.values()];
    for (const { first, count, options } of this.#runs) {
      const offset = first * 4;
      this.update({
        count,
        values: this.slab.values + offset,
        gradients: this.slab.gradients + offset,
        moments: moments.map(({ address }) => address + offset),
        rate: options.learningRate * this.factor,
        scale,
        step: this.#steps,
      }, options);
    }
    this.slab.touch();
    return norm;
  }

  /** A copy of the optimizer's state. */
  state(): OptimizerState {
    const moments: Record<string, Float32Array> = {};
    for (const [name, { address }] of this.#moments) {
      moments[name] = this.engine.floats(address, this.slab.size).slice();
    }
    return { steps: this.#steps, moments };
  }

  /** Continues from a state. Throws a RangeError where it is not of this optimizer and these parameters. */
  restore({ steps, moments }: OptimizerState): void {
    for (const [name, { address }] of this.#moments) {
      const values = moments[name];
      if (values?.length !== this.slab.size) {
        throw new RangeError(
          `restore an optimizer: expected ${this.slab.size} numbers of ${name}, found ${values?.length ?? "none"}`,
        );
      }
      this.engine.floats(address, this.slab.size).set(values);
    }
    this.#steps = steps;
  }
}

function groupsOf<Options>(trainable: Trainable<Options>): { parameters: Parameter[]; options?: Partial<Options> }[] {
  const items: (Parameter | ParameterGroup<Options>)[] = [...trainable];
  const isGroup = (item: Parameter | ParameterGroup<Options>): item is ParameterGroup<Options> => "parameters" in item;
  const groups = items.some(isGroup)
    ? items.filter(isGroup).map(({ parameters, options }) => ({ parameters: [...parameters], options }))
    : [{ parameters: items as Parameter[] }];
  const all = groups.flatMap(({ parameters }) => parameters);
  if (new Set(all).size !== all.length) {
    throw new RangeError("make an optimizer: expected each parameter once, found one twice");
  }
  return groups;
}
