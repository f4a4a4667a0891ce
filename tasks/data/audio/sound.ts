/** A sound of one channel. */
export interface Sound {
  /** The pressure, from -1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}
