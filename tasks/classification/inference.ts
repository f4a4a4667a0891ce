import { inference, type Tensor } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { type PaddedTexts, padTexts } from "../batching/mod.ts";
import { bucketByLength } from "./batches.ts";
import type { ClassifierNetwork, ClassifierOutput } from "./network.ts";

/** Texts that are read side by side. */
export const BATCH = 64;

/** What is read of a text. */
export interface Reading {
  /** The labels' scores. */
  readonly logits: Float32Array;
  /** How much attention paid to each id; none without attention. */
  readonly attention: Float32Array | undefined;
}

/** Reads texts, given as ids, in batches of about the same length. A text's scores are the same bits in any company. */
export async function readTexts(
  network: ClassifierNetwork,
  texts: readonly Int32Array[],
  options: { readonly batch?: number; readonly signal?: AbortSignal } = {},
): Promise<Reading[]> {
  const { batch = BATCH, signal } = options;
  const { engine } = network;
  const readings: Reading[] = new Array(texts.length);
  const breather = new Breather();
  for (const bucket of bucketByLength(texts.map(({ length }) => length), batch)) {
    const padded = padTexts(texts, bucket);
    inference(() => take(network.forward(padded.ids, padded.lengths), padded, readings), { engine });
    signal?.throwIfAborted();
    await breather.breathe();
  }
  return readings;
}

function take({ logits, attention }: ClassifierOutput, { places, lengths }: PaddedTexts, readings: Reading[]): void {
  const rows = rowsOf(logits);
  const weights = attention && rowsOf(attention);
  places.forEach((place, b) => {
    readings[place] = { logits: rows(b).slice(), attention: weights?.(b).slice(0, lengths[b]) };
  });
}

function rowsOf(x: Tensor): (row: number) => Float32Array {
  const values = x.toArray();
  const width = x.shape[1];
  return (row) => values.subarray(row * width, (row + 1) * width);
}
