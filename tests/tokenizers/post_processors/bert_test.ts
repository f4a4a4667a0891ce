import { assertEquals, assertThrows } from "@std/assert";
import { BERT } from "../../../tokenizers/post_processors/mod.ts";
import { wordsOf } from "../encodings.ts";
import { postProcessorContract, processed, read } from "./contract.ts";

const bert = new BERT({ sep: ["[SEP]", 2], cls: ["[CLS]", 1] });
postProcessorContract("BERT", bert);

Deno.test("BERT: adds special tokens to a single text and a pair", () => {
  const pair = processed(bert, [wordsOf("to be"), wordsOf("or", 1)]);
  assertEquals({ ...pair }, {
    ids: [1, 116, 98, 2, 111, 2],
    typeIds: [0, 0, 0, 0, 1, 1],
    tokens: ["[CLS]", "to", "be", "[SEP]", "or", "[SEP]"],
    offsets: [[0, 0], [0, 2], [3, 5], [0, 0], [0, 2], [0, 0]],
    attentionMask: [1, 1, 1, 1, 1, 1],
    specialTokensMask: [1, 0, 0, 1, 0, 1],
    wordIds: [undefined, 0, 1, undefined, 0, undefined],
    sequenceIds: [undefined, 0, 0, undefined, 1, undefined],
  });
  assertEquals(processed(bert, [wordsOf("to be")]).typeIds, [0, 0, 0, 0]);
  assertEquals(processed(bert, [wordsOf("to be"), wordsOf("or", 1)], false).typeIds, [0, 0, 1]);
});

Deno.test("BERT: a file must have both tokens and their ids", () => {
  const json = { type: "BertProcessing", sep: ["[SEP]", 2], cls: ["[CLS]", 1] };
  assertEquals(read(json).toJSON(), json);
  assertThrows(() => read({ ...json, sep: undefined }), SyntaxError, "post_processor.sep: the field is missing");
  for (const cls of [["[CLS]"], [1, "[CLS]"], ["[CLS]", -1], ["[CLS]", 1, 2]]) {
    assertThrows(() => read({ ...json, cls }), RangeError, "post_processor.cls: expected a token and its id");
  }
});
