import { assert, assertEquals, assertRejects } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { makeTokenizers, PARALLEL_PLAN } from "../../../tasks/translation/parallel_plan.ts";

Deno.test("pairs of more characters than the usual vocabulary has tokens get one that knows them", async () => {
  const sentence = (i: number): string =>
    String.fromCodePoint(...Array.from({ length: 30 }, (_, k) => 0x4e00 + 20 * i + k));
  const pairs = Array.from({ length: 60 }, (_, i) => ({ source: sentence(i), target: `a ${i}` }));
  const make = (vocabSize?: number) =>
    makeTokenizers(complete(PARALLEL_PLAN, { tokenizer: "unigram", vocabSize }, "train"), pairs);
  const { source, target } = await make();
  assert(source.size > 1210);
  for (const pair of pairs) {
    assertEquals(source.unknownSymbols(pair.source), []);
    assertEquals(target.unknownSymbols(pair.target), []);
  }
  await assertRejects(() => make(1000), RangeError, "expected a vocabSize of at least 1212");
});
