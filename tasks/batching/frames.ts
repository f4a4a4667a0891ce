import { type Engine, type Tensor, tensor } from "../../src/nn/mod.ts";

/** Frames, one after the other. */
export interface Frames {
  /** Their values. */
  readonly frames: Float32Array;
  /** Number of frames. */
  readonly length: number;
}

/** A padded, time-major batch of sequences of frames. */
export interface PaddedFrames {
  /** The inputs `[T, B, I]`, zeros after the end of a sequence. */
  readonly inputs: Float32Array;
  /** The shape of the inputs. */
  readonly shape: readonly [T: number, B: number, I: number];
  /** Number of frames of each sequence [B]. */
  readonly lengths: Int32Array;
}

/** Batches sequences of inputs of size I, padded to the longest. */
export function padFrames(sequences: readonly Frames[], I: number): PaddedFrames {
  const B = sequences.length;
  const lengths = Int32Array.from(sequences, ({ length }) => length);
  const T = Math.max(...lengths);
  const inputs = new Float32Array(T * B * I);
  sequences.forEach(({ frames, length }, b) => {
    for (let t = 0; t < length; t++) inputs.set(frames.subarray(t * I, (t + 1) * I), (t * B + b) * I);
  });
  return { inputs, shape: [T, B, I], lengths };
}

/** Places a batch in the memory of an engine. */
export function inputsOf({ inputs, shape }: PaddedFrames, engine: Engine): Tensor {
  return tensor(inputs, shape, { engine });
}
