import { pausing } from "../../../src/train/mod.ts";
import { TEXTS } from "./features.ts";

/**
 * Computes the logits of many texts block by block, with pauses for timers, signals and requests. Throws the signal's
 * reason if it aborts.
 */
export async function logitsInBlocks(
  texts: readonly string[],
  logitsOf: (block: readonly string[]) => readonly Float32Array[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Float32Array[]> {
  const pause = pausing(options);
  const logits: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += TEXTS) {
    await pause();
    logits.push(...logitsOf(texts.slice(start, start + TEXTS)));
  }
  return logits;
}
