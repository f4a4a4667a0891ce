import { InputRangeError } from "../../errors.ts";
import { type Address, type Block, Engine, offset as addressAt } from "../engine/mod.ts";
import { expectKinds, type OptionKinds } from "../schema/mod.ts";
import { checkShape, formatShape, isSameShape, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** Options of `Parameter`. */
export interface ParameterOptions {
  /** The engine that holds the parameter. Default: `Engine.default()`. */
  readonly engine?: Engine;
  /** Initial values, row-major. Default: zeros. */
  readonly values?: ArrayLike<number>;
}

const KINDS: OptionKinds<ParameterOptions> = { engine: Engine, values: "list" };

/** The precision of the weights in products outside training; weights with very many columns stay floats. */
export type Precision = "float32" | "int8";

/** A value derived from a parameter, and the versions it was derived from. */
interface Derived {
  readonly block: Block;
  readonly bytes: number;
  readonly versions: readonly (number | undefined)[];
}

/**
 * A trainable tensor. It outlives the step, and its gradient accumulates until `zeroGradient`. An optimizer moves its
 * parameters into one slab.
 *
 * @example
 * ```ts
 * import { Parameter, sum, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const bias = new Parameter([2], { values: [0.5, -0.5] });
 * training(() => sum(bias).backward());
 * training(() => sum(bias).backward());
 * assertEquals([...bias.gradients()], [2, 2]); // The gradients of both steps.
 * bias.zeroGradient();
 * assertEquals([...bias.gradients()], [0, 0]);
 * ```
 */
export class Parameter extends Tensor {
  /**
   * Whether it is a matrix that is used for the rows gathered from it alone, so that a step computes the gradients of
   * these. Default: false.
   * @internal
   */
  isTable = false;
  /** False once a slab holds the values. */
  #ownsValues = true;
  #gradientBlock: Block | undefined;
  #ownsGradient = false;
  #version = 0;
  #derived = new Map<string, Map<Parameter | undefined, Derived>>();
  #precision: Precision = "float32";

  /** Allocates the values. Throws `RangeError` if the number of values does not match the shape. */
  constructor(shape: readonly number[], options: ParameterOptions = {}) {
    const { engine = Engine.default(), values } = expectKinds("make a parameter", options, KINDS);
    checkShape("make a parameter", shape);
    const block = engine.allocate(sizeOf(shape) * 4);
    super({ engine, shape, address: block.address, block });
    this.requiresGradient = true;
    if (values) this.assign(values);
  }

  /** Increases with every change of the values. */
  get version(): number {
    return this.#version;
  }

  /**
   * The precision of the weights in products outside training: as they are, or rounded to 8 bits with one scale per
   * row. Weights of more than 100,000 columns stay as they are.
   */
  get precision(): Precision {
    return this.#precision;
  }

  /** Discards what was derived for the other precision. */
  set precision(precision: Precision) {
    if (precision === this.#precision) return;
    this.#precision = precision;
    this.#derived.clear();
    this.touch();
  }

  /** Marks the values as changed, so that everything derived from them is computed again. */
  touch(): void {
    this.#version++;
  }

  /**
   * Also called when the values of a view are replaced.
   * @internal
   */
  protected override changed(): void {
    this.touch();
  }

  /** Sets the gradient to zero. */
  zeroGradient(): void {
    this.gradient.clear();
  }

  /**
   * Moves the values into a slab's block, at `offset` floats, and frees their own memory.
   * @internal
   */
  relocateValues(slab: Block, offset: number): void {
    const address = addressAt(slab.address, offset);
    this.engine.run("affine", this.size, this.address, 1, 0, address);
    if (this.#ownsValues) this.engine.release(this.block!);
    this.#ownsValues = false;
    this.moveValues(slab, address);
    this.touch();
  }

  /**
   * Moves the gradient into a slab's block and frees its own memory.
   * @internal
   */
  relocateGradient(slab: Block, offset: number): void {
    this.gradient.move(addressAt(slab.address, offset));
    if (this.#ownsGradient) this.engine.release(this.#gradientBlock!);
    this.#ownsGradient = false;
    this.#gradientBlock = slab;
  }

  /**
   * Returns the address of a value derived from the parameter, such as its packed form. `make` fills its `bytes` of
   * memory at the first call, and again when the values of this parameter or of `other` have changed.
   * @internal
   */
  override derived(name: string, bytes: number, make: (address: Address) => void, other?: Parameter): Address {
    const forms = this.#derived.get(name) ?? new Map<Parameter | undefined, Derived>();
    this.#derived.set(name, forms);
    const found = forms.get(other);
    const versions = [this.#version, other?.version];
    if (found && found.versions.every((version, i) => version === versions[i])) return found.block.address;
    const block = found?.bytes === bytes ? found.block : this.engine.allocate(bytes);
    make(block.address);
    forms.set(other, { block, bytes, versions });
    return block.address;
  }

  /**
   * Returns the address of the values as bfloat16 numbers, which are converted again when the values have changed.
   * @internal
   */
  override half(): Address {
    return this.derived("bf16", this.size * 2, (to) => this.engine.run("to_half", this.size, this.address, to));
  }

  /**
   * Frees the memory of the values, the gradient and what is derived from them, with the slab that holds them. Using
   * the parameter later throws `RangeError`.
   * @internal
   */
  free(): void {
    const derived = [...this.#derived.values()].flatMap((forms) => [...forms.values()].map(({ block }) => block));
    for (const block of [this.block, this.#gradientBlock, ...derived]) {
      if (block && !block.isFreed) this.engine.release(block);
    }
    this.#derived.clear();
    // What was recorded with the old addresses must not run again.
    this.touch();
  }

  /**
   * Allocates memory for the gradient that outlives the step, and copies the gradient `made` into it, if given.
   * @internal
   */
  protected override allocateGradient(made?: Address): Address {
    this.#gradientBlock = this.engine.allocate(this.size * 4);
    this.#ownsGradient = true;
    if (made !== undefined) this.engine.run("affine", this.size, made, 1, 0, this.#gradientBlock.address);
    return this.#gradientBlock.address;
  }
}

/** Throws `RangeError` if a tensor does not have the expected shape. */
export function expectShape(action: string, found: Tensor, shape: readonly number[]): void {
  if (!isSameShape(found.shape, shape)) {
    throw new InputRangeError(`${action}: expected shape ${formatShape(shape)}, found ${formatShape(found.shape)}`);
  }
}
