import type { Communicator, TransferPrecision } from "../distributed/mod.ts";
import type { Address, Block } from "../engine/mod.ts";
import type { Parameter, Slab } from "../tensor/mod.ts";

/** Above this share of a table's rows, copying them takes longer than sending the others. */
const MOST_ROWS = 3 / 4;

/** Bits of a word. */
const WORD = 32;

/** The rows of a table that any rank has used in a step. */
interface UsedRows {
  readonly parameter: Parameter;
  /** Their indexes, ascending. */
  readonly rows: Int32Array;
}

/**
 * Sums the gradients of tables over all ranks, in place. A step uses few rows of a large table, so ranks first find out
 * which rows any of them has used, one bit for each, and then exchange these alone, unless they are nearly all.
 * Afterwards, all ranks have computed the same rows.
 */
export class RowExchange {
  #slab: Slab;
  #communicator: Communicator;
  #precision: TransferPrecision;
  #tables: readonly Parameter[];
  #used: Promise<Int32Array> | undefined;
  /** Holds the rows that travel. */
  #block: Block | undefined;

  constructor(slab: Slab, tables: readonly Parameter[], communicator: Communicator, precision: TransferPrecision) {
    this.#slab = slab;
    this.#tables = tables;
    this.#communicator = communicator;
    this.#precision = precision;
  }

  /** Begins to find out which rows ranks have used, once the backward pass has ended. */
  begin(): void {
    if (this.#tables.length === 0) return;
    this.#used = this.#communicator.union(Int32Array.from(this.#tables.flatMap((table) => [...bitsOf(table)])));
    this.#used.catch(() => {});
  }

  /** Exchanges the rows that ranks have used. */
  async finish(): Promise<void> {
    if (this.#used === undefined) return;
    const bits = await this.#used;
    this.#used = undefined;
    let at = 0;
    const found = this.#tables.map((parameter): UsedRows => {
      const own = bits.subarray(at, at += wordsOf(parameter));
      return { parameter, rows: rowsIn(own, parameter.shape[0]) };
    });
    const whole = found.filter(isWhole);
    const parts = found.filter((used) => !isWhole(used));
    const { engine } = this.#slab;
    const reduce = (address: Address, count: number): Promise<void> =>
      this.#communicator.allReduce({ engine, address, count }, this.#precision);
    const reduced = whole.map(({ parameter }) => reduce(parameter.zeroedGradient(), parameter.size));
    await Promise.all([...reduced, this.#reduceRows(parts, reduce)]);
  }

  async #reduceRows(
    parts: readonly UsedRows[],
    reduce: (address: Address, count: number) => Promise<void>,
  ): Promise<void> {
    const { engine } = this.#slab;
    const count = parts.reduce((sum, { parameter, rows }) => sum + rows.length * parameter.shape[1], 0);
    if (count === 0) return;
    const from = this.#reserve(count * 4);
    const gradients = parts.map(({ parameter, rows }) => parameter.gradient.zeroedRows(rows, parameter.shape[1]));
    engine.change(from, count, (packed) => this.#visit(parts, gradients, (row, at) => packed.set(row, at)));
    await reduce(from, count);
    const sums = engine.floats(from, count);
    this.#visit(parts, gradients, (row, at) => row.set(sums.subarray(at, at + row.length)));
  }

  /** Calls `body` with each row of the gradients, and its place among those that travel. */
  #visit(
    parts: readonly UsedRows[],
    gradients: readonly Address[],
    body: (row: Float32Array, at: number) => void,
  ): void {
    let at = 0;
    for (const [i, { parameter: { size, shape: [, width] }, rows }] of parts.entries()) {
      this.#slab.engine.change(gradients[i], size, (all) => {
        for (const row of rows) {
          body(all.subarray(row * width, (row + 1) * width), at);
          at += width;
        }
      });
    }
  }

  #reserve(bytes: number): Address {
    const { engine } = this.#slab;
    if (this.#block === undefined || this.#block.bytes < bytes) {
      if (this.#block) engine.release(this.#block);
      this.#block = engine.allocate(bytes);
    }
    return this.#block.address;
  }
}

/** Whether all rows of a table travel. With a lazy optimizer, rows that no rank has used must stay unused. */
function isWhole({ parameter: { shape: [size], gradient }, rows }: UsedRows): boolean {
  return rows.length === size || !gradient.isKeptByRows && rows.length > size * MOST_ROWS;
}

/** Number of words that hold a bit for each row of a table. */
function wordsOf({ shape: [size] }: Parameter): number {
  return Math.ceil(size / WORD);
}

/** Sets the bits of the rows of a table whose gradients this rank has computed. */
function bitsOf(table: Parameter): Int32Array {
  const bits = new Int32Array(wordsOf(table));
  const { gradient: { spans }, shape: [, width] } = table;
  for (let i = 0; i < spans.length; i += 2) {
    for (let row = spans[i] / width; row < spans[i + 1] / width; row++) bits[row >> 5] |= 1 << (row & 31);
  }
  return bits;
}

/** Lists the rows whose bits are set, of a table with `size` rows. */
function rowsIn(bits: Int32Array, size: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < size; row++) if ((bits[row >> 5] >> (row & 31)) & 1) rows.push(row);
  return Int32Array.from(rows);
}
