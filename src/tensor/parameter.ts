import type { Block } from "../engine/mod.ts";
import { Engine } from "../engine/mod.ts";
import { expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import { formatShape, isSameShape, sizeOf, Tensor } from "./tensor.ts";

/** Options of a `Parameter`. */
export interface ParameterOptions {
  /** The engine in whose memory it lives; `Engine.default()` where absent. */
  readonly engine?: Engine;
  /** Its first values; zeros where absent. */
  readonly values?: ArrayLike<number>;
}

const KINDS: OptionKinds<ParameterOptions> = { engine: Engine, values: "list" };

/** How a product reads the weights outside training. */
export type Precision = "float32" | "int8";

/** Something that was derived from a parameter's values, and from which versions. */
interface Derived {
  readonly block: Block;
  readonly bytes: number;
  readonly versions: readonly (number | undefined)[];
}

/**
 * A tensor that is trained: it stays, and its gradient adds up until it is set to zero. An optimizer moves its
 * parameters into one slab.
 */
export class Parameter extends Tensor {
  /** The memory of the values while it is the parameter's own and no slab's. */
  #valuesBlock: Block | undefined;
  #gradientBlock: Block | undefined;
  #ownsGradient = false;
  #version = 0;
  #derived = new Map<string, Map<Parameter | undefined, Derived>>();
  #precision: Precision = "float32";

  /** Takes memory for the values. */
  constructor(shape: readonly number[], options: ParameterOptions = {}) {
    expectKind("make a parameter", "its shape", shape, Array);
    const { engine = Engine.default(), values } = expectKinds("make a parameter", options, KINDS);
    const block = engine.allocate(sizeOf(shape) * 4);
    super({ engine, shape, address: block.address, block });
    this.#valuesBlock = block;
    this.requiresGradient = true;
    if (values) this.assign(values);
  }

  /** Grows with every change of the values. */
  get version(): number {
    return this.#version;
  }

  /** How products read the weights outside training: as they are, or rounded to 8 bits with a scale for each row. */
  get precision(): Precision {
    return this.#precision;
  }

  /** Forgets what was derived for the other precision. */
  set precision(precision: Precision) {
    if (precision === this.#precision) return;
    this.#precision = precision;
    this.#derived.clear();
    this.touch();
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
   * Moves the values into a slab's block, `offset` floats from where it begins; their own memory is given back.
   * @internal
   */
  relocateValues(slab: Block, offset: number): void {
    const address = slab.address + offset * 4;
    this.engine.run("affine", this.size, this.address, 1, 0, address);
    if (this.#valuesBlock) this.engine.release(this.#valuesBlock);
    this.#valuesBlock = undefined;
    this.moveValues(slab, address);
    this.touch();
  }

  /**
   * Moves the gradient into a slab's block, which holds zeros; its own memory is given back.
   * @internal
   */
  relocateGradient(slab: Block, offset: number): void {
    const address = slab.address + offset * 4;
    if (this.hasGradient) this.engine.run("affine", this.size, this.claimGradient(), 1, 0, address);
    if (this.#ownsGradient) this.engine.release(this.#gradientBlock!);
    this.#ownsGradient = false;
    this.#gradientBlock = slab;
    this.moveGradient(address);
  }

  /**
   * Where something derived from the values stands, such as a packed form of them. `make` fills its `bytes` of memory when it is
   * first asked for, and again when the values have changed, or those of the `other` parameter that it depends on.
   * @internal
   */
  derived(name: string, bytes: number, make: (address: number) => void, other?: Parameter): number {
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
   * Memory for the gradient that stays.
   * @internal
   */
  protected override allocateGradient(): number {
    this.#gradientBlock = this.engine.allocate(this.size * 4);
    this.#ownsGradient = true;
    return this.#gradientBlock.address;
  }
}

/** Checks that a parameter has the shape that its place expects. */
export function expectShape(action: string, found: Tensor, shape: readonly number[]): void {
  if (!isSameShape(found.shape, shape)) {
    throw new RangeError(`${action}: expected shape ${formatShape(shape)}, found ${formatShape(found.shape)}`);
  }
}
