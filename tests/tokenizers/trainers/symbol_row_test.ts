import { assert, assertEquals } from "@std/assert";
import { SymbolRow } from "../../../tokenizers/trainers/symbol_row.ts";
import { seededRandom } from "../../support/random.ts";

Deno.test("a row of symbols merged at random places equals lists of symbols", () => {
  const random = seededRandom(1);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let run = 0; run < 20; run++) {
    const words = Array.from({ length: 30 }, () => {
      return Array.from({ length: 1 + below(60) }, () => ({ symbol: below(5), length: 1 }));
    });
    const starts = [0];
    for (const word of words) starts.push(starts.at(-1)! + word.length);
    const cells = Int32Array.from([...words.flat().map(({ symbol }) => symbol), 0]);
    const counts = Float64Array.from(words, () => below(9));
    const row = new SymbolRow(cells, Uint32Array.from(starts), counts, words.length);
    for (let merge = 0; merge < 600; merge++) {
      const index = below(words.length);
      const word = words[index];
      if (word.length < 2) continue;
      const which = below(word.length - 1);
      const [left, right] = word.slice(which, which + 2);
      const at = starts[index] + word.slice(0, which).reduce((sum, { length }) => sum + length, 0);
      row.merge(at, at + left.length, merge);
      assert(row.symbol(at + left.length) < 0);
      word.splice(which, 2, { symbol: merge, length: left.length + right.length });
    }
    for (const [index, word] of words.entries()) {
      const found = [];
      for (let at = row.start(index), previous = -1; at < row.end(index); at += row.length(at)) {
        if (previous >= 0) assertEquals(row.previous(at), previous);
        assertEquals(row.wordAt(at), index);
        previous = at;
        found.push({ symbol: row.symbol(at), length: row.length(at) });
      }
      assertEquals(found, word);
      assertEquals(row.count(index), counts[index]);
    }
  }
});
