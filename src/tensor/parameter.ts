import type { Block } from "../engine/mod.ts";
import { Engine } from "../engine/mod.ts";
import { formatShape, isSameShape, sizeOf, Tensor } from "./tensor.ts";

/** Options of a `Parameter`. */
export interface ParameterOptions {
  /** The engine in whose memory it lives; `Engine.default()` where absent. */
  readonly engine?: Engine;
  /** Its first values; zeros where absent. */
  readonly values?: ArrayLike<number>;
}

/**
 * A tensor that is trained: it stays, and its gradient adds up until it is set to zero. An optimizer moves its
 * parameters into one slab.
 */
export class Parameter extends Tensor {
  #gradientBlock: Block | undefined;
  #version = 0;
  #packed: { version: number; block: Block } | undefined;

  /** Takes memory for the values. */
  constructor(shape: readonly number[], options: ParameterOptions = {}) {
    const engine = options.engine ?? Engine.default();
    const block = engine.allocate(sizeOf(shape) * 4);
    super({ engine, shape, address: block.address, block });
    this.requiresGradient = true;
    if (options.values) this.assign(options.values);
  }

  /** Grows with every change of the values. */
  get version(): number {
    return this.#version;
  }

  /** Says that the values have changed: what was derived from them is computed anew. */
  touch(): void {
    this.#version++;
  }

  /** Replaces the values. */
  override assign(values: ArrayLike<number>): void {
    super.assign(values);
    this.touch();
  }

  /** Sets the gradient to zero. */
  zeroGradient(): void {
    if (this.hasGradient) this.engine.run("fill", this.size, 0, this.claimGradient());
  }

  /**
   * Moves values and gradient into the two blocks of a new slab, `offset` floats from where each begins; the old memory is given back once
   * nobody uses it.
   */
  relocate(values: Block, gradients: Block, offset: number): void {
    const { engine, size } = this;
    const [address, gradient] = [values.address + offset * 4, gradients.address + offset * 4];
    engine.run("affine", size, this.address, 1, 0, address);
    if (this.hasGradient) engine.run("affine", size, this.claimGradient(), 1, 0, gradient);
    this.moveTo(values, address, gradient);
    this.#gradientBlock = gradients;
  }

  /** Where B = W^T stands packed for `matmul_packed`. For inference: the packed form is kept until the values change. */
  packedTransposed(): number {
    const [rows, columns] = this.shape;
    const { engine } = this;
    const padded = Math.ceil(rows / 8) * 8;
    if (this.#packed?.version !== this.#version) {
      const block = this.#packed?.block ?? engine.allocate(padded * columns * 4);
      engine.run("pack", 1, columns, rows, this.address, columns, block.address);
      this.#packed = { version: this.#version, block };
    }
    return this.#packed.block.address;
  }

  /** Memory for the gradient that stays. */
  protected override allocateGradient(): number {
    this.#gradientBlock = this.engine.allocate(this.size * 4);
    return this.#gradientBlock.address;
  }
}

/** Checks that a parameter has the shape that its place expects. */
export function expectShape(action: string, found: Tensor, shape: readonly number[]): void {
  if (!isSameShape(found.shape, shape)) {
    throw new RangeError(`${action}: expected shape ${formatShape(shape)}, found ${formatShape(found.shape)}`);
  }
}
