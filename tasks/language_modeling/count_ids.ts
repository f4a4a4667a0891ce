import { blockAt, type TokenIds } from "./token_ids.ts";

/** Counts how often each of V ids occurs in a text, or at least in its first `most` ids. */
export async function countIds(ids: TokenIds, V: number, most = Infinity): Promise<Float64Array> {
  const counts = new Float64Array(V);
  for (let position = 0; position < Math.min(most, ids.length);) {
    const block = await blockAt(ids, position);
    for (let i = position - block.start; i < block.ids.length; i++) counts[block.ids[i]]++;
    position = block.start + block.ids.length;
  }
  return counts;
}
