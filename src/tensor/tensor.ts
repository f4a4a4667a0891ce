import { InputRangeError, InputTypeError } from "../../errors.ts";
import { type Address, type Block, type Engine, offset } from "../engine/mod.ts";
import { describeValue, expectKind, expectNumbers } from "../schema/mod.ts";
import { convert } from "./convert.ts";
import { Gradient } from "./gradient.ts";
import { type BackwardWatch, Scope } from "./scope.ts";
import { formatShape, sizeOf } from "./shape.ts";
import type { RowSource, TensorParts } from "./tensor_parts.ts";

/** Returns the number of rows: the product of all extents but the last. */
export function rowsOf(x: Tensor): number {
  return sizeOf(x.shape.slice(0, -1));
}

/**
 * A tensor of 32-bit floats in an engine's memory, with its gradient. Created by `tensor`, by `Parameter` and by
 * operations; freed when its step ends, unless it is persistent.
 *
 * @example
 * ```ts
 * import { inference, tensor } from "@elman/elman/nn";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const kept = inference(() => {
 *   const x = tensor([1, 2, 3, 4], [2, 2]);
 *   assertEquals([x.size, ...x.toArray()], [4, 1, 2, 3, 4]);
 *   return x;
 * });
 * assertThrows(() => kept.toArray(), RangeError); // Its step has ended.
 * ```
 */
export class Tensor {
  /** The engine that holds the tensor. */
  readonly engine: Engine;
  /** The extents of the dimensions; empty for a scalar. */
  readonly shape: readonly number[];
  /** The number of elements. */
  readonly size: number;
  /** Whether `backward` computes a gradient for this tensor. */
  requiresGradient = false;
  #address: Address;
  #scope: Scope | undefined;
  #block: Block | undefined;
  #source: RowSource<Tensor> | undefined;
  /** Who keeps the values as bfloat16 numbers: this tensor, or the one of which it is a view. */
  #origin: Tensor = this;
  /** Address of the values as bfloat16 numbers in the step's memory, 0 until they are requested. */
  #half: Address | 0 = 0;
  /** Shared by tensors that share their values. */
  #gradient: Gradient;

  /**
   * Called by operations only; use `tensor` or `Parameter`.
   * @internal
   */
  constructor(parts: TensorParts<Tensor>) {
    this.engine = parts.engine;
    this.shape = parts.shape;
    this.size = sizeOf(parts.shape);
    this.#address = parts.address;
    this.#scope = parts.scope;
    this.#block = parts.block;
    this.#source = parts.source;
    this.#gradient = new Gradient(parts.engine, this.size, (made) => this.allocateGradient(made));
  }

  /**
   * The tensor whose values these are: itself, or the one of which it is a view.
   * @internal
   */
  get origin(): Tensor {
    return this.#origin;
  }

  /**
   * Address of the values. Throws `RangeError` if the tensor's step has ended or its memory has been freed.
   * @internal
   */
  get address(): Address {
    this.expectAlive();
    return this.#address;
  }

  /**
   * The table from which the rows were gathered, if they are still those: a product can multiply each of its rows just
   * once.
   * @internal
   */
  get source(): RowSource<Tensor> | undefined {
    return this.#origin.#source === undefined ? undefined : this.#source;
  }

  /**
   * Forgets the table, so that products read the rows themselves and give them a gradient of their own.
   * @internal
   */
  forgetSource(): void {
    this.#origin.#source = undefined;
  }

  /**
   * The memory block of a persistent tensor.
   * @internal
   */
  protected get block(): Block | undefined {
    return this.#block;
  }

  /**
   * Throws `RangeError` if the tensor's step has ended or its memory has been freed.
   * @internal
   */
  expectAlive(): void {
    if (this.#block?.isFreed) {
      throw new InputRangeError(
        `use a tensor ${formatShape(this.shape)}: expected its memory to be in use, found that it has been freed`,
      );
    }
    if (this.#scope && !this.#scope.isOpen) {
      throw new InputRangeError(
        `use a tensor ${formatShape(this.shape)}: expected its step to be open, found that it has ended; ` +
          "copy values with toArray() or item() before that",
      );
    }
  }

