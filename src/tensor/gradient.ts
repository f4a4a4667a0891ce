import { type Address, type Block, type Engine, offset } from "../engine/mod.ts";

/** Ascending runs of floats, two numbers each: the index of the first float, and that behind the last. */
export type Spans = readonly number[];

/** Appends a run to ascending runs, joining neighbors. */
export function addSpan(spans: number[], start: number, end: number): void {
  if (start === end) return;
  if (spans.at(-1) === start) spans[spans.length - 1] = end;
  else spans.push(start, end);
}

/** Rows of a gradient that have been computed; all others are zeros that no one has written. */
interface Touched {
  /** Indexes of the rows, ascending. */
  readonly rows: Int32Array;
  /** Floats per row. */
  readonly width: number;
}

/** The memory of a gradient, lent until the backward pass of a step adds what the forward pass left there. */
export interface GradientLoan {
  /** Where it lies. It moves if someone else needs the gradient's own memory. */
  readonly address: Address;
}

/** A loan, and the step that ends it. */
interface OwnLoan extends GradientLoan {
  address: Address;
  readonly step: { readonly isOpen: boolean };
  /** Memory of its own, once it has moved. */
  block?: Block;
}

/** A gradient is kept by rows while no more than this fraction of them has been computed. */
const MOST_ROWS = 1 / 4;

/**
 * The gradient of tensors that share their values. Setting it to zero writes nothing: what is computed next overwrites
 * it. Of a large table from which few rows were gathered, only these are computed, until someone wants all of it.
 */
export class Gradient {
  /** Whether a part of it was added directly to the table that the tensor's rows were gathered from. */
  isBypassed = false;
  /** Whether it is kept by rows however many are computed, because zeros would not do for the others. */
  isKeptByRows = false;
  #engine: Engine;
  #size: number;
  #allocate: (made?: Address) => Address;
  #address: Address | 0 = 0;
  #exists = false;
  #touched: Touched | undefined;
  #loan: OwnLoan | undefined;
  #squares: number | undefined;

  /**
   * `allocate` takes memory when the gradient is first needed; `made` is memory of the step that holds the gradient
   * already.
   */
  constructor(engine: Engine, size: number, allocate: (made?: Address) => Address) {
    this.#engine = engine;
    this.#size = size;
    this.#allocate = allocate;
  }

  /** Whether it has been computed since it was last set to zero. */
  get exists(): boolean {
    return this.#exists;
  }

  /** The sum of its squares, if who computed it summed them while they were in the processor's cache. */
  get squares(): number | undefined {
    return this.#squares;
  }

