import { Engine, type Mark } from "../engine/mod.ts";
import { expectKinds, type OptionKinds } from "../schema/mod.ts";

/** Options of `training` and `inference`. */
export interface ScopeOptions {
  /** The engine whose arena the scope uses; `Engine.default()` where absent. */
  readonly engine?: Engine;
}

/** Options of `training`. */
export interface TrainingOptions extends ScopeOptions {
  /** Seed of dropout. */
  readonly seed?: number;
  /** Number of the training step: with the seed it fixes every dropout mask. */
  readonly step?: number;
}

const SCOPE_KINDS: OptionKinds<ScopeOptions> = { engine: Engine };
const TRAINING_KINDS: OptionKinds<TrainingOptions> = { ...SCOPE_KINDS, seed: "number", step: "number" };

/** What the tape needs of a tensor. */
export interface Recorded {
  /** The engine in whose memory it lives. */
  readonly engine: Engine;
  /** Whether `backward` brings it a gradient. */
  requiresGradient: boolean;
  /** Whether a gradient has arrived. */
  readonly hasGradient: boolean;
}

/** An operation that the tape replays backwards. */
interface Entry {
  readonly outputs: readonly Recorded[];
  readonly backward: () => void;
}

/** The innermost open scope of each engine. */
const open = new WeakMap<Engine, Scope>();

/**
 * The extent of one step: its tensors live in the arena until it ends, and in training its tape records what happened.
 */
export class Scope {
  /** The engine whose arena holds the scope's tensors. */
  readonly engine: Engine;
  /** Whether operations are recorded, and dropout drops. */
  readonly training: boolean;
  /** Seed of dropout. */
  readonly seed: number;
  /** Number of the training step. */
  readonly step: number;
  #isOpen = true;
  #outer: Scope | undefined;
  #mark: Mark;
  #tape: Entry[] = [];
  #isReplayed = false;
  #streams = 0;

  private constructor(engine: Engine, training: boolean, seed: number, step: number) {
    this.engine = engine;
    this.training = training;
    this.seed = seed;
    this.step = step;
    this.#outer = open.get(engine);
    this.#mark = engine.arena.mark();
    open.set(engine, this);
  }

  /** Runs `body` in a new scope. */
  static run<T>(training: boolean, options: TrainingOptions, body: () => T): T {
    const scope = new Scope(options.engine ?? Engine.default(), training, options.seed ?? 0, options.step ?? 0);
    try {
      const result = body();
      if (result instanceof Promise) {
        throw new TypeError("run a scope: expected a synchronous function, found a promise");
      }
      return result;
    } finally {
      scope.#close();
    }
  }

  /** The innermost open scope of an engine. Throws a RangeError where there is none. */
  static of(engine: Engine, action: string): Scope {
    const scope = open.get(engine);
    if (!scope) {
      throw new RangeError(`${action}: expected to run inside training() or inference(), found no open scope`);
    }
    return scope;
  }

  /** The innermost open scope of an engine, or nothing. */
  static current(engine: Engine): Scope | undefined {
    return open.get(engine);
  }

  /** Whether the scope's tensors may still be touched. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A number that no earlier operation of this step has: the stream of its random numbers. */
  nextStream(): number {
    return this.#streams++;
  }

  /** Records an operation, unless nothing that went into it wants a gradient. Throws a RangeError where an input lives elsewhere. */
  record(inputs: readonly (Recorded | null)[], outputs: readonly Recorded[], backward: () => void): void {
    if (inputs.some((input) => input && input.engine !== this.engine)) {
      throw new RangeError("compute: expected tensors of one engine, found tensors of two");
    }
    if (!this.training || !inputs.some((input) => input?.requiresGradient)) return;
    for (const output of outputs) output.requiresGradient = true;
    this.#tape.push({ outputs, backward });
  }

  /** Replays the tape backwards. Operations that the loss does not depend on are passed over. */
  backward(): void {
    // What the first replay left in the gradients and in the saved activations would count again.
    if (this.#isReplayed) {
      throw new RangeError("backward: expected one call in a step, found a second; add the losses up first");
    }
    this.#isReplayed = true;
    for (let i = this.#tape.length - 1; i >= 0; i--) {
      const { outputs, backward } = this.#tape[i];
      if (outputs.some((output) => output.hasGradient)) backward();
    }
    this.#tape.length = 0;
  }

  #close(): void {
    this.#isOpen = false;
    if (this.#outer) open.set(this.engine, this.#outer);
    else open.delete(this.engine);
    this.engine.arena.reset(this.#mark);
  }
}

/**
 * Runs one training step: operations on tensors are recorded for `backward`, dropout is active, and when `body` returns all tensors made
 * in it are gone. `body` must be synchronous.
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, tensor, training } from "@elman/elman/nn";
 *
 * const w = new Parameter([2], { values: [3, 4] });
 * training(() => sum(mul(w, tensor([1, 2], [2]))).backward());
 * console.log(w.gradients()); // 1, 2
 * ```
 */
export function training<T>(body: () => T, options: TrainingOptions = {}): T {
  return Scope.run(true, expectKinds("start a training step", options, TRAINING_KINDS), body);
}

/**
 * Runs `body` without recording: nothing can be differentiated and dropout does nothing. When it returns all tensors
 * made in it are gone.
 */
export function inference<T>(body: () => T, options: ScopeOptions = {}): T {
  return Scope.run(false, expectKinds("start a step without gradients", options, SCOPE_KINDS), body);
}
