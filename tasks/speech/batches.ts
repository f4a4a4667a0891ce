import { inference, logSoftmax, type Tensor } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { bucketByLength, type Frames, inputsOf, padFrames } from "../batching/mod.ts";
import type { FrameScores } from "./greedy.ts";
import type { SpeechNetwork } from "./network.ts";

/** The logits of some sounds. */
export interface ReadBatch {
  /** The places of the sounds among all. */
  readonly places: readonly number[];
  /** Number of frames of each. */
  readonly lengths: Int32Array;
  /** The logits, [T, B, classes]. */
  readonly logits: Tensor;
}

/** Batch size for inference, in sounds. */
const BATCH = 32;

/** Computes the logits of sounds in batches of similar length; leaves out sounds without frames. */
export async function eachBatch(
  network: SpeechNetwork,
  sounds: readonly Frames[],
  width: number,
  use: (batch: ReadBatch) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { engine } = network;
  const heard = sounds.flatMap(({ length }, place) => length > 0 ? [place] : []);
  const breather = new Breather();
  for (const bucket of bucketByLength(heard.map((place) => sounds[place].length), BATCH)) {
    const places = Array.from(bucket, (i) => heard[i]);
    const padded = padFrames(places.map((place) => sounds[place]), width);
    inference(() => {
      use({ places, lengths: padded.lengths, logits: network.forward(inputsOf(padded, engine), padded.lengths) });
    }, { engine });
    signal?.throwIfAborted();
    await breather.breathe();
  }
}

/** Computes the log-probabilities of sounds. A sound without frames has none. */
export async function readSounds(
  network: SpeechNetwork,
  sounds: readonly Frames[],
  width: number,
  signal?: AbortSignal,
): Promise<FrameScores[]> {
  const classes = network.output.weight.shape[0];
  const scores = sounds.map((): FrameScores => ({ values: new Float32Array(0), classes, frames: 0 }));
  await eachBatch(network, sounds, width, ({ places, lengths, logits }) => {
    scoresOf(logSoftmax(logits), lengths).forEach((own, b) => scores[places[b]] = own);
  }, signal);
  return scores;
}

/** Divides the log-probabilities of a batch, [T, B, classes], by sounds. */
export function scoresOf(logProbabilities: Tensor, lengths: Int32Array): FrameScores[] {
  const [, B, classes] = logProbabilities.shape;
  const all = logProbabilities.toArray();
  return Array.from(lengths, (frames, b) => {
    const values = new Float32Array(frames * classes);
    for (let t = 0; t < frames; t++) {
      const start = (t * B + b) * classes;
      values.set(all.subarray(start, start + classes), t * classes);
    }
    return { values, classes, frames };
  });
}
