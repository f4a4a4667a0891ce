import { inference } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { bucketByLength, type Frames, inputsOf, padFrames } from "../batching/mod.ts";
import type { VectorClassifierNetwork } from "./network.ts";

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