  /** Whether a gradient has been computed, for a parameter since it was last set to zero. */
  get hasGradient(): boolean {
    return this.#gradient.exists;
  }

  /**
   * Returns the address of the values as bfloat16 numbers, in the step's memory. They are converted at the first call
   * in a step.
   * @internal
   */
  half(): Address {
    const { engine, address } = this;
    if (this.#origin !== this) return this.#origin.half();
    if (this.#half) return this.#half;
    const half = convert(engine, this.size, address);
    // The memory of an inner step and what an arena lends end before this tensor.
    if (this.#scope && this.#scope === Scope.current(engine) && !engine.arena.isLending) this.#half = half;
    return half;
  }

  /**
   * Returns the address of `bytes` of the step's memory that `make` has filled with a value derived from the tensor,
   * such as its packed form. A parameter keeps it until its values change.
   * @internal
   */
  derived(_name: string, bytes: number, make: (address: Address) => void, _other?: Tensor): Address {
    const address = this.engine.arena.allocate(bytes);
    make(address);
    return address;
  }

  /**
   * Notes where the values stand as bfloat16 numbers, written by the kernel that wrote the values.
   * @internal
   */
  holdHalf(address: Address | 0): void {
    this.#origin.#half = address;
  }

  /** Copies the values, row-major. */
  toArray(): Float32Array {
    return this.engine.floats(this.address, this.size).slice();
  }

  /** Returns the value of a tensor with one element. Throws `RangeError` if there are more or none. */
  item(): number {
    if (this.size !== 1) {
      throw new InputRangeError(`item: expected a tensor with one element, found ${formatShape(this.shape)}`);
    }
    return this.engine.floats(this.address, 1)[0];
  }

  /**
   * Copies the gradient; zeros if none has been computed. Throws `RangeError` for gathered rows whose gradient was
   * added directly to their table.
   */
  gradients(): Float32Array {
    this.expectAlive();
    if (this.#gradient.isBypassed) {
      throw new InputRangeError(
        `read the gradient of ${formatShape(this.shape)}: expected a stored gradient, found rows of a table whose ` +
          "gradient was added directly to the table; insert affine(x, 1, 0) to store it",
      );
    }
    return this.#gradient.toArray();
  }

  /**
   * Replaces the values. Throws `RangeError` if their number does not match, `TypeError` if one is no number. A later
   * `backward` throws if it needs the former values.
   */
  assign(values: ArrayLike<number>): void {
    this.setValues(values);
    Scope.noteChange(this.engine, this.#origin);
  }

  /**
   * Replaces the values that no operation has read yet.
   * @internal
   */
  setValues(values: ArrayLike<number>): void {
    expectKind("assign to a tensor", "values", values, "list");
    if (values.length !== this.size) {
      throw new InputRangeError(
        `assign to ${formatShape(this.shape)}: expected ${this.size} values, found ${values.length}`,
      );
    }
    if (!ArrayBuffer.isView(values)) expectNumbers("assign to a tensor", values);
    this.engine.change(this.address, this.size, (own) => own.set(values));
    this.#origin.changed();
  }

  /**
   * Discards what was derived from the values, or tells where they are from.
   * @internal
   */
  protected changed(): void {
    this.#half = 0;
    this.#source = undefined;
  }

  /**
   * Computes the gradients of this scalar with respect to every tensor that it depends on and that requires one. Call
   * it once per step, inside the step that computed the scalar; otherwise it throws `RangeError`.
   */
  backward(): void {
    this.backwardWatched(undefined);
  }

  /**
   * Does the same as `backward`; `watch` is told how far it has come.
   * @internal
   */
  backwardWatched(watch: BackwardWatch | undefined): void {
    if (this.size !== 1) throw new InputRangeError(`backward: expected a scalar, found ${formatShape(this.shape)}`);
    const scope = Scope.of(this.engine, "backward");
    if (!this.requiresGradient) {
      throw new InputRangeError(
        "backward: expected a loss that depends on a parameter in a training() step, found one that does not",
      );
    }
    if (this.#scope !== scope) {
      throw new InputRangeError("backward: expected a loss of the innermost open step, found one of another step");
    }
    const address = this.claimGradient();
    this.engine.run("fill", 1, scope.slope, address);
    scope.backward(watch);
  }

  /**
   * The gradient.
   * @internal
   */
  get gradient(): Gradient {
    this.expectAlive();
    return this.#gradient;
  }

  /**
   * Returns the gradient's address for operations that overwrite it; its contents are undefined if `hasGradient` was
   * false.
   * @internal
   */
  claimGradient(): Address {
    return this.gradient.claim();
  }

  /**
   * Returns the gradient's address for operations that add to it, after zeroing it if there was none.
   * @internal
   */
  zeroedGradient(): Address {
    return this.gradient.zeroed();
  }

  /**
   * Adds `slope` times the floats at an address of the step's memory to the gradient. The memory may become the
   * gradient, so nothing else may use it afterwards.
   * @internal
   */
  addGradient(address: Address, slope: number): void {
    this.gradient.add(address, slope);
  }

  /**
   * Notes that a part of the gradient was added directly to the source's table.
   * @internal
   */
  bypassGradient(): void {
    this.#gradient.isBypassed = true;
  }

  /**
   * Allocates memory for the gradient from the step's arena, unless the memory `made` of the step already holds it.
   * @internal
   */
  protected allocateGradient(made?: Address): Address {
    if (!this.#scope) {
      throw new InputRangeError(
        "allocate a gradient: expected a parameter or a step's tensor, found a persistent tensor",
      );
    }
    // Memory from an inner step would be freed before this tensor.
    if (this.#scope !== Scope.current(this.engine)) {
      throw new InputRangeError(
        "allocate a gradient: expected a tensor of the innermost open step, found one of another step",
      );
    }
    return made ?? this.engine.arena.allocate(this.size * 4);
  }

  /**
   * Moves the values of a persistent tensor.
   * @internal
   */
  protected moveValues(block: Block, address: Address): void {
    this.#block = block;
    this.#address = address;
  }

  /**
   * Returns a view of the values from element `first` on, without a gradient; it ends with the open step.
   * @internal
   */
  part(shape: readonly number[], first: number): Tensor {
    const { engine } = this;
    const scope = Scope.current(engine);
    return new Tensor({ engine, shape, address: offset(this.address, first), scope, block: this.#block });
  }

  /**
   * Returns a view with another shape of the same size, sharing values and gradient.
   * @internal
   */
  withShape(shape: readonly number[]): Tensor {
    if (sizeOf(shape) !== this.size || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
      throw new InputRangeError(`reshape: expected a shape of ${this.size} elements, found ${formatShape(shape)}`);
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
    view.#origin = this.#origin;
    view.requiresGradient = this.requiresGradient;
    return view;
  }
}

/**
 * Returns the engine of an operation's tensors; every operation calls it before anything else. Throws `TypeError` if
 * one is not a tensor, `RangeError` if they are in two engines or if the step or the memory of one has ended.
 */
export function engineOf(action: string, ...tensors: readonly Tensor[]): Engine {
  const [first] = tensors;
  for (const tensor of tensors) {
    if (!(tensor instanceof Tensor)) {
      throw new InputTypeError(`${action}: expected a tensor, found ${describeValue(tensor)}`);
    }
    tensor.expectAlive();
    if (tensor.engine !== first.engine) {
      throw new InputRangeError(`${action}: expected tensors of one engine, found tensors of two`);
    }
  }
  return first.engine;
}

/** Allocates a tensor in the open scope; its contents are undefined. */
export function allocateTensor(
  engine: Engine,
  shape: readonly number[],
  action: string,
  source?: RowSource<Tensor>,
): Tensor {
  const scope = Scope.of(engine, action);
  return new Tensor({ engine, shape, address: engine.arena.allocate(sizeOf(shape) * 4), scope, source });
}
