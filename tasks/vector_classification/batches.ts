import { type Engine, inference, type Tensor, tensor } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { bucketByLength } from "../batching/mod.ts";
import type { Frames } from "./frames.ts";
import type { VectorClassifierNetwork } from "./network.ts";

/** A padded, time-major batch of sequences. */
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

/** Batch size for inference, in sequences. */
const BATCH = 64;

/** Computes the logits of sequences in batches of similar length. */
export async function readSequences(
  network: VectorClassifierNetwork,
  sequences: readonly Frames[],
  width: number,
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const logits: Float32Array[] = new Array(sequences.length);
  const breather = new Breather();
  for (const bucket of bucketByLength(sequences.map(({ length }) => length), BATCH)) {
    const padded = padFrames(Array.from(bucket, (place) => sequences[place]), width);
    inference(() => {
      const found = network.forward(inputsOf(padded, network.engine), padded.lengths);
      const [values, labels] = [found.toArray(), found.shape[1]];
      bucket.forEach((place, b) => logits[place] = values.slice(b * labels, (b + 1) * labels));
    }, { engine: network.engine });
    signal?.throwIfAborted();
    await breather.breathe();
  }
  return logits;
}
