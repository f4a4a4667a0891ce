import { assertEquals, assertThrows } from "@std/assert";
import { Template, type TemplateOptions } from "../../../tokenizers/post_processors/mod.ts";
import { partsOf, wordsOf } from "../encodings.ts";
import { postProcessorContract, processed, read } from "./contract.ts";

const BERT = new Template({
  single: "[CLS] $A [SEP]",
  pair: "[CLS] $A [SEP] $B:1 [SEP]:1",
  specialTokens: { "[SEP]": 2, "[CLS]": 1 },
});
const SEVERAL = new Template({
  single: "$A end",
  pair: "$B end $A",
  specialTokens: new Map([["end", [["the", 7], ["end", 8]]]]),
});

postProcessorContract("Template", BERT);
postProcessorContract("Template without special tokens", new Template({ single: "$0" }));
postProcessorContract(
  "Template of a pair with a name for several tokens",
  new Template({ ...SEVERAL, pair: "$A end $B" }),
);

const JSON_OF_BERT = {
  type: "TemplateProcessing",
  single: [
    { SpecialToken: { id: "[CLS]", type_id: 0 } },
    { Sequence: { id: "A", type_id: 0 } },
    { SpecialToken: { id: "[SEP]", type_id: 0 } },
  ],
  pair: [
    { SpecialToken: { id: "[CLS]", type_id: 0 } },
    { Sequence: { id: "A", type_id: 0 } },
    { SpecialToken: { id: "[SEP]", type_id: 0 } },
    { Sequence: { id: "B", type_id: 1 } },
    { SpecialToken: { id: "[SEP]", type_id: 1 } },
  ],
  special_tokens: {
    "[CLS]": { id: "[CLS]", ids: [1], tokens: ["[CLS]"] },
    "[SEP]": { id: "[SEP]", ids: [2], tokens: ["[SEP]"] },
  },
};

Deno.test("Template: sets its type ids, with or without special tokens", () => {
  const texts = [wordsOf("to be"), wordsOf("or", 1)];
  assertEquals(processed(BERT, texts).typeIds, [0, 0, 0, 0, 1, 1]);
  const other = new Template({ ...BERT, single: "[CLS]:3 $5 [SEP]:4", pair: "$A:6 [SEP]:7 $B:8" });
  assertEquals(processed(other, texts.slice(0, 1)).typeIds, [3, 5, 5, 4]);
  assertEquals(processed(other, texts).typeIds, [6, 6, 7, 8]);
  assertEquals(processed(other, texts, false).typeIds, [6, 6, 8]);
});

Deno.test("Template: overflowing parts keep their type ids, as in Hugging Face's library", () => {
  const other = new Template({ ...BERT, single: "[CLS]:3 $5 [SEP]:4" });
  const { overflowing } = processed(other, [wordsOf("a b c").truncate(2)]);
  assertEquals(overflowing.map(({ typeIds }) => typeIds), [[3, 0, 4]]);
});

Deno.test("Template: the second text may come first, and a name may stand for several tokens", () => {
  const { ids, tokens, sequenceIds } = processed(SEVERAL, [wordsOf("to be"), wordsOf("or", 1)]);
  assertEquals(tokens, ["or", "the", "end", "to", "be"]);
  assertEquals(ids.slice(1, 3), [7, 8]);
  assertEquals(sequenceIds, [1, undefined, undefined, 0, 0]);
  assertEquals(SEVERAL.around, { before: [], after: [7, 8] });
  assertEquals(partsOf(processed(SEVERAL, [wordsOf("to")])), ["to the end"]);
});

Deno.test("Template: parses the string form", () => {
  assertEquals(JSON.stringify(BERT), JSON.stringify(JSON_OF_BERT));
  const places = (single: string): unknown => new Template({ ...BERT, single }).single;
  assertEquals(places("$"), [{ sequence: 0, typeId: 0 }]);
  assertEquals(places("$3"), [{ sequence: 0, typeId: 3 }]);
  assertEquals(places("$a:1"), [{ sequence: 0, typeId: 1 }]);
  assertEquals(places("$:1  [SEP]:2 "), [{ sequence: 0, typeId: 1 }, { special: "[SEP]", typeId: 2 }]);
  assertEquals(new Template({ single: "$A" }).pair, [{ sequence: 0, typeId: 0 }, { sequence: 1, typeId: 1 }]);
});

