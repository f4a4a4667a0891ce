import type { Address, Backend, KernelName, OperandsOf, Space } from "../../src/engine/mod.ts";
import { offset, SIGNATURES } from "../../src/engine/mod.ts";
import type { AddressOperand, Element, NumberOperand } from "../../src/kernels/mod.ts";

/** Bytes of an element. */
export const ELEMENT_BYTES: Readonly<Record<Element, number>> = { f64: 8, f32: 4, i32: 4, u16: 2, i8: 1 };

/** The bytes [start, end). */
interface Range {
  readonly start: number;
  end: number;
}

/** Ranges that do not overlap, in ascending order. */
class Ranges {
  #list: Range[] = [];

  /** The range that contains a byte. */
  find(byte: number): Range | undefined {
    const range = this.#list[this.#after(byte) - 1];
    return range && byte < range.end ? range : undefined;
  }

  add(range: Range): void {
    this.#list.splice(this.#after(range.start), 0, range);
  }

  /** Drops the ranges that start in [start, end). */
  drop(start: number, end: number): void {
    const first = this.#after(start - 1);
    this.#list.splice(first, this.#after(end - 1) - first);
  }

  /** The index of the first range that starts after a byte. */
  #after(byte: number): number {
    let [low, high] = [0, this.#list.length];
    while (low < high) {
      const middle = low + high >>> 1;
      if (this.#list[middle].start <= byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A memory that knows what is in use: its blocks and, in those that an arena fills, the pieces that it has handed out. */
class CheckedSpace implements Space {
  #memory: Space;
  #blocks = new Ranges();
  #pieces = new Ranges();
  #shared = new Set<Range>();

  constructor(memory: Space) {
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  /** The block or the arena's piece in use that contains an address. */
  inUse(address: Address): Range | undefined {
    const block = this.#blocks.find(address);
    return block && this.#shared.has(block) ? this.#pieces.find(address) : block;
  }

  allocate(bytes: number): Address {
    const start = this.#memory.allocate(bytes);
    // At least a byte, so that the block can be found.
    this.#blocks.add({ start, end: start + Math.max(bytes, 1) });
    return start;
  }

  extend(address: Address, bytes: number): boolean {
    const isExtended = this.#memory.extend(address, bytes);
    if (isExtended) this.#blocks.find(address)!.end += bytes;
    return isExtended;
  }

  noteAllocation(address: Address, bytes: number): void {
    const chunk = this.#blocks.find(address)!;
    this.#shared.add(chunk);
    this.#pieces.drop(address, chunk.end);
    this.#pieces.add({ start: address, end: address + bytes });
    this.#memory.noteAllocation(address, bytes);
  }

  release(address: Address): void {
    this.#memory.release(address);
    const block = this.#blocks.find(address)!;
    this.#shared.delete(block);
    this.#pieces.drop(block.start, block.end);
    this.#blocks.drop(address, address + 1);
  }

  floats(address: Address, count: number): Float32Array {
    return this.#memory.floats(address, count);
  }

  doubles(address: Address, count: number): Float64Array {
    return this.#memory.doubles(address, count);
  }

  integers(address: Address, count: number): Int32Array {
    return this.#memory.integers(address, count);
  }

  change(address: Address, count: number, write: (values: Float32Array) => void): void {
    this.#memory.change(address, count, write);
  }

  place(values: Int32Array, address: Address): void {
    this.#memory.place(values, address);
  }
}

/** Elements that a call accesses. */
interface Access extends Range {
  readonly operand: AddressOperand;
}

/**
 * Checks every call before another backend runs it: that numbers are of their kinds, that addresses are aligned, that
 * all elements are in one block or piece of an arena in use, and that nothing else accesses what a kernel writes.
 */
export class CheckedBackend implements Backend {
  readonly memory: CheckedSpace;
  #backend: Backend;

  /** The backend must not have been used. */
  constructor(backend: Backend) {
    this.#backend = backend;
    this.memory = new CheckedSpace(backend.memory);
  }

  get build(): Backend["build"] {
    return this.#backend.build;
  }

  get blas(): Backend["blas"] {
    return this.#backend.blas;
  }

  get gemm(): string {
    return this.#backend.gemm;
  }

  get precision(): Backend["precision"] {
    return this.#backend.precision;
  }

  get packing(): string {
    return this.#backend.packing;
  }

  packedBytes(k: number, n: number): number {
    return this.#backend.packedBytes(k, n);
  }

  get threads(): number {
    return this.#backend.threads;
  }

  get isReady(): boolean {
    return this.#backend.isReady;
  }

  start(): void {
    this.#backend.start();
  }

  /** Throws `RangeError` if an operand is not what the kernel's signature says. */
  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void {
    this.#check(kernel, operands);
    this.#backend.run(kernel, operands);
  }

  [Symbol.dispose](): void {
    this.#backend[Symbol.dispose]();
  }

  #check(kernel: KernelName, values: readonly number[]): void {
    const { operands } = SIGNATURES[kernel];
    if (values.length !== operands.length) fail(kernel, `${operands.length} operands`, `${values.length}`);
    const accesses: Access[] = [];
    for (const [i, operand] of operands.entries()) {
      if (!("element" in operand)) checkNumber(kernel, operand, values[i]);
      else if (!operand.isOptional || values[i] !== 0) accesses.push(...this.#access(kernel, operand, values, i));
    }
    for (const written of accesses) {
      if (written.operand.kind === "reads") continue;
      const other = accesses.find((access) => access !== written && collide(written, access));
      if (!other) continue;
      fail(kernel, `${written.operand.name} apart from ${other.operand.name}`, `both at ${written.start}`);
    }
  }

  /** Checks an address; returns its elements, if there are any. */
  #access(kernel: KernelName, operand: AddressOperand, values: readonly number[], index: number): Access[] {
    const start = values[index];
    const size = ELEMENT_BYTES[operand.element];
    if (!(Number.isSafeInteger(start) && start > 0 && start % size === 0)) {
      fail(kernel, `${operand.name} to be an address of ${operand.element}`, `${start}`);
    }
    const read = (address: number, i: number): number => this.memory.integers(offset(address as Address, i), 1)[0];
    const extent = operand.extent(values, read);
    if (extent <= 0) return [];
    const [end, block] = [start + extent * size, this.memory.inUse(start as Address)];
    if (!block) fail(kernel, `${operand.name} in memory in use`, `${start}`);
    if (end > block.end) {
      fail(kernel, `room for ${extent} ${operand.element} at ${operand.name}`, `${(block.end - start) / size}`);
    }
    return [{ start, end, operand }];
  }
}

function checkNumber(kernel: KernelName, { name, kind }: NumberOperand, value: number): void {
  const isWhole = Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32;
  const isValid = kind === "float" || kind === "double"
    ? typeof value === "number"
    : isWhole && (kind !== "flag" || value < 2);
  if (!isValid) fail(kernel, `${name} to be a ${kind}`, `${value}`);
}

function collide(a: Access, b: Access): boolean {
  if (a.end <= b.start || b.end <= a.start) return false;
  const areOne = a.operand.inPlace.includes(b.operand.name) || b.operand.inPlace.includes(a.operand.name);
  return !(areOne && a.start === b.start);
}

function fail(kernel: KernelName, expected: string, found: string): never {
  throw new RangeError(`run ${kernel}: expected ${expected}, found ${found}`);
}
