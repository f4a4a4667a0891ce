import { InputTypeError } from "../../errors.ts";
import type { Address, Block, Engine } from "../engine/mod.ts";
import { describeValue, expectKinds, expectOptions, type OptionKinds } from "../schema/mod.ts";
import { Parameter, type Place, Slab } from "../tensor/mod.ts";
import { check } from "./check.ts";

const MAKE = "make an optimizer";
const STEP = "step an optimizer";

/** Options of every optimizer; a parameter group can override them. */
export interface OptimizerOptions {
  /** Learning rate. */
  readonly learningRate: number;
  /** Weight decay: an L2 penalty added to the gradient, or decoupled from it in AdamW. Default: 0, or 0.01 in AdamW. */
  readonly weightDecay?: number;
}

/** Types of the options that all optimizers share. */
export const OPTIMIZER_KINDS = { learningRate: "number", weightDecay: "number" } as const;

/** Parameters with their own options. */
export interface ParameterGroup<Options> {
  /** Parameters of the group. */
  readonly parameters: Iterable<Parameter>;
  /** Options that override the optimizer's. */
  readonly options?: Partial<Options>;
}

/** Parameters to train, or parameter groups. */
export type Trainable<Options> = Iterable<Parameter> | Iterable<ParameterGroup<Options>>;

/** Options of `Optimizer.step`. */
export interface StepOptions {
  /** Maximum Euclidean norm of all gradients together; larger gradients are scaled down (Pascanu et al. 2013). */
  readonly clipNorm?: number;
  /** Clips each gradient element to [-clipValue, clipValue], before the norm is computed. */
  readonly clipValue?: number;
  /** Euclidean norm of all gradients, if already known, so that it is not computed again. */
  readonly norm?: number;
}

const STEP_KINDS: OptionKinds<StepOptions> = { clipNorm: "number", clipValue: "number", norm: "number" };

/** Parameters that share one set of options. */
interface Run<Options> {
  readonly group: number;
  readonly places: readonly Place[];
  readonly options: Options;
}

/** Arguments for an update kernel: the slab, the spans of it that change, and the factors of this step. */
export interface StepRun {
  /** Number of floats of the slab. */
  readonly size: number;
  /** Number of spans. */
  readonly count: number;
  /** Address of the first and last float of each span, the last one excluded. */
  readonly spans: Address;
  /** Address of the values. */
  readonly values: Address;
  /** Address of the gradients. */
  readonly gradients: Address;
  /** Addresses of the moments, in the order in which the optimizer names them. */
  readonly moments: readonly Address[];
  /** Learning rate, including the schedule's factor. */
  readonly rate: number;
  /** Factor on every gradient, from norm clipping. */
  readonly scale: number;
  /** Index of this step, from 1. */
  readonly step: number;
}

/** An optimizer's state as arrays, as saved in a checkpoint. */
export interface OptimizerState {
  /** Number of steps taken. */
  readonly steps: number;
  /** Moments by name, each as long as the slab. */
  readonly moments: Record<string, Float32Array>;
}

/**
 * Base class of optimizers. Moves the parameters into one contiguous slab and updates them at each step, except those
 * whose `requiresGradient` is false. An optimizer made later takes parameters over: the methods of the older one then
 * throw `RangeError`. To follow a schedule, set `factor` before each step.
 *
 * @example
 * ```ts
 * import { crossEntropy, Linear, tensor, training } from "@elman/elman/nn";
 * import { Adam, cosineDecay, type Optimizer, type OptimizerOptions } from "@elman/elman/optim";
 * import { assert } from "@std/assert";
 *
 * const layer = new Linear({ input: 2, output: 2 });
 * const optimizer: Optimizer<OptimizerOptions> = new Adam(layer.parameters(), { learningRate: 0.1 });
 * const schedule = cosineDecay({ steps: 50 });
 * const losses = Array.from({ length: 50 }, (_, step) => {
 *   optimizer.zeroGradients();
 *   optimizer.factor = schedule.factor({ step, epoch: 0 });
 *   return training(() => {
 *     const loss = crossEntropy(layer.forward(tensor([1, 0, 0, 1], [2, 2])), Int32Array.of(0, 1));
 *     loss.backward();
 *     optimizer.step({ clipNorm: 1 });
 *     return loss.item();
 *   });
 * });
 * assert(losses[49] < losses[0]);
 * ```
 */
export abstract class Optimizer<Options extends OptimizerOptions> {
  /**
   * The slab that holds the parameters.
   * @internal
   */
  readonly slab: Slab;
  /** Factor on every learning rate, usually set from a schedule. */
  factor = 1;
  /** Factors on the learning rates of the groups, in order. Default: 1. A factor of 0 freezes a group. */
  groupFactors: readonly number[] = [];
  /**
   * Says which parameters steps change. Default: all.
   * @internal
   */
  owns: ((parameter: Parameter) => boolean) | undefined;
  #runs: Run<Options>[];
  #moments = new Map<string, Block>();
  #steps = 0;

