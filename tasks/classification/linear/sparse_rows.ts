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

/** Collects rows. */
export class RowsBuilder {
  #starts = [0];
  #columns = new Int32Array(1024);
  #values = new Float32Array(1024);
  #size = 0;

  /** Appends a row whose columns are in ascending order; values in equal columns are added. */
  add(columns: ArrayLike<number>, values: ArrayLike<number>): void {
    this.#reserve(this.#size + columns.length);
    const start = this.#size;
    for (let i = 0; i < columns.length; i++) {
      if (this.#size > start && this.#columns[this.#size - 1] === columns[i]) {
        this.#values[this.#size - 1] += values[i];
        continue;
      }
      this.#columns[this.#size] = columns[i];
      this.#values[this.#size++] = values[i];
    }
    this.#starts.push(this.#size);
  }

  /** Returns the rows, after which none may be appended. */
  build(): SparseRows {
    return {
      starts: Int32Array.from(this.#starts),
      columns: this.#columns.subarray(0, this.#size),
      values: this.#values.subarray(0, this.#size),
    };
  }

  #reserve(size: number): void {
    if (size <= this.#columns.length) return;
    const [columns, values] = [new Int32Array(2 * size), new Float32Array(2 * size)];
    columns.set(this.#columns);
    values.set(this.#values);
    this.#columns = columns;
    this.#values = values;
  }
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
