/** A sequence of vectors, such as the joints of a skeleton in each frame of a recording. */
export interface VectorSequence {
  /** The vectors, `[length, channels]`, frame after frame. */
  readonly frames: Float32Array;
  /** Number of frames. */
  readonly length: number;
  /** Number of values in a frame. */
  readonly channels: number;
  /** The label; absent if there is none, as in data to classify. */
  readonly label?: string;
  /** Who or what the sequence comes from, such as a subject; sequences of a group are tested together. */
  readonly group?: string;
  /** Names the place of the sequence for messages, such as "line 3" or a file. */
  readonly source: string;
}

/** Sequences whose frames all have the same channels. */
export interface VectorSequences {
  /** The sequences in the order of the files. */
  readonly sequences: readonly VectorSequence[];
  /** Number of values in a frame. */
  readonly channels: number;
  /** Names of the channels, if the files have them. */
  readonly names?: readonly string[];
  /** Height and width of the picture that a frame is, row by row; absent if frames are not pictures. */
  readonly picture?: readonly [height: number, width: number];
  /** Frames a second, if known. */
  readonly frameRate?: number;
  /** Name of the file format, such as "JSON Lines". */
  readonly format: string;
}
