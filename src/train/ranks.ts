import { InputRangeError } from "../../errors.ts";
import { type Communicator, SingleProcess } from "../distributed/mod.ts";
import type { Optimizer, OptimizerOptions } from "../optim/mod.ts";
import { type Address, offset as addressAt } from "../engine/mod.ts";
import type { BackwardWatch, Parameter, Place } from "../tensor/mod.ts";
import { isLossAlone } from "./finite.ts";
import { GradientExchange } from "./gradient_exchange.ts";
import type { TrainSettings } from "./settings.ts";

/** The figures of a step, for the batch of a rank or for the whole batch. */
export interface StepSums {
  /** The mean loss. */
  readonly loss: number;
  /** The weight of the loss. */
  readonly weight: number;
  /** Number of tokens. */
  readonly tokens: number;
  /** The norm of the gradients, if ranks have those of different parameters. */
  readonly norm?: number;
}

/** Thrown on a rank whose run ends because another rank was asked to stop; a checkpoint has been saved by rank 0. */
export class StoppedByRank extends InputRangeError {
  /** The step is the last one taken. */
  constructor(step: number) {
    super(`train: expected all ranks to go on, found one that was stopped after step ${step}`);
  }
}

/** Added to the seed of dropout for each rank, so that ranks drop different elements. */
const SEED_STEP = 0x9e3779b9;

/** Number of steps between comparisons of the ranks' weights. */
const COMPARE_EVERY = 1000;

/** Options of `Ranks`. */
export interface RanksOptions {
  /** Connects the ranks. Default: there is one. */
  readonly communicator?: Communicator;
  /** The settings of the run. */
  readonly settings: Pick<TrainSettings, "syncEvery" | "gradientPrecision" | "overlap">;
  /** Number of steps between comparisons of the ranks' weights. Default: 1000. */
  readonly compareEvery?: number;
  /** Whether this rank trains a parameter, if ranks share out the members of an ensemble; see `Learning.owns`. */
  readonly owns?: (parameter: Parameter) => boolean;
}

/**
 * The ranks that train one model together. With `syncEvery` 1, all take the same step, by the sum of their gradients
 * over the whole batch. Otherwise each takes steps of its own, and every so often their parameters and moments are
 * averaged (local SGD, Stich 2019). If each trains members of an ensemble, they exchange nothing but a few numbers until
 * the whole ensemble is wanted.
 */
export class Ranks {
  /** Connects the ranks. */
  readonly communicator: Communicator;
  #optimizer: Optimizer<OptimizerOptions>;
  #exchange: GradientExchange;
  #syncEvery: number;
  #compareEvery: number;
  #isSynchronized = true;
  /** The weighted losses and the weights of the steps since the parameters were averaged. */
  #unshared = { lossSum: 0, weight: 0 };
  #isStopping = false;
  /** The places of the parameters that other ranks train, if each trains its own. */
  #others: readonly Place[] | undefined;

  constructor(
    optimizer: Optimizer<OptimizerOptions>,
    { communicator = new SingleProcess(), settings, compareEvery = COMPARE_EVERY, owns }: RanksOptions,
  ) {
    this.communicator = communicator;
    this.#optimizer = optimizer;
    this.#syncEvery = settings.syncEvery;
    this.#compareEvery = compareEvery;
    this.#exchange = new GradientExchange(optimizer.slab, communicator, settings);
    this.#others = owns && optimizer.slab.places.filter(({ parameter }) => !owns(parameter));
    optimizer.owns = owns;
  }

  /** Whether there is one rank only. */
  get isAlone(): boolean {
    return this.communicator.size === 1;
  }

  /** Whether all ranks have the same parameters, or can have them after any step. */
  get isSynchronized(): boolean {
    return this.#isSynchronized || this.#others !== undefined;
  }

  /** Whether a rank was asked to stop. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** The seed of this rank's dropout. */
  seedOf(seed: number): number {
    const { rank } = this.communicator;
    return rank === 0 || this.#others ? seed : (seed + rank * SEED_STEP) % 2 ** 53;
  }

  /** The factor on the gradients of a part of a batch, whose loss has the factor `scale` in that of all. */
  slopeOf(scale: number): number {
    return this.#syncEvery === 1 ? scale : 1;
  }

