import { CarriedState, inference, logSoftmax, type Recurrent, relu, type Tensor, tensor } from "../../src/nn/mod.ts";
import type { Frames } from "../batching/mod.ts";
import type { FrameScores } from "./greedy.ts";
import type { SpeechNetwork } from "./network.ts";

/** Frames that the network reads at a time. */
const SLICE = 64;

/** Rows of values, one for each frame. */
interface Rows {
  readonly values: Float32Array;
  /** Number of rows. */
  readonly count: number;
}

/** A function of the rows of a slice, and how slices are taken. */
interface Slicing {
  /** Maps rows `[T, 1, I]` to as many others. */
  readonly map: (rows: Tensor) => Tensor;
  /** Rows before and after a slice that are shown too. */
  readonly margin?: number;
  /** Whether the last slice comes first. */
  readonly isBackward?: boolean;
  /** The part of the values of a row that is kept: the first and the one after the last. Default: all. */
  readonly part?: readonly [from: number, to: number];
}

/**
 * Computes the log-probabilities of a sound as `readSounds` does, but a slice of one layer at a time, so that all else
 * that the program does goes on; `pause` is awaited after each slice. A layer of two directions reads the sound from
 * either end, which takes twice the time.
 */
export async function readInSlices(
  network: SpeechNetwork,
  { frames, length }: Frames,
  pause: () => Promise<void>,
): Promise<FrameScores> {
  const { engine, convolution, layers, norms, output } = network;
  const classes = output.weight.shape[0];
  if (length === 0) return { values: new Float32Array(0), classes, frames: 0 };
  const slices = (rows: Rows, slicing: Slicing): Promise<Rows> => mapSlices(rows, slicing, { engine, pause });
  let rows: Rows = { values: frames, count: length };
  if (convolution) {
    const [, , margin] = convolution.weight.shape;
    rows = await slices(rows, { map: (x) => relu(convolution.forward(x)), margin });
  }
  for (const [l, layer] of layers.entries()) {
    const read = rows;
    const normed = (x: Tensor): Tensor => l > 0 && norms.length > 0 ? norms[l - 1].forward(x) : x;
    const inDirection = async (isBackward: boolean): Promise<Rows> => {
      const carried = CarriedState.zeros(layer, 1);
      const start = isBackward ? layer.projected : 0;
      const part = [start, start + layer.projected] as const;
      try {
        return await slices(read, { map: (x) => readOn(layer, normed(x), carried), isBackward, part });
      } finally {
        carried[Symbol.dispose]();
      }
    };
    rows = await inDirection(false);
    if (layer.directions === 2) rows = sideBySide(rows, await inDirection(true));
  }
  const last = norms.at(-1);
  const { values } = await slices(rows, { map: (x) => logSoftmax(output.forward(last ? last.forward(x) : x)) });
  return { values, classes, frames: length };
}

/** Reads the next rows of a layer, in both directions if it has two. */
function readOn(layer: Recurrent, x: Tensor, carried: CarriedState): Tensor {
  const { output, state } = layer.forward(x, { state: carried.state });
  carried.carry(state);
  return output;
}

async function mapSlices(
  { values, count }: Rows,
  { map, margin = 0, isBackward = false, part }: Slicing,
  { engine, pause }: { readonly engine: SpeechNetwork["engine"]; readonly pause: () => Promise<void> },
): Promise<Rows> {
  const width = values.length / count;
  const starts = Array.from({ length: Math.ceil(count / SLICE) }, (_, i) => i * SLICE);
  let result = new Float32Array(0);
  for (const start of isBackward ? starts.reverse() : starts) {
    const end = Math.min(count, start + SLICE);
    const [first, last] = [Math.max(0, start - margin), Math.min(count, end + margin)];
    inference(() => {
      const found = map(tensor(values.subarray(first * width, last * width), [last - first, 1, width], { engine }));
      const size = found.shape[2];
      const [from, to] = part ?? [0, size];
      if (result.length === 0) result = new Float32Array(count * (to - from));
      const all = found.toArray();
      for (let t = start; t < end; t++) {
        result.set(all.subarray((t - first) * size + from, (t - first) * size + to), t * (to - from));
      }
    }, { engine });
    await pause();
  }
  return { values: result, count };
}

/** Joins rows of the same number and width. */
function sideBySide(left: Rows, right: Rows): Rows {
  const { count } = left;
  const width = left.values.length / count;
  const values = new Float32Array(2 * left.values.length);
  for (let t = 0; t < count; t++) {
    values.set(left.values.subarray(t * width, (t + 1) * width), 2 * t * width);
    values.set(right.values.subarray(t * width, (t + 1) * width), (2 * t + 1) * width);
  }
  return { values, count };
}
