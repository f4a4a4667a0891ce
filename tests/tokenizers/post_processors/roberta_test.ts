import { assertEquals, assertThrows } from "@std/assert";
import { RoBERTa } from "../../../tokenizers/post_processors/mod.ts";
import { wordsOf } from "../encodings.ts";
import { postProcessorContract, processed, read } from "./contract.ts";

const roberta = new RoBERTa({ sep: ["</s>", 2], cls: ["<s>", 0] });
postProcessorContract("RoBERTa", roberta);

Deno.test("RoBERTa: a pair has two separators in the middle and type id 0, also in overflowing parts", () => {
  const texts = [wordsOf("to be"), wordsOf("or not", 1).truncate(1)];
  const pair = processed(roberta, texts);
  assertEquals(pair.tokens, ["<s>", "to", "be", "</s>", "</s>", "or", "</s>"]);
  assertEquals(pair.typeIds, [0, 0, 0, 0, 0, 0, 0]);
  assertEquals(pair.overflowing[0].typeIds, [0, 0, 0, 0, 0, 0, 0]);
  assertEquals(pair.sequenceIds, [undefined, 0, 0, undefined, undefined, 1, undefined]);
  assertEquals(processed(roberta, texts, false).typeIds, [0, 0, 0]);
});

Deno.test("RoBERTa: offsets exclude or include spaces", () => {
  const texts = [wordsOf("a Ġb"), wordsOf("Ġc", 1)];
  const options = { sep: ["</s>", 2], cls: ["<s>", 0] } as const;
  const offsets = (processor: RoBERTa) => processed(processor, texts, false).offsets;
  assertEquals(offsets(roberta), [[0, 1], [3, 4], [0, 2]]);
  assertEquals(offsets(new RoBERTa({ ...options, addPrefixSpace: false })), [[0, 1], [3, 4], [1, 2]]);
  assertEquals(offsets(new RoBERTa({ ...options, trimOffsets: false })), [[0, 1], [2, 4], [0, 2]]);
});

Deno.test("RoBERTa: a file must have every field", () => {
  const json = {
    type: "RobertaProcessing",
    sep: ["</s>", 2],
    cls: ["<s>", 0],
    trim_offsets: true,
    add_prefix_space: false,
  };
  assertEquals(JSON.stringify(read(json)), JSON.stringify(json));
  for (const field of ["sep", "cls", "trim_offsets", "add_prefix_space"]) {
    assertThrows(
      () => read({ ...json, [field]: undefined }),
      SyntaxError,
      `post_processor.${field}: the field is missing`,
    );
  }
});
