import { assertEquals, assertThrows } from "@std/assert";
import { splitPairs } from "../../../mod.ts";

const pairsOf = (sources: readonly (string | number)[]) =>
  sources.map((source) => ({ source: `${source}`, target: "t" }));

Deno.test("a part of few pairs has at least one source, and equal sources stay in one part", () => {
  const { train, valid, test } = splitPairs(pairsOf([1, 2, 3, 1]), { validFraction: 0.1, testFraction: 0.1 });
  const sources = [train, valid!, test!].map((part) => [...new Set(part.map(({ source }) => source))]);
  assertEquals(sources.map(({ length }) => length), [1, 1, 1]);
  assertEquals(sources.flat().sort(), ["1", "2", "3"]);
  assertEquals(train.length + valid!.length + test!.length, 4);
});

Deno.test("too few different sources are refused with their number and the remedy", () => {
  const messageOf = (...[pairs, options]: Parameters<typeof splitPairs>): string =>
    assertThrows(() => splitPairs(pairs, options), RangeError).message;
  assertEquals(
    messageOf(pairsOf([1]), { validFraction: 0.1 }),
    "split pairs: expected enough different source sentences for training and validation, found 1 source sentence in " +
      "1 pair; pass the part separately, or set its fraction to 0",
  );
  assertEquals(
    messageOf(pairsOf([1, 2, 1, 2]), { validFraction: 0.1, testFraction: 0.1 }),
    "split pairs: expected enough different source sentences for training and validation and testing, found " +
      "2 source sentences in 4 pairs; pass the part separately, or set its fraction to 0",
  );
});
