import { type Parameter, type Tensor, tensor } from "../../src/nn/mod.ts";
import type { World } from "./world.ts";

/** The share of arguments that are chosen to be wrong. */
const WRONG = 0.12;
const SHAPES = [[], [4], [3], [2, 4], [3, 4], [4, 4], [3, 2, 4], [2, 3, 4], [2, 2, 4], [2, 3], [3, 2], [1, 4], [0, 4]];
const NUMBERS = [0, 1, 2, 3, 4, -1, 0.5, 1.5, 0.1, 1e-5];
const ODD_NUMBERS = [NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32 + 1, 2 ** 53, -5, 1e300];
const ODD_THINGS: readonly unknown[] = [undefined, null, 5, "x", {}, [], [1, 2], true, new Float32Array(4)];

/** Chooses arguments for calls, right or wrong ones. */
export class Choices {
  #random: () => number;
  #worlds: readonly World[];
  #owner = 0;

  constructor(random: () => number, worlds: readonly World[]) {
    this.#random = random;
    this.#worlds = worlds;
  }

  /** Makes tensors belong to one of the worlds, unless they are chosen to be wrong. */
  withOwner(owner: number): this {
    this.#owner = owner;
    return this;
  }

  integer(below: number): number {
    return Math.floor(this.#random() * below);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.integer(items.length)];
  }

  /** Whether to choose something wrong. */
  get isWrong(): boolean {
    return this.#random() < WRONG;
  }

  /** The world to which the call belongs, or another one. */
  get world(): World {
    return this.#worlds[this.isWrong ? 1 - this.#owner : this.#owner];
  }

  number(): number {
    return this.isWrong ? this.of(ODD_NUMBERS) : this.isWrong ? this.of(ODD_THINGS) as number : this.of(NUMBERS);
  }

  shape(): readonly number[] {
    if (this.isWrong) return this.of(ODD_THINGS) as number[];
    if (this.isWrong) return Array.from({ length: this.integer(5) }, () => this.number());
    return this.of(SHAPES);
  }

  /** Integers for shapes of 2 to 6 elements. */
  integers(length: number = 1 + this.integer(6)): Int32Array {
    if (this.isWrong) return this.of<unknown>([...ODD_THINGS, [0, 1, 2], [NaN, 1, -(2 ** 32) + 1e6]]) as Int32Array;
    const wrong = this.isWrong ? this.of([-1, 5, 1e6, -(2 ** 31), 2 ** 31 - 1]) : 0;
    return Int32Array.from({ length }, (_, i) => i === 0 && wrong !== 0 ? wrong : 1 + this.integer(2));
  }

  /** A tensor, of the given shape unless it is chosen to be wrong. */
  tensor(shape?: readonly number[]): Tensor {
    if (this.isWrong) return this.of([...ODD_THINGS, this.#worlds[this.#owner].ended, ...this.#unusable()]) as Tensor;
    const { engine, layers } = this.world;
    if (!shape && this.isWrong) return this.of(layers.parameters());
    const extents = shape && !this.isWrong ? shape : this.of(SHAPES);
    const size = extents.reduce((product, extent) => product * extent, 1);
    const values = Array.from({ length: size }, () => 2 * this.#random() - 1);
    const made = tensor(values, extents, { engine, requiresGradient: this.#random() < 0.5 });
    this.world.ended = made;
    return made;
  }

  parameters(): Parameter[] {
    const { layers, freed } = this.world;
    const all = layers.parameters();
    if (this.isWrong) return this.of(ODD_THINGS) as Parameter[];
    if (this.isWrong) return this.of([[...all, all[0]], [...all, ...freed.parameters()], [...all, 5 as never], []]);
    return this.isWrong ? this.#worlds.flatMap(({ layers }) => layers.parameters()) : all;
  }

  #unusable(): Tensor[] {
    return this.#worlds.flatMap(({ freed, disposed }) => [freed.weight, disposed.state.h]);
  }
}
