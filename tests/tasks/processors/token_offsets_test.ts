import { assertEquals } from "@std/assert";
import { models, Padding, PipelineTokenizer, preTokenizers, Truncation, WordTokenizer } from "@elman/elman/tokenizers";
import { tokenOffsets } from "../../../tasks/processors/mod.ts";

Deno.test("the offsets are those of the ids of encode, which neither truncates nor pads", () => {
  const vocabulary = new Map(["[PAD]", "<unk>", "a", "b"].map((token, id) => [token, id]));
  const tokenizer = new PipelineTokenizer({
    model: new models.WordLevel({ vocabulary, unknownToken: "<unk>" }),
    preTokenizer: new preTokenizers.WhitespaceSplit(),
    truncation: new Truncation({ maxLength: 3 }),
    padding: new Padding({ length: 8, direction: "Left" }),
  });
  assertEquals(tokenizer.encoding("a b a b").ids.length, 8);
  assertEquals(tokenOffsets(tokenizer, "a b a b"), [[0, 1], [2, 3], [4, 5], [6, 7]]);
});

Deno.test("the id that ends an open line stands at the end of the text", () => {
  const words = WordTokenizer.train("a b\n");
  assertEquals(words.encode("a b").length, 3);
  assertEquals(tokenOffsets(words, "a b"), [[0, 1], [2, 3], [3, 3]]);
});