  /** The floats that have been computed; all others count as zeros, whatever the memory holds. */
  get spans(): Spans {
    if (!this.#exists) return [];
    return this.#touched ? spansOf(this.#touched) : [0, this.#size];
  }

  /** Copies it, with zeros for what has not been computed. Unlike `claim`, it changes nothing. */
  toArray(): Float32Array {
    const copy = new Float32Array(this.#size);
    const { spans } = this;
    for (let i = 0; i < spans.length; i += 2) {
      const [start, end] = [spans[i], spans[i + 1]];
      copy.set(this.#engine.floats(offset(this.#address as Address, start), end - start), start);
    }
    return copy;
  }

  /** Returns its address, to overwrite it if it did not exist, otherwise to add to it. */
  claim(): Address {
    this.#moveLoan();
    this.#squares = undefined;
    const address = this.#address ||= this.#allocate();
    this.#exists = true;
    if (this.#touched) this.#zero(address, complement(spansOf(this.#touched), this.#size));
    this.#touched = undefined;
    return address;
  }

  /** Returns its address, to add to it. */
  zeroed(): Address {
    const isFresh = !this.#exists;
    const address = this.claim();
    if (isFresh) this.#engine.run("fill", this.#size, 0, address);
    return address;
  }

  /** Returns its address, to add to some rows of `width` floats; negative indexes stand for none. */
  zeroedRows(index: Int32Array, width: number): Address {
    if (this.#exists && this.#touched?.width !== width) return this.claim();
    const before = this.#touched?.rows ?? [];
    const rows = new Set(before);
    const most = this.isKeptByRows ? Infinity : this.#size / width * MOST_ROWS;
    for (const row of index) {
      if (row >= 0) rows.add(row);
      if (rows.size > most) return this.zeroed();
    }
    const fresh = Int32Array.from(rows).subarray(before.length).sort();
    this.#moveLoan();
    const address = this.#address ||= this.#allocate();
    this.#exists = true;
    this.#zero(address, spansOf({ rows: fresh, width }));
    this.#touched = { rows: Int32Array.from(rows).sort(), width };
    return address;
  }

  /**
   * Adds `slope` times the floats at an address of the step's memory. The memory may become the gradient, so nothing
   * else may use it afterwards.
   */
  add(from: Address, slope: number): void {
    const run = this.#engine.run.bind(this.#engine);
    if (this.#exists) {
      run("add_scaled", this.#size, slope, from, this.claim());
      return;
    }
    this.#moveLoan();
    if (this.#address !== 0) {
      run("affine", this.#size, from, slope, 0, this.#address);
    } else {
      if (slope !== 1) run("affine", this.#size, from, slope, 0, from);
      this.#address = this.#allocate(from);
    }
    this.#exists = true;
  }

  /**
   * Lends its memory until the end of a step, if it has some and does not exist. Returns undefined if it does not, or
   * if an open step has borrowed it before.
   */
  lend(step: { readonly isOpen: boolean }): GradientLoan | undefined {
    if (this.#exists || this.#address === 0 || this.#loan?.step.isOpen) return undefined;
    const loan: OwnLoan = { address: this.#address, step };
    return this.#loan = loan;
  }

  /**
   * Adds `slope` times what a borrower has left in the memory lent to it. `squares` is the sum of its squares, if
   * known.
   */
  settle(loan: GradientLoan, slope: number, squares?: number): void {
    if (loan === this.#loan) {
      this.#loan = undefined;
      this.#exists = true;
      this.#squares = squares === undefined ? undefined : squares * slope ** 2;
      if (slope !== 1) this.#engine.run("affine", this.#size, loan.address, slope, 0, loan.address);
      return;
    }
    const { block } = loan as OwnLoan;
    this.#engine.run("add_scaled", this.#size, slope, loan.address, this.zeroed());
    if (block) this.#engine.release(block);
  }

  /** Moves what a borrower has left out of the way. It outlives inner steps, so the step's memory will not do. */
  #moveLoan(): void {
    const loan = this.#loan;
    this.#loan = undefined;
    if (!loan?.step.isOpen) return;
    loan.block = this.#engine.allocate(this.#size * 4);
    this.#engine.run("affine", this.#size, loan.address, 1, 0, loan.block.address);
    loan.address = loan.block.address;
  }

  /** Forgets the sum of its squares, because what has been computed is changed where it lies. */
  forgetSquares(): void {
    this.#squares = undefined;
  }

  /** Sets it to zero. */
  clear(): void {
    this.#exists = false;
    this.#squares = undefined;
    this.#touched = undefined;
  }

  /** Moves it, with what has been computed, to another address. */
  move(address: Address): void {
    this.#moveLoan();
    if (this.#exists) this.#engine.run("affine", this.#size, this.#address as Address, 1, 0, address);
    this.#address = address;
  }

  #zero(address: Address, spans: Spans): void {
    const { arena } = this.#engine;
    if (spans.length === 0) return;
    arena.lend(() => {
      const at = this.#engine.placeIntegers(Int32Array.from(spans));
      this.#engine.run("zero_spans", this.#size, spans.length / 2, at, address);
    });
  }
}

function spansOf({ rows, width }: Touched): Spans {
  const spans: number[] = [];
  for (const row of rows) addSpan(spans, row * width, (row + 1) * width);
  return spans;
}

/** Returns the runs of [0, size) between those given. */
function complement(spans: Spans, size: number): Spans {
  const between: number[] = [];
  for (let i = 0; i <= spans.length; i += 2) addSpan(between, spans[i - 1] ?? 0, spans[i] ?? size);
  return between;
}
