import { InputRangeError } from "../../errors.ts";
import { type Address, type Block, Engine, offset } from "../engine/mod.ts";
import { describeValue, expectKind } from "../schema/mod.ts";
import { checkShape, engineOf, formatShape, Scope, sizeOf, Tensor } from "../tensor/mod.ts";
import type { Recurrent } from "./recurrent.ts";
import type { RecurrentState, StateArrays, StateShapes, StateTensors } from "./states.ts";

/**
 * Keeps the state of B sequences between passes: the states of recurrent layers, or any other tensors with one row for
 * each sequence. The memory is held until the object is disposed of or garbage-collected.
 *
 * @example
 * ```ts
 * import { CarriedState, GRU, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const gru = new GRU({ input: 3, hidden: 4 });
 * const carried = CarriedState.zeros(gru, 2);
 * inference(() => carried.carry(gru.step(tensor([1, 2, 3, 4, 5, 6], [2, 3]), carried.state).state));
 * const [first, second] = [carried.toArrays(0), carried.toArrays(1)];
 *
 * carried.select([1, 0, 1]);
 * assertEquals(carried.state.h.shape, [1, 3, 4]);
 * assertEquals([0, 1, 2].map((b) => carried.toArrays(b)), [second, first, second]);
 * ```
 */
export class CarriedState<S extends StateTensors<S> = RecurrentState> implements Disposable {
  #engine: Engine;
  #parts: Map<string, Part>;
  #state: S;

  /** Makes zero states of the given shapes `[..., B, width]`. Throws `RangeError` if B differs between them. */
  constructor(shapes: StateShapes<S>, { engine = Engine.default() }: { readonly engine?: Engine } = {}) {
    const named = Object.entries<readonly number[] | undefined>(shapes).flatMap(([name, shape]) =>
      shape ? [[name, shape] as const] : []
    );
    for (const [, shape] of named) checkShape("carry states", shape);
    const counts = named.map(([, shape]) => shape.at(-2));
    if (counts.some((B) => B === undefined || B !== counts[0])) {
      const found = named.map(([, shape]) => formatShape(shape)).join(" and ");
      throw new InputRangeError(`carry states: expected shapes [..., B, width] with the same B, found ${found}`);
    }
    this.#engine = engine;
    this.#parts = new Map(named.map(([name, shape]) => [name, new Part(engine, shape)]));
    this.#state = this.#describe();
  }

  /** Makes zero states of B sequences for recurrent layers. */
  static zeros(layers: Recurrent, B: number): CarriedState {
    const { engine } = layers.parameters()[0];
    return new CarriedState(layers.stateShapes(B), { engine });
  }

  /** Copies the states that a pass returned. */
  static of<S extends StateTensors<S>>(state: S, engine: Engine): CarriedState<S> {
    const given = Object.entries<Tensor | undefined>(state).filter(([, states]) => states !== undefined);
    for (const [, states] of given) engineOf("carry states", states!);
    const shapes = given.map(([name, states]) => [name, states!.shape]);
    const carried = new CarriedState<S>(Object.fromEntries(shapes), { engine });
    carried.carry(state);
    return carried;
  }

  /** The states, as layers take them. `select` replaces these tensors, so read them again after it. */
  get state(): S {
    return this.#state;
  }

