import type { Block, Engine } from "../engine/mod.ts";
import { describeValue, expectKinds, expectOptions, type OptionKinds } from "../schema/mod.ts";
import { Parameter, Slab } from "../tensor/mod.ts";
import { check } from "./check.ts";

const MAKE = "make an optimizer";
const STEP = "step an optimizer";

/** Options that every optimizer has; a group of parameters may have others than the rest. */
export interface OptimizerOptions {
  /** Learning rate. */
  readonly learningRate: number;
  /** Weight decay: added to the gradient, or, in AdamW, subtracted from the weight. 0 where absent. */
  readonly weightDecay?: number;
}

/** The kinds of an optimizer's options. */
export const OPTIMIZER_KINDS = { learningRate: "number", weightDecay: "number" } as const;

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
  /** The Euclidean norm of all gradients, where it is known: it is not taken again. */
  readonly norm?: number;
}

const STEP_KINDS: OptionKinds<StepOptions> = { clipNorm: "number", clipValue: "number", norm: "number" };

/** One run of the slab with its options. */
interface Run<Options> {
  readonly group: number;
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

/**
 * Moves its parameters into one slab and improves them step by step. Set `factor` from a schedule before each step.
 */
export abstract class Optimizer<Options extends OptimizerOptions> {
  /**
   * The slab that holds the parameters.
   * @internal
   */
  readonly slab: Slab;
  /** Multiplies every learning rate: the schedule. */
  factor = 1;
  /** Multiply the learning rates of the groups, in their order. Default: 1. 0 leaves a group's parameters as they are. */
  groupFactors: readonly number[] = [];
  #runs: Run<Options>[];
  #moments = new Map<string, Block>();
  #steps = 0;

