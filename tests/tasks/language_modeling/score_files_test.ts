import { assertEquals } from "@std/assert";
import type { LanguageModel } from "../../../mod.ts";
import { documentsOf } from "../../../tasks/language_modeling/document_ids.ts";
import { reportUnits } from "../../../tasks/language_modeling/score_files.ts";

/** Returns the sizes of the batches in which documents are scored. */
async function batchesOf(documents: readonly string[]): Promise<number[]> {
  const sizes: number[] = [];
  const score = (texts: readonly string[]): Promise<unknown> => {
    sizes.push(texts.length);
    return Promise.resolve(texts.map(({ length }) => ({ logprob: -length, meanLogprob: -1, tokens: length })));
  };
  const { fields } = await reportUnits({ score } as unknown as LanguageModel, documentsOf(documents), {
    top: undefined,
  });
  assertEquals(fields.documents, documents.length);
  return sizes;
}

Deno.test("documents are scored so many at a time that their scores stay small", async () => {
  assertEquals(await batchesOf(Array(2500).fill("abc")), [1024, 1024, 452]);
  assertEquals(await batchesOf(Array(5).fill("a".repeat(2 ** 17))), [2, 2, 1]);
  assertEquals(await batchesOf(["a", "b".repeat(2 ** 19), "c"]), [2, 1]);
  assertEquals(await batchesOf([]), []);
});
