import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";

/** A sequence of vectors, such as the joints of a skeleton in each frame of a recording. */
export interface VectorSequence {
  /** The vectors, `[length, channels]`, frame after frame. */
  readonly frames: Float32Array;
  /** Number of frames, at least 1. */
  readonly length: number;
  /** Number of values in a frame, at least 1. */
  readonly channels: number;
  /** The label; absent if there is none, as in data to classify. */
  readonly label?: string;
  /** Who or what the sequence comes from, such as a subject; sequences of a group are tested together. */
  readonly group?: string;
  /** Names the place of the sequence for messages, such as "line 3" or a file. */
  readonly source: string;
}

/**
 * The names of the columns of a table with a row for each frame.
 *
 * @example
 * ```ts
 * import { type FrameColumns, readVectorSequences } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(file, "trial,kind,who,x\n1,wave,ann,0.5\n1,wave,ann,0.7\n");
 * const columns: FrameColumns = { id: "trial", labelColumn: "kind", channels: ["x"] };
 * assertEquals((await readVectorSequences(file, { id: "trial", labelColumn: "kind", group: "who" })).columns, columns);
 * await Deno.remove(file);
 * ```
 */
export interface FrameColumns {
  /** The column that tells the sequence of each frame. */
  readonly id: string;
  /** The column of the labels. */
  readonly labelColumn?: string;
  /** The columns of a frame's values. */
  readonly channels: readonly string[];
}

/** Sequences whose frames all have the same channels. */
export interface VectorSequences {
  /** The sequences in the order of the files. */
  readonly sequences: readonly VectorSequence[];
  /** Number of values in a frame. */
  readonly channels: number;
  /** The columns, if the file is a table of frames whose columns have different names. */
  readonly columns?: FrameColumns;
  /** The field of the labels of JSON records or the name of their array, if they have any. */
  readonly labelColumn?: string;
  /** The field of the frames of JSON records, or the name of their array. */
  readonly framesColumn?: string;
  /** Number of coordinates of a joint, if a frame is a list of joints. */
  readonly coordinates?: 2 | 3;
  /** Height and width of the picture that a frame is, row by row; absent if frames are not pictures. */
  readonly picture?: readonly [height: number, width: number];
  /** False if frames cannot be the joints of a skeleton. Default: their values tell. */
  readonly isSkeleton?: false;
  /** Frames a second, if known. */
  readonly frameRate?: number;
  /** Name of the file format, such as "JSON Lines". */
  readonly format: string;
  /** Sentences that people should read about the files, one line each. Default: nothing. */
  readonly notes?: readonly string[];
  /** Sentences about what may be wrong with the files, one line each. Default: nothing. */
  readonly warnings?: readonly string[];
}

/** Facts about a sequence besides its frames. */
export interface VectorFacts {
  /** The label. */
  readonly label?: string;
  /** Who or what the sequence comes from. */
  readonly group?: string;
  /** Names the place of the sequence for messages. Default: "the sequence". */
  readonly source?: string;
}

/**
 * Makes a sequence of frames, each a list of numbers, perhaps in lists of their own as the coordinates of joints are.
 *
 * Throws `RangeError` if there is no frame, if a frame is empty or has another number of values than the first, or if a
 * value is not a finite number.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { frames, length, channels } = vectorSequence([[0.1, 2], [0.3, 4]], { label: "wave" });
 * assertEquals([length, channels, frames[3]], [2, 2, 4]);
 * ```
 */
export function vectorSequence(frames: unknown, facts: VectorFacts = {}): VectorSequence {
  const { source = "the sequence" } = facts;
  if (!Array.isArray(frames) || frames.length === 0) {
    throw new InputRangeError(`expected a list of frames in ${source}, found ${describeValue(frames)}`);
  }
  const channels = valuesIn(frames[0]);
  if (channels === 0) throw new InputRangeError(`expected numbers in frame 1 of ${source}, found an empty list`);
  const values = new Float32Array(frames.length * channels);
  frames.forEach((frame, t) => {
    const found = valuesIn(frame);
    if (found !== channels) {
      throw new InputRangeError(
        `expected ${channels} values in frame ${t + 1} of ${source}, as in frame 1, found ${found}`,
      );
    }
    place(frame, values, t * channels, () => `frame ${t + 1} of ${source}`);
  });
  return { ...facts, frames: values, length: frames.length, channels, source };
}

/**
 * Makes a sequence of values `[length, channels]`. Frames at the end that have only NaN are left out.
 *
 * Throws `RangeError` if no frame is left or a value is not a finite number.
 */
export function flatSequence(
  values: Float32Array,
  channels: number,
  { source = "the sequence", ...facts }: VectorFacts,
): VectorSequence {
  let length = values.length / channels;
  while (length > 0 && values.subarray((length - 1) * channels, length * channels).every(Number.isNaN)) length--;
  if (length === 0) throw new InputRangeError(`expected frames in ${source}, found none`);
  const frames = values.subarray(0, length * channels);
  const wrong = frames.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return { ...facts, frames, length, channels, source };
  const place = `frame ${Math.floor(wrong / channels) + 1} of ${source}`;
  throw new InputRangeError(`expected finite numbers in ${place}, found ${frames[wrong]}`);
}

/** Counts the values of a frame: a number, or a list of numbers or of lists. */
function valuesIn(frame: unknown): number {
  return Array.isArray(frame) ? frame.reduce((sum, value) => sum + valuesIn(value), 0) : 1;
}

/** Writes the values of a frame from an index on, and returns the index after them. */
function place(frame: unknown, values: Float32Array, at: number, name: () => string): number {
  if (Array.isArray(frame)) {
    for (const value of frame) at = place(value, values, at, name);
    return at;
  }
  values[at] = frame as number;
  if (typeof frame === "number" && Number.isFinite(values[at])) return at + 1;
  throw new InputRangeError(`expected finite numbers in ${name()}, found ${describeValue(frame)}`);
}

/** Throws `RangeError` if a sequence has another number of channels than the first; returns the number. */
export function expectSameChannels(sequences: readonly VectorSequence[]): number {
  const [{ channels, source: first }] = sequences;
  const other = sequences.find((sequence) => sequence.channels !== channels);
  if (other === undefined) return channels;
  throw new InputRangeError(
    `expected ${channels} values a frame on ${other.source}, as on ${first}, found ${other.channels}`,
  );
}
