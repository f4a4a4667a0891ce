import { assertEquals } from "@std/assert";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { sharedLengths, suffixArray } from "../../../tokenizers/trainers/suffix_array.ts";

/** Sorts the suffixes directly and compares neighbors. */
function naive(symbols: Int32Array): { suffixes: number[]; shared: number[] } {
  const text = String.fromCharCode(...symbols);
  const suffixes = [...symbols.keys()].sort((a, b) => text.slice(a) < text.slice(b) ? -1 : 1);
  const shared = suffixes.map((suffix, i) => {
    let length = 0;
    while (
      i > 0 && symbols[suffix + length] !== undefined && symbols[suffix + length] === symbols[suffixes[i - 1] + length]
    ) {
      length++;
    }
    return length;
  });
  return { suffixes, shared };
}

Deno.test("suffixes of random sequences are sorted, with correct shared lengths", () => {
  const random = new SeededRandom(1);
  const upTo = (limit: number): number => Math.floor(random.next() * limit);
  for (let round = 0; round < 500; round++) {
    const size = 1 + upTo(4);
    const symbols = Int32Array.from({ length: upTo(40) }, () => upTo(size));
    const { suffixes, shared } = naive(symbols);
    const found = suffixArray(symbols, size);
    assertEquals([...found], suffixes);
    assertEquals([...sharedLengths(symbols, found)], shared);
  }
});

Deno.test("suffixes of a repeated symbol are sorted", () => {
  const found = suffixArray(new Int32Array(100_000), 1);
  assertEquals([found[0], found[99_999]], [99_999, 0]);
  assertEquals(sharedLengths(new Int32Array(100_000), found)[99_999], 99_999);
});
