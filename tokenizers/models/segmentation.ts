/** A way to cut a text into pieces. */
export interface Segmentation {
  /** The id of each piece and where it ends, one after the other: `[id, end, id, end, ...]`. */
  readonly pieces: readonly number[];
  /** The sum of the pieces' scores. */
  readonly score: number;
}
