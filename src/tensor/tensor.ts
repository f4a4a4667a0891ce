import type { Block } from "../engine/mod.ts";
import { Engine } from "../engine/mod.ts";
import { expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import { Scope } from "./scope.ts";

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The number of rows: all extents but the last. */
export function rowsOf(x: Tensor): number {
  return sizeOf(x.shape.slice(0, -1));
}

/** A shape as it stands in messages: `[2, 3]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes have the same extents. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** Where a gradient stands; tensors that share their values share it. */
interface GradientSlot {
  /** 0 until the gradient is first asked for. */
  address: number;
  /** Whether a part of it goes straight to the table that the tensor's rows were taken from. */
  isBypassed: boolean;
  /** Finds memory for it. */
  readonly allocate: () => number;
}

/** Where the rows of a tensor come from. */
export interface RowSource {
  /** The table [R, K]. */
  readonly table: Tensor;
  /** For each row its row in the table, or a negative number for zeros. */
  readonly index: Int32Array;
  /** Where the index stands in the step's memory. */
  readonly at: number;
}

/** What a tensor is made of. */
export interface TensorParts {
  /** The engine in whose memory it lives. */
  readonly engine: Engine;
  /** The extents of its dimensions. */
  readonly shape: readonly number[];
  /** Where its values stand. */
  readonly address: number;
  /** The step whose end is the tensor's end; none for tensors that stay. */
  readonly scope?: Scope;
  /** What keeps the memory of a tensor that stays. */
  readonly block?: Block;
  /** The table whose rows these are, where they were gathered. */
  readonly source?: RowSource;
}

/**
 * A descriptor of float values in the engine's memory: shape, place, and the place of the gradient. Made by `tensor`,
 * by `Parameter` and by the operations; gone when its step ends.
 */
export class Tensor {
  /** The engine in whose memory the values stand. */
  readonly engine: Engine;
  /** The extents of the dimensions; a scalar has none. */
  readonly shape: readonly number[];
  /** The number of elements. */
  readonly size: number;
  /**
   * The table whose rows these are, where they were gathered: a product need only be taken of each row of it once.
   * @internal
   */
  readonly source: RowSource | undefined;
  /** Whether `backward` brings a gradient to this tensor. */
  requiresGradient = false;
  #address: number;
  #scope: Scope | undefined;
  #block: Block | undefined;
  #gradient: GradientSlot = { address: 0, isBypassed: false, allocate: () => this.allocateGradient() };

  /**
   * Descriptors are made by operations; see `tensor` and `Parameter`.
   * @internal
   */
  constructor(parts: TensorParts) {
    this.engine = parts.engine;
    this.shape = parts.shape;
    this.size = sizeOf(parts.shape);
    this.#address = parts.address;
    this.#scope = parts.scope;
    this.#block = parts.block;
    this.source = parts.source;
  }

  /**
   * Where the values stand. Throws a RangeError when the tensor's step has ended.
   * @internal
   */
  get address(): number {
    this.#expectStep();
    return this.#address;
  }

  #expectStep(): void {
    if (this.#scope && !this.#scope.isOpen) {
      throw new RangeError(
        `use a tensor ${formatShape(this.shape)}: expected its step to be running, found that it has ended; ` +
          "take what should stay with toArray() or item()",
      );
    }
  }

  /** Whether a gradient has arrived. */
  get hasGradient(): boolean {
    return this.#gradient.address !== 0;
  }

  /** A copy of the values, row-major. */
  toArray(): Float32Array {
    return this.engine.floats(this.address, this.size).slice();
  }

  /** The value of a tensor with one element. */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(`item: expected a tensor with one element, found ${formatShape(this.shape)}`);
    }
    return this.engine.floats(this.address, 1)[0];
  }

  /**
   * A copy of the gradient; zeros where none arrived. Throws a RangeError for gathered rows whose gradient went straight
   * to their table.
   */
  gradients(): Float32Array {
    this.#expectStep();
    if (this.#gradient.isBypassed) {
      throw new RangeError(
        `take the gradient of ${
          formatShape(this.shape)
        }: expected it to be kept, found rows of a table whose gradient ` +
          "went straight to the table; affine(x, 1, 0) in between keeps it",
      );
    }
    if (!this.hasGradient) return new Float32Array(this.size);
    return this.engine.floats(this.zeroedGradient(), this.size).slice();
  }

  /** Replaces the values. */
  assign(values: ArrayLike<number>): void {
    if (values.length !== this.size) {
      throw new RangeError(
        `assign to ${formatShape(this.shape)}: expected ${this.size} values, found ${values.length}`,
      );
    }
    this.engine.change(this.address, this.size, (own) => own.set(values));
  }

  /**
   * Computes the gradients of this scalar by everything that it was computed from and that wants one: once in a step,
   * and in the step that made the scalar.
   */
  backward(): void {
    if (this.size !== 1) throw new RangeError(`backward: expected a scalar, found ${formatShape(this.shape)}`);
    const scope = Scope.of(this.engine, "backward");
    if (!this.requiresGradient) {
      throw new RangeError(
        "backward: expected a loss that depends on a parameter in a training() step, found one that does not",
      );
    }
    if (this.#scope !== scope) {
      throw new RangeError("backward: expected a loss of the innermost open step, found one from outside of it");
    }
    const address = this.claimGradient();
    this.engine.run("fill", 1, 1, address);
    scope.backward();
  }

  /**
   * Where the gradient stands; its contents are undefined where `hasGradient` was false. For operations that overwrite.
   * @internal
   */
  claimGradient(): number {
    this.#expectStep();
    if (this.#gradient.address === 0) this.#gradient.address = this.#gradient.allocate();
    return this.#gradient.address;
  }

  /**
   * Where the gradient stands, zeros where none had arrived. For operations that add.
   * @internal
   */
  zeroedGradient(): number {
    const fresh = !this.hasGradient;
    const address = this.claimGradient();
    if (fresh) this.engine.run("fill", this.size, 0, address);
    return address;
  }

  /**
   * Says that a part of the gradient goes straight to the source's table.
   * @internal
   */
  bypassGradient(): void {
    this.#gradient.isBypassed = true;
  }

  /**
   * Memory for the gradient, from the step's arena.
   * @internal
   */
  protected allocateGradient(): number {
    if (!this.#scope) {
      throw new RangeError("take a gradient: expected a parameter or a step's tensor, found a persistent tensor");
    }
    // Memory from an inner step would be gone before this tensor is.
    if (this.#scope !== Scope.current(this.engine)) {
      throw new RangeError(
        "take a gradient: expected a tensor of the innermost open step, found one from outside of it",
      );
    }
    return this.engine.arena.allocate(this.size * 4);
  }

  /**
   * Moves the values of a tensor that stays.
   * @internal
   */
  protected moveValues(block: Block, address: number): void {
    this.#block = block;
    this.#address = address;
  }

  /**
   * Moves the gradient of a tensor that stays.
   * @internal
   */
  protected moveGradient(address: number): void {
    this.#gradient.address = address;
  }

  /**
   * A view of the values from the element `offset` on, without a gradient; gone with the open step.
   * @internal
   */
  part(shape: readonly number[], offset: number): Tensor {
    const { engine } = this;
    const scope = Scope.current(engine);
    return new Tensor({ engine, shape, address: this.address + offset * 4, scope, block: this.#block });
  }

  /**
   * The same values and the same gradient under another shape of the same size.
   * @internal
   */
  withShape(shape: readonly number[]): Tensor {
    if (sizeOf(shape) !== this.size || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
      throw new RangeError(`reshape: expected a shape of ${this.size} elements, found ${formatShape(shape)}`);
    }
    const view = new Tensor({
      engine: this.engine,
      shape,
      address: this.address,
      scope: this.#scope ?? Scope.current(this.engine),
      block: this.#block,
      source: shape.at(-1) === this.shape.at(-1) ? this.source : undefined,
    });
    view.#gradient = this.#gradient;
    view.requiresGradient = this.requiresGradient;
    return view;
  }
}

/** A new tensor in the open scope; its contents are undefined. */
export function allocateTensor(
  engine: Engine,
  shape: readonly number[],
  action: string,
  source?: RowSource,
): Tensor {
  const scope = Scope.of(engine, action);
  return new Tensor({ engine, shape, address: engine.arena.allocate(sizeOf(shape) * 4), scope, source });
}

/** Options of `tensor`. */
export interface TensorOptions {
  /** The engine in whose memory it is made; `Engine.default()` where absent. */
  readonly engine?: Engine;
  /** Whether `backward` brings it a gradient; false where absent. */
  readonly requiresGradient?: boolean;
}

const KINDS: OptionKinds<TensorOptions> = { engine: Engine, requiresGradient: "boolean" };

/** Copies values, row-major, into a tensor of the open scope. Throws a RangeError where they do not fill the shape. */
export function tensor(
  values: ArrayLike<number>,
  shape: readonly number[] = [values?.length],
  options: TensorOptions = {},
): Tensor {
  expectKind("make a tensor", "its values", values, "list");
  expectKind("make a tensor", "its shape", shape, Array);
  const { engine = Engine.default(), requiresGradient = false } = expectKinds("make a tensor", options, KINDS);
  const made = allocateTensor(engine, shape, "make a tensor");
  made.assign(values);
  made.requiresGradient = requiresGradient;
  return made;
}

/** A tensor of zeros that stays until it can no longer be reached: a recurrent state that is carried from step to step. */
export function persistentTensor(shape: readonly number[], engine: Engine = Engine.default()): Tensor {
  const block = engine.allocate(sizeOf(shape) * 4);
  return new Tensor({ engine, shape, address: block.address, block });
}