Deno.test("Template: rejects invalid templates by field name", () => {
  const make = (options: Partial<TemplateOptions>) => () => new Template({ ...BERT, ...options });
  const expected: [options: Partial<TemplateOptions>, message: string][] = [
    [{ single: "[CLS]" }, 'build a template: single: expected one $A, found "[CLS]"'],
    [{ single: "$A $A" }, 'single: expected one $A, found "$A $A"'],
    [{ single: "$A $B" }, 'single: expected no $B, found "$A $B"'],
    [{ pair: "$A" }, 'pair: expected one $B, found "$A"'],
    [{ pair: "$B" }, 'pair: expected one $A, found "$B"'],
    [{ single: "$A </s>" }, 'single: expected special tokens that are given, not "</s>", found "$A </s>"'],
    [{ pair: "$A $C" }, 'pair: expected special tokens that are given, not "$C"'],
    [{ single: "$A:" }, 'single: expected special tokens that are given, not "$A:"'],
    [{ single: "$A __proto__" }, 'single: expected special tokens that are given, not "__proto__"'],
  ];
  for (const [options, message] of expected) assertThrows(make(options), RangeError, message);
});

Deno.test("Template: survives a JSON round trip and rejects invalid files", () => {
  assertEquals(JSON.stringify(read(JSON_OF_BERT)), JSON.stringify(JSON_OF_BERT));
  const [cls, text] = JSON_OF_BERT.single;
  const wrong: [change: Record<string, unknown>, error: typeof SyntaxError | typeof RangeError, message: string][] = [
    [{ single: [cls] }, RangeError, "read a tokenizer: post_processor.single: expected one $A"],
    [{ single: JSON_OF_BERT.pair }, RangeError, "post_processor.single: expected no $B"],
    [{ pair: [text] }, RangeError, "post_processor.pair: expected one $B"],
    [{ special_tokens: {} }, RangeError, 'post_processor.single: expected special tokens that are given, not "[CLS]"'],
    [{ special_tokens: undefined }, SyntaxError, "post_processor.special_tokens: the field is missing"],
    [{ pair: undefined }, SyntaxError, "post_processor.pair: the field is missing"],
    [{ single: ["$A"] }, SyntaxError, "post_processor.single[0]: expected an object"],
    [{ single: [{}] }, SyntaxError, "post_processor.single[0].Sequence: the field is missing"],
    [{ single: [{ Sequence: { id: "C", type_id: 0 } }] }, SyntaxError, "single[0].Sequence.id: expected one of"],
    [{ single: [{ SpecialToken: { id: "[CLS]" } }] }, SyntaxError, "single[0].SpecialToken.type_id: the field"],
  ];
  for (const [change, error, message] of wrong) {
    assertThrows(() => read({ ...JSON_OF_BERT, ...change }), error, message);
  }
  for (const entry of [{ ids: [1, 2], tokens: ["a"] }, { ids: ["1"], tokens: ["a"] }, { ids: [1], tokens: [1] }]) {
    const special_tokens = { ...JSON_OF_BERT.special_tokens, "[CLS]": { id: "[CLS]", ...entry } };
    const message = "post_processor.special_tokens.[CLS].ids: expected";
    assertThrows(() => read({ ...JSON_OF_BERT, special_tokens }), RangeError, message);
  }
});

Deno.test("Template: accepts __proto__ and constructor as special tokens", () => {
  const json = `{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"__proto__","type_id":0}},` +
    `{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],` +
    `"special_tokens":{"__proto__":{"id":"__proto__","ids":[4],"tokens":["__proto__"]}}}`;
  assertEquals(JSON.stringify(read(JSON.parse(json))), json);
  assertEquals(read(JSON.parse(json)).around.before, [4]);
});
