import { assert, assertEquals } from "@std/assert";
import { mergeInBlocks } from "../../../tokenizers/models/block_merger.ts";
import { MergeTable } from "../../../tokenizers/models/merge_table.ts";
import { Merger } from "../../../tokenizers/models/merger.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { randomModel } from "./naive_bpe.ts";

/** A few blocks of symbols, below the threshold for merging in blocks. */
const LENGTH = 14_000;

function tableOf(symbols: string, merges: number, seed: number): MergeTable {
  const model = randomModel([...symbols], merges, seed);
  const id = (token: string): number => model.vocabulary.get(token)!;
  return new MergeTable(model.merges.map(([left, right]) => [id(left), id(right), id(left + right)]));
}

function sequences(kinds: number, seed: number): Int32Array[] {
  const random = new SeededRandom(seed);
  const draw = (): number => Math.floor(random.next() * kinds);
  const period = Array.from({ length: 1 + Math.floor(random.next() * 40) }, draw);
  return [
    Int32Array.from({ length: LENGTH }, draw),
    Int32Array.from({ length: LENGTH }, (_, i) => period[i % period.length]),
    new Int32Array(LENGTH).fill(draw()),
    Int32Array.from({ length: LENGTH }, (_, i) => random.next() < 0.01 ? draw() : i % kinds),
  ];
}

Deno.test("merging in blocks equals merging the whole piece", () => {
  let merged = 0;
  for (let seed = 0; seed < 60; seed++) {
    const table = tableOf(["a", "ab", "abc", "abcd"][seed % 4], seed % 4 === 0 ? 4 + seed % 16 : 4 + seed, seed);
    for (const symbols of sequences(1 + seed % 4, seed)) {
      const whole = new Merger(table);
      for (const symbol of symbols) whole.add(symbol);
      const count = whole.merge();
      const tokens = mergeInBlocks(symbols, new Merger(table));
      if (tokens === undefined) continue;
      merged++;
      assertEquals(tokens.count, count);
      for (let i = 0; i < count; i++) {
        if (tokens.ids[i] === whole.id(i) && tokens.firsts[i] === whole.first(i)) continue;
        throw new RangeError(`seed ${seed}: token ${i} is ${tokens.ids[i]}, expected ${whole.id(i)}`);
      }
      assertEquals(tokens.firsts[count], LENGTH);
    }
  }
  assert(merged > 200, `only ${merged} of 240 could be merged in blocks`);
});