  /**
   * `kinds` gives the types of the options; `momentsOf` checks a group's options and returns the names of the moments
   * they need. Throws `TypeError` if an option is unknown or has the wrong type, `RangeError` if a value is out of
   * range, a parameter occurs twice, or parameters belong to two engines.
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
      for (const { gradient } of parameters) gradient.isKeptByRows = this.leavesRows(options);
      return [{ group, places: places.slice(next, next += parameters.length), options }];
    });
    for (const name of moments) this.#moments.set(name, this.engine.allocate(size * 4));
  }

  /** Engine whose memory holds the slab. */
  get engine(): Engine {
    return this.slab.engine;
  }

  /** Number of steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Learning rate of the first group, including `factor`. */
  get learningRate(): number {
    return this.#runs[0].options.learningRate * this.factor;
  }

  /**
   * Addresses of the moments, each as long as the slab.
   * @internal
   */
  get momentAddresses(): Address[] {
    return [...this.#moments.values()].map(({ address }) => address);
  }

  /** Updates spans of the slab. */
  protected abstract update(run: StepRun, options: Options): void;

  /** Whether a step changes nothing if a gradient is 0, so that rows of a table that were not used can be skipped. */
  protected skipsZeros(_options: Options): boolean {
    return false;
  }

  /** Whether rows of a table that were not used stay as they are, although a gradient of 0 would change them. */
  protected leavesRows(_options: Options): boolean {
    return false;
  }

  /** Sets every gradient to zero. */
  zeroGradients(): void {
    this.slab.expectParameters("set gradients to zero");
    this.slab.zeroGradients();
  }

  /**
   * Takes a step and returns the norm of the gradients before clipping. Throws `RangeError` if the norm is not finite
   * or an option or factor is out of range, `TypeError` if an option is unknown or has the wrong type; then nothing
   * changes.
   */
  step(options: StepOptions = {}): number {
    this.slab.expectParameters(STEP);
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
    for (const run of this.#runs) this.#updateRun(run, scale);
    this.slab.touch();
    return norm;
  }

  #updateRun({ group, places, options }: Run<Options>, scale: number): void {
    const rate = options.learningRate * this.factor * (this.groupFactors[group] ?? 1);
    const trainable = places.filter(({ parameter }) => parameter.requiresGradient && (this.owns?.(parameter) ?? true));
    if (!this.skipsZeros(options)) { for (const { parameter } of trainable) parameter.zeroedGradient(); }
    const spans = this.slab.gradientSpans(trainable);
    if (spans.length === 0) return;
    const { engine } = this;
    engine.arena.lend(() =>
      this.update({
        size: this.slab.size,
        count: spans.length / 2,
        spans: engine.placeIntegers(Int32Array.from(spans)),
        values: this.slab.values,
        gradients: this.slab.sparseGradients,
        moments: this.momentAddresses,
        rate,
        scale,
        step: this.#steps,
      }, options)
    );
  }

  /** Clips the gradient elements, and returns the factor that clips their norm. */
  #clip(norm: number, clipNorm?: number, clipValue?: number): number {
    if (clipValue !== undefined) this.slab.clampGradients(clipValue);
    if (clipNorm === undefined) return 1;
    const clamped = clipValue === undefined ? norm : this.slab.gradientNorm();
    return Math.min(1, clipNorm / (clamped + 1e-6));
  }

  /** Copies the optimizer's state. */
  state(): OptimizerState {
    this.slab.expectParameters("copy an optimizer's state");
    const moments: Record<string, Float32Array> = {};
    for (const [name, { address }] of this.#moments) {
      moments[name] = this.engine.floats(address, this.slab.size).slice();
    }
    return { steps: this.#steps, moments };
  }

  /**
   * Restores a state. Throws `RangeError`, and changes nothing, if it does not match this optimizer and its parameters.
   */
  restore({ steps, moments }: OptimizerState): void {
    this.slab.expectParameters("restore an optimizer");
    const { size } = this.slab;
    const expect = check.bind(null, "restore an optimizer");
    expect(Number.isSafeInteger(steps) && steps >= 0, "a whole number of steps", steps);
    for (const name of this.#moments.keys()) {
      const found = moments[name]?.length ?? "none";
      expect(found === size, `${size} numbers of ${name}`, found);
    }
    const foreign = Object.keys(moments).find((name) => !this.#moments.has(name));
    expect(
      foreign === undefined,
      `no state other than ${[...this.#moments.keys()].join(", ") || "the steps"}`,
      foreign,
    );
    for (const [name, { address }] of this.#moments) {
      this.engine.change(address, size, (own) => own.set(moments[name]));
    }
    this.#steps = steps;
  }
}

/** A group with its options completed from the optimizer's. */
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
  throw new InputTypeError(`${MAKE}: expected ${expected}, found ${describeValue(found)}`);
}