  /**
   * Replaces the gradients by those of the whole batch and returns its sums, unless ranks take steps of their own.
   * `scale` is the factor on the loss of this rank in that of all; `isStopped` whether it was asked to stop.
   */
  async combine(own: StepSums, scale: number, isStopped: boolean): Promise<StepSums> {
    if (this.isAlone) return own;
    const { loss, weight, tokens } = own;
    if (this.#others) {
      this.#isSynchronized = false;
      const norm = this.#optimizer.slab.gradientNorm();
      const [whole, squares, stopped] = await this.communicator.sum([loss, norm * norm, isStopped ? 1 : 0]);
      this.#isStopping = stopped > 0;
      return { loss: whole, weight, tokens, norm: Math.sqrt(squares) };
    }
    if (this.#syncEvery > 1) {
      this.#isSynchronized = false;
      this.#unshared.lossSum += weight === 0 ? 0 : loss * weight;
      this.#unshared.weight += weight;
      return own;
    }
    const exchanged = this.#exchange.finish();
    const sums = [scale * loss, weight, tokens, isStopped ? 1 : 0];
    const [all] = await Promise.all([this.communicator.sum(sums), exchanged]);
    this.#isStopping = all[3] > 0;
    return { loss: all[0], weight: all[1], tokens: all[2] };
  }

  /** Is called before a step. Returns what watches its backward pass, to exchange gradients meanwhile, if anything. */
  begin(): BackwardWatch | undefined {
    if (this.isAlone || this.#syncEvery > 1 || this.#others) return undefined;
    return this.#exchange.begin();
  }

  /** Whether the ranks average their parameters after a step. */
  isDue(step: number): boolean {
    return !this.isAlone && !this.#isSynchronized && !this.#others && step % this.#syncEvery === 0;
  }

  /**
   * Averages the parameters and the moments of ranks that take steps of their own, or gives all ranks those that the
   * others have trained, with those at the address `average`. Returns what is to be added to this
   * rank's own sums of losses and weights to have those of all ranks.
   */
  async synchronize(
    isStopped = false,
    average?: Address,
  ): Promise<{ readonly lossSum: number; readonly weight: number }> {
    if (this.isAlone || this.#isSynchronized) return { lossSum: 0, weight: 0 };
    const { slab } = this.#optimizer;
    const { engine, size: count } = slab;
    const share = this.#others ? 1 : 1 / this.communicator.size;
    for (
      const address of [slab.values, ...this.#optimizer.momentAddresses, ...average === undefined ? [] : [average]]
    ) {
      // A sum with zeros is exact.
      for (const { parameter: { size }, offset } of this.#others ?? []) {
        engine.change(addressAt(address, offset), size, (own) => own.fill(0));
      }
      await this.communicator.allReduce({ engine, address, count });
      if (share < 1) engine.run("affine", count, address, share, 0, address);
    }
    slab.touch();
    if (this.#others) {
      this.#isSynchronized = true;
      return { lossSum: 0, weight: 0 };
    }
    const { lossSum, weight } = this.#unshared;
    const [allLossSum, allWeight, stopped] = await this.communicator.sum([lossSum, weight, isStopped ? 1 : 0]);
    this.#isStopping = stopped > 0;
    this.#unshared = { lossSum: 0, weight: 0 };
    this.#isSynchronized = true;
    return { lossSum: allLossSum - lossSum, weight: allWeight - weight };
  }

  /** Throws `RangeError` on all ranks if their weights differ, which is compared every so many steps. */
  async compare(step: number): Promise<void> {
    if (this.isAlone || !this.#isSynchronized || step % this.#compareEvery !== 0) return;
    const { engine, values, size } = this.#optimizer.slab;
    const hashes = await this.communicator.gather({
      host: this.communicator.host,
      hash: hashOf(engine.floats(values, size)),
    });
    const rank = hashes.findIndex(({ hash }) => hash !== hashes[0].hash);
    if (rank < 0) return;
    throw new InputRangeError(
      `train: expected the weights of rank 0 on all ranks after step ${step}, found others on rank ${rank} (${
        hashes[rank].host
      })`,
    );
  }

  /**
   * Returns the same error on all ranks that have found a loss or a gradient that is not finite. If each trains its own
   * parameters, it is the first that names one.
   */
  async sameError(own: InputRangeError): Promise<InputRangeError> {
    if (!this.#others) return own;
    const messages = await this.communicator.gather(own.message);
    return new InputRangeError(messages.find((message) => !isLossAlone(message)) ?? messages[0]);
  }

  /** Whether a rank says yes. */
  async any(own: boolean): Promise<boolean> {
    if (this.isAlone) return own;
    return (await this.communicator.sum([own ? 1 : 0]))[0] > 0;
  }

  /** Returns the number of rank 0, such as a time that it has measured. */
  async agree(own: number): Promise<number> {
    if (this.isAlone) return own;
    return (await this.communicator.sum([this.communicator.rank === 0 ? own : 0]))[0];
  }
}

/** Basis and prime of the 32-bit FNV-1a hash (Fowler, Noll and Vo), here of words instead of bytes. */
const [BASIS, PRIME] = [0x811c9dc5, 0x01000193];

/** Computes a hash of the bits of floats. */
export function hashOf(floats: Float32Array): number {
  const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  let hash = BASIS;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], PRIME);
  return hash >>> 0;
}
