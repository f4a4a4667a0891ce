import { InputRangeError } from "../../../errors.ts";

/** A sparse matrix by rows, one row for each text; the columns of a row are different and in ascending order. */
export interface SparseRows {
  /** The start of each row in `columns` and `values`, and the end of the last one. */
  readonly starts: Int32Array;
  /** The columns of the nonzero values. */
  readonly columns: Int32Array;
  /** The nonzero values. */
  readonly values: Float32Array;
}

/** Returns the number of rows. */
export function rowCount({ starts }: SparseRows): number {
  return starts.length - 1;
}

/** A part of the rows that have been collected; the arrays may be longer. */
interface Chunk {
  columns: Int32Array;
  readonly values: Float32Array;
  size: number;
}

/** Number of values of the first and of the largest chunks, unless a row is longer. */
const [FIRST_CHUNK, LARGEST_CHUNK] = [2 ** 10, 2 ** 22];

/** The largest number of values, since the starts of the rows are 32-bit integers. */
const MOST_VALUES = 2 ** 31 - 1;

/** Collects rows, in chunks, so that nothing is copied before all are there. */
export class RowsBuilder {
  #starts = [0];
  #chunks: Chunk[] = [];
  #size = 0;

  /**
   * Appends a row whose columns are in ascending order; values in equal columns are added. Throws `RangeError` if there
   * are too many.
   */
  add(columns: ArrayLike<number>, values: ArrayLike<number>): void {
    const chunk = this.#chunkFor(columns.length);
    const start = chunk.size;
    for (let i = 0; i < columns.length; i++) {
      if (chunk.size > start && chunk.columns[chunk.size - 1] === columns[i]) {
        chunk.values[chunk.size - 1] += values[i];
        continue;
      }
      chunk.columns[chunk.size] = columns[i];
      chunk.values[chunk.size++] = values[i];
    }
    this.#size += chunk.size - start;
    this.#starts.push(this.#size);
  }

  /** Returns the rows, after which none may be appended. */
  build(): SparseRows {
    const chunks = this.#chunks;
    const columns = joined(chunks.map(({ columns, size }) => columns.subarray(0, size)), new Int32Array(this.#size));
    // Forgotten before the values are copied, so that all together never take twice their size.
    for (const chunk of chunks) chunk.columns = columns;
    const values = joined(chunks.map(({ values, size }) => values.subarray(0, size)), new Float32Array(this.#size));
    return { starts: Int32Array.from(this.#starts), columns, values };
  }

  /** Returns a chunk with room for a row. */
  #chunkFor(length: number): Chunk {
    if (this.#size + length > MOST_VALUES) {
      throw new InputRangeError(
        `read features: expected at most ${MOST_VALUES.toLocaleString("en")} in all texts, found more`,
      );
    }
    const last = this.#chunks.at(-1);
    if (last && last.size + length <= last.columns.length) return last;
    const capacity = Math.max(length, Math.min(LARGEST_CHUNK, Math.max(FIRST_CHUNK, this.#size)));
    const chunk = { columns: new Int32Array(capacity), values: new Float32Array(capacity), size: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }
}

/** Copies parts one after the other. */
function joined<A extends Int32Array | Float32Array>(parts: readonly A[], whole: A): A {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns the given rows of a matrix. */
export function takeRows(rows: SparseRows, places: Iterable<number>): SparseRows {
  const builder = new RowsBuilder();
  for (const place of places) {
    const [start, end] = [rows.starts[place], rows.starts[place + 1]];
    builder.add(rows.columns.subarray(start, end), rows.values.subarray(start, end));
  }
  return builder.build();
}

/** Counts the different columns below `limit`. */
export function countColumns({ columns }: SparseRows, limit: number): number {
  const isUsed = new Uint8Array(limit);
  let count = 0;
  for (const column of columns) {
    count += 1 - isUsed[column];
    isUsed[column] = 1;
  }
  return count;
}