  /** Releases the memory. Using the states later throws `RangeError`. */
  [Symbol.dispose](): void {
    for (const part of this.#parts.values()) part.release();
  }

  /**
   * Copies the values of a state, which may end with its scope. Throws `RangeError`, and changes nothing, if a shape
   * does not match or the state is in another engine.
   */
  carry(state: S): void {
    const next: Readonly<Record<string, Tensor | undefined>> = state;
    for (const [name, part] of this.#parts) part.expect(name, next[name]);
    for (const [name, part] of this.#parts) part.copy(next[name]!);
  }

  /** Sets all states to zero, or those of the sequences given. Throws `RangeError` if an index is out of range. */
  clear(sequences?: readonly number[]): void {
    if (sequences !== undefined) expectKind("clear states", "sequences", sequences, Array);
    for (const part of this.#parts.values()) part.check(sequences ?? []);
    for (const part of this.#parts.values()) {
      if (!sequences) this.#engine.run("fill", part.states.size, 0, part.states.address);
      else for (const b of sequences) part.clear(b);
      part.noteChange();
    }
  }

  /**
   * Replaces the sequences with those at the given indexes, in this order; an index may be repeated or left out.
   * Allocates memory only if there are more sequences than ever before. Throws `RangeError` if an index is out of
   * range.
   */
  select(places: ArrayLike<number>): void {
    expectKind("select states", "indexes", places, "list");
    for (const part of this.#parts.values()) part.check(places);
    const rows = Int32Array.from(places);
    this.#engine.arena.lend(() => {
      const at = this.#engine.placeIntegers(rows);
      for (const part of this.#parts.values()) part.reserve(rows.length);
      for (const part of this.#parts.values()) part.select(rows.length, at);
    });
    this.#state = this.#describe();
  }

  /** Copies the values of all sequences, or of sequence `b` alone in the layout of a batch of one. */
  toArrays(b?: number): StateArrays<S> {
    return this.#map((part) => part.read(b)) as StateArrays<S>;
  }

  /**
   * Sets the values of all sequences, or of sequence `b` alone. Throws `RangeError`, and changes nothing, if their
   * number does not match, or if there is a state that these sequences do not have.
   */
  restore(numbers: StateArrays<S>, b?: number): void {
    const given: Readonly<Record<string, ArrayLike<number> | undefined>> = numbers;
    const foreign = Object.keys(given).find((name) => given[name] !== undefined && !this.#parts.has(name));
    if (foreign !== undefined) {
      const known = [...this.#parts.keys()].join(" and ");
      throw new InputRangeError(`restore states: expected ${known} only, found ${describeValue(foreign)}`);
    }
    for (const [name, part] of this.#parts) part.expectNumbers(given[name] ?? [], b);
    for (const [name, part] of this.#parts) part.write(given[name] ?? [], b);
  }

  #describe(): S {
    return this.#map(({ states }) => states) as S;
  }

  #map<T>(map: (part: Part) => T): Record<string, T> {
    return Object.fromEntries(Array.from(this.#parts, ([name, part]) => [name, map(part)]));
  }
}

/** One state `[..., B, width]`, double-buffered because no kernel may write where it reads. */
class Part {
  states: Tensor;
  #engine: Engine;
  #lead: readonly number[];
  #width: number;
  #current: Buffer;
  #spare: Buffer | undefined;

  constructor(engine: Engine, shape: readonly number[]) {
    this.#engine = engine;
    this.#lead = shape.slice(0, -2);
    this.#width = shape.at(-1)!;
    this.#current = this.#allocate(shape.at(-2)!);
    this.states = this.#tensor(shape.at(-2)!);
  }

  get #B(): number {
    return this.states.shape.at(-2)!;
  }

  get #layers(): number {
    return sizeOf(this.#lead);
  }

  release(): void {
    for (const buffer of [this.#current, this.#spare]) {
      if (buffer && !buffer.block.isFreed) this.#engine.release(buffer.block);
    }
  }

  expect(name: string, from: Tensor | undefined): void {
    if (from !== undefined) engineOf("carry states", this.states, from);
    const expected = formatShape(this.states.shape);
    const found = from ? formatShape(from.shape) : "none";
    if (found !== expected) throw new InputRangeError(`carry states: expected ${name} ${expected}, found ${found}`);
  }

  copy(from: Tensor): void {
    const { size, address } = this.states;
    this.#engine.run("copy_strided", 1, 1, 1, size, from.address, 0, 0, 0, 1, address, 0, 0, 0, 1, 0);
    this.noteChange();
  }

  /** Notes a change of the values, which are not assigned. */
  noteChange(): void {
    Scope.noteChange(this.#engine, this.states);
  }

  check(rows: ArrayLike<number>): void {
    this.states.expectAlive();
    const wrong = Array.prototype.findIndex.call(rows, (row) => !(Number.isInteger(row) && row >= 0 && row < this.#B));
    if (wrong < 0) return;
    throw new InputRangeError(
      `select states: expected indexes from 0 to below ${this.#B}, found ${rows[wrong]} at ${wrong}`,
    );
  }

  /** `at` is the address of the row indexes. */
  select(count: number, at: Address): void {
    const from = this.states;
    const [target, previous] = [this.reserve(count), this.#current];
    for (let layer = 0; layer < this.#layers; layer++) {
      const source = offset(from.address, layer * this.#B * this.#width);
      const to = offset(target.block.address, layer * count * this.#width);
      this.#engine.run("gather_rows", count, this.#width, at, source, to);
    }
    [this.#current, this.#spare] = [target, previous];
    this.states = this.#tensor(count);
  }

  read(b?: number): Float32Array {
    if (b === undefined) return this.states.toArray();
    const own = new Float32Array(this.#layers * this.#width);
    this.#rowsOf(b).forEach((row, layer) => own.set(this.#engine.floats(row, this.#width), layer * this.#width));
    return own;
  }

  expectNumbers(numbers: ArrayLike<number>, b?: number): void {
    this.check(b === undefined ? [] : [b]);
    const [size, whose] = b === undefined ? [this.states.size, ""] : [this.#layers * this.#width, " for a sequence"];
    if (numbers.length === size) return;
    throw new InputRangeError(`restore states: expected ${size} numbers${whose}, found ${numbers.length}`);
  }

  write(numbers: ArrayLike<number>, b?: number): void {
    if (b === undefined) return this.states.assign(numbers);
    const given = Float32Array.from(numbers);
    this.#rowsOf(b).forEach((row, layer) => {
      const own = given.subarray(layer * this.#width, (layer + 1) * this.#width);
      this.#engine.change(row, this.#width, (values) => values.set(own));
    });
    this.noteChange();
  }

  clear(b: number): void {
    for (const row of this.#rowsOf(b)) this.#engine.run("fill", this.#width, 0, row);
  }

  /** Addresses of the values of sequence b in each layer. */
  #rowsOf(b: number): Address[] {
    this.check([b]);
    const { address } = this.states;
    return Array.from(
      { length: this.#layers },
      (_, layer) => offset(address, (layer * this.#B + b) * this.#width),
    );
  }

  /** Returns the spare buffer, with room for at least `count` sequences. */
  reserve(count: number): Buffer {
    if (this.#spare && this.#spare.sequences >= count) return this.#spare;
    if (this.#spare) this.#engine.release(this.#spare.block);
    // At least as large as the current buffer, so that the two do not grow in turns.
    return this.#spare = this.#allocate(Math.max(count, this.#current.sequences));
  }

  #allocate(sequences: number): Buffer {
    return { block: this.#engine.allocate(this.#layers * sequences * this.#width * 4), sequences };
  }

  #tensor(B: number): Tensor {
    const { block } = this.#current;
    return new Tensor({ engine: this.#engine, shape: [...this.#lead, B, this.#width], address: block.address, block });
  }
}

/** Memory for the states of `sequences` sequences. */
interface Buffer {
  readonly block: Block;
  readonly sequences: number;
}
