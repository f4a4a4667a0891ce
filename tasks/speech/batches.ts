import { inference, logSoftmax, type Tensor, tensor } from "../../src/nn/mod.ts";
import { Breather, type Pause } from "../../src/train/mod.ts";
import { bucketByLength, type Frames, inputsOf, padFrames } from "../batching/mod.ts";
import type { FrameScores } from "./greedy.ts";
import type { SpeechNetwork } from "./network.ts";
import { readInSlices } from "./reading_in_slices.ts";

/** A sound as the network reads it. */
export interface SoundInputs {
  /** Number of frames. */
  readonly length: number;
  /** Returns its inputs, when its batch is due. */
  inputs(): Frames | Promise<Frames>;
}

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

/** Frames from which on a sound is read in slices, since the memory for all layers at once grows with them. */
const LONG = 10_000;

/**
 * Computes the logits of sounds in batches of similar length, long ones alone and in slices, and yields what `use`
 * makes of each; leaves out sounds without frames.
 */
export async function* eachBatch<T>(
  network: SpeechNetwork,
  sounds: readonly SoundInputs[],
  width: number,
  use: (batch: ReadBatch) => T,
): AsyncGenerator<T, void, void> {
  const { engine } = network;
  const heard = sounds.flatMap(({ length }, place) => length > 0 ? [place] : []);
  const breather = new Breather();
  for (const bucket of bucketByLength(heard.map((place) => sounds[place].length), BATCH)) {
    const places = Array.from(bucket, (i) => heard[i]);
    const inputs: Frames[] = [];
    for (const place of places) inputs.push(await sounds[place].inputs());
    const read = await reading(network, inputs, { width, pause: () => breather.breathe() });
    yield inference(() => use({ places, ...read() }), { engine });
    await breather.breathe();
  }
}

/** Returns what computes the logits of a batch. A long sound, which is alone, has been read by then. */
async function reading(
  network: SpeechNetwork,
  inputs: readonly Frames[],
  { width, pause }: { readonly width: number; readonly pause: Pause },
): Promise<() => Omit<ReadBatch, "places">> {
  const { engine } = network;
  if (inputs.length === 1 && inputs[0].length >= LONG) {
    const { values, classes, frames } = await readInSlices(network, inputs[0], pause);
    // Log-probabilities are logits, too.
    return () => ({ lengths: Int32Array.of(frames), logits: tensor(values, [frames, 1, classes], { engine }) });
  }
  const padded = padFrames(inputs, width);
  return () => ({
    lengths: padded.lengths,
    logits: network.forward(inputsOf(padded, engine), padded.lengths),
  });
}

/** The log-probabilities of a sound, and its place among all. */
export interface ReadSound {
  readonly place: number;
  readonly scores: FrameScores;
}

/**
 * Computes the log-probabilities of sounds, those of similar length together, and long ones alone and in slices. A
 * sound without frames has none.
 */
export async function* readSounds(
  network: SpeechNetwork,
  sounds: readonly SoundInputs[],
  width: number,
): AsyncGenerator<ReadSound, void, void> {
  const classes = network.output.weight.shape[0];
  const breather = new Breather();
  for (const [place, sound] of sounds.entries()) {
    if (sound.length === 0) yield { place, scores: { values: new Float32Array(0), classes, frames: 0 } };
    if (sound.length < LONG) continue;
    yield { place, scores: await readInSlices(network, await sound.inputs(), () => breather.breathe()) };
  }
  const short = sounds.map((sound) => sound.length < LONG ? sound : { ...sound, length: 0 });
  const read = ({ places, lengths, logits }: ReadBatch): ReadSound[] =>
    scoresOf(logSoftmax(logits), lengths).map((scores, b) => ({ place: places[b], scores }));
  for await (const batch of eachBatch(network, short, width, read)) yield* batch;
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
