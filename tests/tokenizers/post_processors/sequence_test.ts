import { assertEquals, assertThrows } from "@std/assert";
import { BERT, ByteLevel, Sequence, Template } from "../../../tokenizers/post_processors/mod.ts";
import { partsOf, wordsOf } from "../encodings.ts";
import { postProcessorContract, processed, read } from "./contract.ts";

const bert = new BERT({ sep: ["[SEP]", 2], cls: ["[CLS]", 1] });
const template = new Template({
  single: "<s>:3 $A:4 </s>:5",
  pair: "<s> $A $B:1 </s>",
  specialTokens: { "<s>": 7, "</s>": 8 },
});

postProcessorContract("Sequence of none", new Sequence([]));
postProcessorContract("Sequence of ByteLevel and Template", new Sequence([new ByteLevel(), template]));
postProcessorContract("Sequence of Template and ByteLevel", new Sequence([template, new ByteLevel()]));
postProcessorContract("Sequence of two that add tokens", new Sequence([template, bert, template]));

Deno.test("Sequence: later special tokens go outside earlier ones", () => {
  const { tokens, typeIds } = processed(new Sequence([bert, template]), [wordsOf("to be")]);
  assertEquals(tokens, ["<s>", "[CLS]", "to", "be", "[SEP]", "</s>"]);
  assertEquals(typeIds, [3, 4, 4, 4, 4, 5]);
  const pair = processed(new Sequence([bert, template]), [wordsOf("to"), wordsOf("be", 1)]);
  assertEquals(partsOf(pair), ["<s> [CLS] to [SEP] be [SEP] </s>"]);
});

Deno.test("Sequence: ByteLevel finds the start of a text after special tokens", () => {
  const text = wordsOf("Ġa Ġb").map(() => ({ offsets: [[2, 3], [3, 5]] }));
  const { offsets } = processed(new Sequence([template, new ByteLevel()]), [text]);
  assertEquals(offsets, [[0, 0], [2, 3], [4, 5], [0, 0]]);
});

Deno.test("postProcessorFromJSON: a file must name a known type", () => {
  const json = { type: "Sequence", processors: [bert.toJSON()] };
  assertEquals(JSON.stringify(read(json)), JSON.stringify(json));
  assertThrows(
    () => read({ type: "Sequence", processors: [{ type: "BERT" }] }),
    SyntaxError,
    'post_processor.processors[0].type: expected one of "BertProcessing", "ByteLevel"',
  );
  assertThrows(() => read({ type: "toString" }), SyntaxError, 'found "toString"');
  assertThrows(() => read({}), SyntaxError, "post_processor.type: the field is missing");
});
