import { InputRangeError, InputTypeError } from "../../errors.ts";
import { Engine, type Mark } from "../engine/mod.ts";
import { expectKinds, type OptionKinds, refuse } from "../schema/mod.ts";
import type { Gradient } from "./gradient.ts";
import type { Operand, OperationAttributes, Recorded, RecordedOperation } from "./operation.ts";
import { expectCounter, seedWords } from "./random.ts";

/** Options of `inference`, and of `training`. */
export interface ScopeOptions {
  /** The engine whose arena the scope uses. Default: `Engine.default()`. */
  readonly engine?: Engine;
}

/** Options of `training`. */
export interface TrainingOptions extends ScopeOptions {
  /** Seed of dropout. Default: 0. */
  readonly seed?: number;
  /**
   * Index of the training step; together with the seed it determines every dropout mask. Default: the number of
   * training scopes opened so far on the engine.
   */
  readonly step?: number;
  /**
   * Whether dropout is active. Without it, the step computes what `inference` does, and its gradients. Default: true.
   */
  readonly dropout?: boolean;
  /**
   * Factor on all gradients, such as the share of a batch that the step's loss is the mean of. Default: 1, or that of
   * the step within which this one is taken.
   */
  readonly slope?: number;
}

const SCOPE_KINDS: OptionKinds<ScopeOptions> = { engine: Engine };
const TRAINING_KINDS: OptionKinds<TrainingOptions> = {
  ...SCOPE_KINDS,
  seed: "number",
  step: "number",
  dropout: "boolean",
  slope: "number",
};

/** An operation that the tape replays backwards. */
interface Entry {
  readonly name: keyof OperationAttributes;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Recorded[];
  readonly backward: () => void;
  /** Whether values have changed that it reads. */
  isStale: boolean;
}

/** The tensors that operations read again in the backward pass, if not all of theirs. */
const READ_AGAIN: { readonly [N in keyof OperationAttributes]?: "nothing" | "inputs" | "outputs" } = {
  ...{ add: "nothing", affine: "nothing", broadcast: "nothing", concat: "nothing", crossEntropy: "nothing" },
  ...{ dropout: "nothing", gather: "nothing", maxPool: "nothing", permute: "nothing", slice: "nothing" },
  ...{ sub: "nothing", sum: "nothing", linear: "inputs", log: "inputs", matmul: "inputs", mul: "inputs" },
  ...{
    exp: "outputs",
    logSoftmax: "outputs",
    relu: "outputs",
    sigmoid: "outputs",
    softmax: "outputs",
    tanh: "outputs",
  },
};

/** The tensors of an entry that it reads again. */
function readAgain({ name, inputs, outputs }: Entry): readonly Operand[] {
  const { [name]: again = "all" } = READ_AGAIN;
  return [
    ...again === "all" || again === "inputs" ? inputs : [],
    ...again === "all" || again === "outputs" ? outputs : [],
  ];
}

/** Is told how far a backward pass has come. */
export interface BackwardWatch {
  /**
   * Called before the pass, with the place on the tape of the first operation that uses each gradient. One that is
   * missing is complete.
   */
  planned(firstUses: ReadonlyMap<Gradient, number>): void;
  /** Called when the pass has gone back to a place on the tape: no gradient first used there or later still changes. */
  replayed(place: number): void;
}

/** Options of a scope. */
interface RunOptions extends TrainingOptions {
  /** Where to add each operation. Default: nowhere. */
  readonly trace?: RecordedOperation[];
}

const NO_ATTRIBUTES = {};

/** Begins messages. */
const START = "start a training step";

/** The innermost open scope of each engine. */
const open = new WeakMap<Engine, Scope>();

/** The number of training scopes opened so far on each engine. */
const steps = new WeakMap<Engine, number>();

/** The scope of one step. Its tensors live in the arena until it ends; in training, its tape records the operations. */
export class Scope {
  /** The engine whose arena holds the scope's tensors. */
  readonly engine: Engine;
  /** Whether operations are recorded. */
  readonly training: boolean;
  /** Whether dropout is active, and whatever else serves training alone. */
  readonly dropout: boolean;
  /** Seed of dropout. */
  readonly seed: number;
  /** Index of the training step. */
  readonly step: number;
  /** Factor on all gradients. */
  readonly slope: number;
  #isOpen = true;
  #outer: Scope | undefined;
  #mark: Mark;
  #tape: Entry[] = [];
  #isReplayed = false;
  #streams = 0;
  #trace: RecordedOperation[] | undefined;

  private constructor(training: boolean, { engine, dropout, seed, step, slope }: Required<TrainingOptions>) {
    this.engine = engine;
    this.training = training;
    this.dropout = dropout;
    this.seed = seed;
    this.step = step;
    this.slope = slope;
    this.#outer = open.get(engine);
    this.#mark = engine.arena.mark();
    open.set(engine, this);
  }

  /** Runs `body` in a new scope. */
  static run<T>(training: boolean, options: RunOptions, body: () => T): T {
    const { engine = Engine.default(), seed = 0, dropout = training } = options;
    const opened = steps.get(engine) ?? 0;
    if (training) steps.set(engine, opened + 1);
    const { step = opened, slope = open.get(engine)?.slope ?? 1 } = options;
    expectCounter(START, "step", step);
    seedWords(seed);
    if (!Number.isFinite(slope)) refuse(START, "slope", "a finite number", slope);
    const scope = new Scope(training, { engine, dropout, seed, step, slope });
    scope.#trace = options.trace;
    try {
      const result = body();
      if (result instanceof Promise) {
        throw new InputTypeError("run a scope: expected a synchronous function, found a promise");
      }
      return result;
    } finally {
      scope.#close();
    }
  }

