/** A segmentation of a text into pieces. */
export interface Segmentation {
  /** The id and end of each piece: `[id, end, id, end, ...]`. */
  readonly pieces: readonly number[];
  /** The sum of the pieces' scores. */
  readonly score: number;
}
