/**
 * A batch of sequences of at most T steps, longest first, in the packed layout of the time loops: step by step, without
 * padding. The oracles use the padded layout [T, B, width].
 */
export class PackedBatch {
  /** Number of rows of each step. */
  readonly sizes: Int32Array;
  /** Total number of rows. */
  readonly rows: number;

  /** @param lengths Lengths of the sequences, in non-increasing order. */
  constructor(readonly T: number, readonly lengths: readonly number[]) {
    this.sizes = Int32Array.from({ length: T }, (_, t) => lengths.filter((length) => length > t).length);
    this.rows = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Number of sequences. */
  get B(): number {
    return this.lengths.length;
  }

  /** Packs a padded batch: keeps the rows that are not padding. */
  pack(padded: ArrayLike<number>, width: number): Float64Array {
    const packed = new Float64Array(this.rows * width);
    this.#forEachRow((from, to) => {
      for (let j = 0; j < width; j++) packed[to * width + j] = padded[from * width + j];
    });
    return packed;
  }

  /** Pads packed rows with zeros. */
  pad(packed: ArrayLike<number>, width: number): Float64Array {
    const padded = new Float64Array(this.T * this.B * width);
    this.#forEachRow((to, from) => {
      for (let j = 0; j < width; j++) padded[to * width + j] = packed[from * width + j];
    });
    return padded;
  }

  /** Returns the last row of every sequence from packed rows. */
  last(packed: ArrayLike<number>, width: number): Float64Array {
    const padded = this.pad(packed, width);
    return Float64Array.from(
      { length: this.B * width },
      (_, i) => padded[((this.lengths[Math.floor(i / width)] - 1) * this.B) * width + i],
    );
  }

  #forEachRow(action: (padded: number, packed: number) => void): void {
    let packed = 0;
    for (let t = 0; t < this.T; t++) {
      for (let r = 0; r < this.sizes[t]; r++) action(t * this.B + r, packed++);
    }
  }
}
