import { spreadItems, spreadPlaces } from "../../src/train/mod.ts";
import { targetsAt } from "./multi_label/targets.ts";
import type { EncodedTexts, ReadableTexts } from "./texts.ts";

/** Returns a share of encoded texts, spread evenly; each has `width` targets. */
export function shareOf(encoded: EncodedTexts, share: number, width: number): EncodedTexts {
  if (share === 1) return encoded;
  const targets = targetsAt(encoded.targets, spreadPlaces(encoded.texts.length, share), width);
  return { ...encoded, ...readableShare(encoded, share), targets };
}

/** Returns the texts at some places. */
export function textsAt({ texts, ids, reverse }: ReadableTexts, places: readonly number[]): ReadableTexts {
  if (places.length === ids.length) return { texts, ids, ...reverse && { reverse } };
  const own = { texts: places.map((i) => texts[i]), ids: places.map((i) => ids[i]) };
  return reverse === undefined ? own : { ...own, reverse: textsAt(reverse, places) };
}

function readableShare({ texts, ids, reverse }: ReadableTexts, share: number): ReadableTexts {
  const own = { texts: spreadItems(texts, share), ids: spreadItems(ids, share) };
  return reverse === undefined ? own : { ...own, reverse: readableShare(reverse, share) };
}
