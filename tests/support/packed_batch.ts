/**
 * A batch of sequences of T steps, longest first, as the time loops take it: step by step, without the padding. The
 * oracles have it padded, [T, B, width].
 */
export class PackedBatch {
  /** Rows of each step. */
  readonly sizes: Int32Array;
  /** Rows in all. */
  readonly rows: number;

  /** `lengths` must not grow. */
  constructor(readonly T: number, readonly lengths: readonly number[]) {
    this.sizes = Int32Array.from({ length: T }, (_, t) => lengths.filter((length) => length > t).length);
    this.rows = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Sequences. */
  get B(): number {
    return this.lengths.length;
  }

  /** The rows of a padded batch that are no padding. */
  pack(padded: ArrayLike<number>, width: number): Float64Array {
    const packed = new Float64Array(this.rows * width);
    this.#forEachRow((from, to) => {
      for (let j = 0; j < width; j++) packed[to * width + j] = padded[from * width + j];
    });
    return packed;
  }

  /** A padded batch with zeros as padding. */
  pad(packed: ArrayLike<number>, width: number): Float64Array {
    const padded = new Float64Array(this.T * this.B * width);
    this.#forEachRow((to, from) => {
      for (let j = 0; j < width; j++) padded[to * width + j] = packed[from * width + j];
    });
    return padded;
  }

  /** The last row of every sequence, of packed rows. */
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
