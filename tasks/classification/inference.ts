import { InputRangeError } from "../../errors.ts";
import { inference, type Tensor } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { bucketByLength, type PaddedTexts, padTexts } from "../batching/mod.ts";
import { blendLogits, type LinearConfig, logitsInBlocks } from "./linear/mod.ts";
import type { ClassifierNetwork, ClassifierOutput } from "./network.ts";
import type { ReadableTexts } from "./texts.ts";

/** Batch size for inference, in texts. */
export const BATCH = 64;

/** The network's output for one text. */
export interface Reading {
  /** The logits, one for each label. */
  readonly logits: Float32Array;
  /** The attention weight of each token; `undefined` if the pooling has no attention. */
  readonly attention: Float32Array | undefined;
}

/**
 * Computes the logits of texts by the network, by the linear model or by both, averaged over both strands if they have
 * two. Throws `RangeError` if there is neither: a linear model has no weights before it is trained.
 */
export async function readBoth(
  network: ClassifierNetwork,
  texts: ReadableTexts,
  { linear, signal }: { readonly linear: LinearConfig | null; readonly signal?: AbortSignal },
): Promise<Reading[]> {
  const [wide, deep] = [await linearLogits(network, texts, { signal }), network.members.length > 0];
  if (!wide && !deep) {
    throw new InputRangeError("read texts: expected a linear model that is trained, found one that is not");
  }
  if (!deep) return wide!.map((logits) => ({ logits, attention: undefined }));
  const readings = await readEncoded(network, texts, { signal });
  if (!wide) return readings;
  const logits = blendLogits(readings.map(({ logits }) => logits), wide, linear!.blend);
  return readings.map(({ attention }, i) => ({ logits: logits[i], attention }));
}

/** Computes the logits of texts by the linear model, if there is one, averaged over both strands if they have two. */
export async function linearLogits(
  { linear }: ClassifierNetwork,
  { texts, reverse }: Pick<ReadableTexts, "texts"> & { readonly reverse?: Pick<ReadableTexts, "texts"> },
  options: { readonly signal?: AbortSignal } = {},
): Promise<Float32Array[] | undefined> {
  if (!linear) return undefined;
  const read = (texts: readonly string[]) => logitsInBlocks(texts, (block) => linear.logits(block), options);
  const own = await read(texts);
  return reverse ? meanLogits(own, await read(reverse.texts)) : own;
}

/**
 * Runs the network on encoded texts, in batches of similar length. A text's logits do not depend on the other texts,
 * bit for bit.
 */
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

/** Runs the network on encoded texts as `readTexts` does, and averages the logits of both strands if they have two. */
export async function readEncoded(
  network: ClassifierNetwork,
  { ids, reverse }: ReadableTexts,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Reading[]> {
  const own = await readTexts(network, ids, options);
  if (reverse === undefined) return own;
  const other = await readTexts(network, reverse.ids, options);
  const logits = meanLogits(own.map(({ logits }) => logits), other.map(({ logits }) => logits));
  return own.map(({ attention }, i) => ({ logits: logits[i], attention }));
}

function meanLogits(own: readonly Float32Array[], other: readonly Float32Array[]): Float32Array[] {
  return own.map((row, i) => row.map((logit, label) => (logit + other[i][label]) / 2));
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