  /**
   * `momentsOf` checks the options of a group, which are of these kinds, and names the state that they need for every parameter. Throws a
   * TypeError for unknown options and values of a wrong type, and `RangeError` for an impossible option, a parameter named twice, and
   * parameters of two engines.
   */
  protected constructor(
    trainable: Trainable<Options>,
    options: Options,
    kinds: OptionKinds<Options>,
    momentsOf: (options: Options) => readonly string[],
  ) {
    const groups = groupsOf(trainable, options, kinds);
    const moments = new Set(groups.flatMap((group) => {
      checkCommon(group.options);
      return momentsOf(group.options);
    }));
    this.slab = new Slab(groups.flatMap(({ parameters }) => parameters));
    const { places, size } = this.slab;
    let next = 0;
    this.#runs = groups.flatMap(({ parameters, options }, group) => {
      if (parameters.length === 0) return [];
      const first = places[next].offset;
      next += parameters.length;
      const end = next < places.length ? places[next].offset : size;
      return [{ group, first, count: end - first, options }];
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
   * Takes a step and returns the gradients' norm before clipping. Throws, changing nothing, `RangeError` where the norm is not
   * finite, or for an impossible option or factor, and `TypeError` for an unknown option or a wrong type.
   */
  step(options: StepOptions = {}): number {
    const { clipNorm, clipValue, norm = this.slab.gradientNorm() } = expectKinds(STEP, options, STEP_KINDS);
    const expect = check.bind(null, STEP);
    expect(clipNorm === undefined || clipNorm > 0, "clipNorm above 0", clipNorm);
    expect(clipValue === undefined || clipValue > 0, "clipValue above 0", clipValue);
    for (const factor of [this.factor, ...this.groupFactors]) {
      expect(isSize(factor), "a finite factor of at least 0", factor);
    }
    expect(Number.isFinite(norm), "finite gradients", `a norm of ${norm}`);
    const scale = this.#clip(norm, clipNorm, clipValue);
    this.#steps++;
    const moments = [...this.#moments.values()];
    for (const { group, first, count, options } of this.#runs) {
      const offset = first * 4;
      this.update({
        count,
        values: this.slab.values + offset,
        gradients: this.slab.gradients + offset,
        moments: moments.map(({ address }) => address + offset),
        rate: options.learningRate * this.factor * (this.groupFactors[group] ?? 1),
        scale,
        step: this.#steps,
      }, options);
    }
    this.slab.touch();
    return norm;
  }

  /** Limits the gradients one by one, and returns the factor that limits their norm. */
  #clip(norm: number, clipNorm?: number, clipValue?: number): number {
    if (clipValue !== undefined) this.slab.clampGradients(clipValue);
    if (clipNorm === undefined) return 1;
    const clamped = clipValue === undefined ? norm : this.slab.gradientNorm();
    return Math.min(1, clipNorm / (clamped + 1e-6));
  }

  /** A copy of the optimizer's state. */
  state(): OptimizerState {
    const moments: Record<string, Float32Array> = {};
    for (const [name, { address }] of this.#moments) {
      moments[name] = this.engine.floats(address, this.slab.size).slice();
    }
    return { steps: this.#steps, moments };
  }

  /** Continues from a state. Throws `RangeError`, changing nothing, where it is not of this optimizer and these parameters. */
  restore({ steps, moments }: OptimizerState): void {
    const { size } = this.slab;
    const expect = check.bind(null, "restore an optimizer");
    expect(Number.isSafeInteger(steps) && steps >= 0, "a whole number of steps", steps);
    for (const name of this.#moments.keys()) {
      const found = moments[name]?.length ?? "none";
      expect(found === size, `${size} numbers of ${name}`, found);
    }
    const foreign = Object.keys(moments).find((name) => !this.#moments.has(name));
    expect(foreign === undefined, `no state but ${[...this.#moments.keys()].join(", ") || "the steps"}`, foreign);
    for (const [name, { address }] of this.#moments) {
      this.engine.change(address, size, (own) => own.set(moments[name]));
    }
    this.#steps = steps;
  }
}

/** A group with all of its options. */
interface Group<Options> {
  readonly parameters: readonly Parameter[];
  readonly options: Options;
}

function isSize(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function checkCommon({ learningRate, weightDecay = 0 }: OptimizerOptions): void {
  const expect = check.bind(null, MAKE);
  expect(isSize(learningRate), "a finite learningRate of at least 0", learningRate);
  expect(isSize(weightDecay), "a finite weightDecay of at least 0", weightDecay);
}

function groupsOf<Options>(
  trainable: Trainable<Options>,
  options: Options,
  kinds: OptionKinds<Options>,
): Group<Options>[] {
  expectKinds(MAKE, options as Options & object, kinds);
  const items = listOf<Parameter | ParameterGroup<Options>>(trainable);
  const isParameter = (item: unknown): boolean => item instanceof Parameter;
  const groups = items.length === 0 || items.some(isParameter)
    ? [{ parameters: parametersOf(items as Parameter[]), options }]
    : (items as ParameterGroup<Options>[]).map((group) => groupOf(group, options, kinds));
  const all = groups.flatMap(({ parameters }) => parameters);
  const expect = check.bind(null, MAKE);
  expect(new Set(all).size === all.length, "each parameter once", "one twice");
  expect(all.every(({ engine }) => engine === all[0].engine), "parameters of one engine", "parameters of two");
  return groups;
}

function groupOf<Options>(
  group: ParameterGroup<Options>,
  common: Options,
  kinds: OptionKinds<Options>,
): Group<Options> {
  if (typeof group !== "object" || typeof group?.parameters === "function") refuse(group);
  expectOptions(MAKE, group, ["parameters", "options"]);
  const { parameters, options = {} } = group;
  expectKinds<Partial<Options>>(MAKE, options, kinds);
  return { parameters: parametersOf(parameters), options: { ...common, ...options } };
}

function parametersOf(parameters: Iterable<Parameter>): Parameter[] {
  return listOf(parameters).map((parameter) => parameter instanceof Parameter ? parameter : refuse(parameter));
}

function listOf<Item>(items: Iterable<Item>): Item[] {
  return typeof items === "object" && typeof items?.[Symbol.iterator] === "function" ? [...items] : refuse(items);
}

function refuse(found: unknown): never {
  const expected = "a list of parameters or of groups of them";
  throw new TypeError(`${MAKE}: expected ${expected}, found ${describeValue(found)}`);
}