  /** Returns the innermost open scope of an engine. Throws `RangeError` if there is none. */
  static of(engine: Engine, action: string): Scope {
    const scope = open.get(engine);
    if (!scope) {
      throw new InputRangeError(`${action}: expected to run inside training() or inference(), found no open scope`);
    }
    return scope;
  }

  /** Returns the innermost open scope of an engine, or undefined. */
  static current(engine: Engine): Scope | undefined {
    return open.get(engine);
  }

  /** Whether the scope's tensors are still valid. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Returns the next unused random stream of this step. */
  nextStream(): number {
    return this.#streams++;
  }

  /**
   * Number of random streams that have been used.
   * @internal
   */
  get streams(): number {
    return this.#streams;
  }

  /**
   * Leaves out random streams, for what is computed elsewhere.
   * @internal
   */
  skipStreams(count: number): void {
    this.#streams += count;
  }

  /** Records an operation on the tape if any input requires a gradient, and in the trace if one is open. */
  record<N extends keyof OperationAttributes>(
    name: N,
    inputs: readonly Operand[],
    outputs: readonly Recorded[],
    backward: () => void,
    attributes?: OperationAttributes[N],
  ): void {
    if (this.#trace) this.note(name, inputs, outputs, attributes);
    if (!this.training || !inputs.some((input) => (input as Recorded | null)?.requiresGradient)) return;
    for (const output of outputs) output.requiresGradient = true;
    this.#tape.push({ name, inputs, outputs, backward, isStale: false });
  }

  /**
   * Notes that the values of a tensor have changed, so that operations of open steps that read them again cannot run
   * backwards.
   * @internal
   */
  static noteChange(engine: Engine, changed: object): void {
    const isChanged = (operand: Operand): boolean => (operand as Recorded | null)?.origin === changed;
    for (let scope = open.get(engine); scope; scope = scope.#outer) {
      for (const entry of scope.#tape) {
        entry.isStale ||= readAgain(entry).some(isChanged);
      }
    }
  }

  /** Whether operations are traced. */
  get isTraced(): boolean {
    return this.#trace !== undefined;
  }

  /** Adds an operation without a gradient of its own to the trace if one is open. */
  note<N extends keyof OperationAttributes>(
    name: N,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
    attributes: OperationAttributes[N] = NO_ATTRIBUTES as OperationAttributes[N],
  ): void {
    this.#trace?.push({ name, attributes, inputs, outputs } as RecordedOperation);
  }

  /** Runs `body`, whose operations the trace has as the one that `describe` returns. */
  asOne<R>(body: () => R, describe: (scope: Scope, result: R) => void): R {
    const trace = this.#trace;
    if (!trace) return body();
    this.#trace = undefined;
    const result = body();
    this.#trace = trace;
    describe(this, result);
    return result;
  }

  /** Replays the tape backwards, skipping operations that the loss does not depend on. */
  backward(watch?: BackwardWatch): void {
    // A second replay would count the gradients and saved activations of the first one again.
    if (this.#isReplayed) {
      throw new InputRangeError("backward: expected one call per step, found a second; add the losses first");
    }
    this.#isReplayed = true;
    watch?.planned(this.#firstUses());
    for (let i = this.#tape.length - 1; i >= 0; i--) {
      const { name, outputs, backward, isStale } = this.#tape[i];
      if (outputs.some((output) => output.hasGradient)) {
        if (isStale) refuseStale(name);
        backward();
      }
      watch?.replayed(i);
    }
    this.#tape.length = 0;
  }

  #firstUses(): Map<Gradient, number> {
    const uses = new Map<Gradient, number>();
    for (const [place, { inputs }] of this.#tape.entries()) {
      for (const input of inputs) {
        if (!(input as Recorded | null)?.requiresGradient) continue;
        // Tensors that share their values share their gradient, so it is not the tensors that count.
        const { gradient } = input as unknown as { readonly gradient: Gradient };
        if (!uses.has(gradient)) uses.set(gradient, place);
      }
    }
    return uses;
  }

  #close(): void {
    this.#isOpen = false;
    if (this.#outer) open.set(this.engine, this.#outer);
    else open.delete(this.engine);
    this.engine.arena.reset(this.#mark);
  }
}

function refuseStale(name: string): never {
  throw new InputRangeError(
    `backward: expected the tensors of the operation ${name} as they were, found one whose values have changed; assign ` +
      "them after backward, or to another tensor",
  );
}

/**
 * Runs one training step: operations are recorded for `backward` and dropout is active. All tensors created in it are
 * freed when `body` returns. `body` must be synchronous.
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const w = new Parameter([2], { values: [3, 4] });
 * training(() => sum(mul(w, tensor([1, 2], [2]))).backward());
 * assertEquals([...w.gradients()], [1, 2]);
 * ```
 */
export function training<T>(body: () => T, options: TrainingOptions = {}): T {
  return Scope.run(true, expectKinds(START, options, TRAINING_KINDS), body);
}

/**
 * Runs `body` without recording: nothing can be differentiated and dropout is inactive. All tensors created in it are
 * freed when `body` returns. `body` must be synchronous.
 *
 * @example
 * ```ts
 * import { affine, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inference(() => affine(tensor([1, 2]), 10).toArray()), Float32Array.of(10, 20));
 * ```
 */
export function inference<T>(body: () => T, options: ScopeOptions = {}): T {
  return Scope.run(false, expectKinds("start a step without gradients", options, SCOPE_KINDS), body);
}
