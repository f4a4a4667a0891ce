import { assert, assertEquals, assertRejects } from "@std/assert";
import { ByteTokenizer, CharTokenizer, LanguageModel, tokenizerFromJSON, WordTokenizer } from "../../../mod.ts";
import type { Documents } from "../../../tasks/data/mod.ts";
import { documentsOf, encodeDocuments } from "../../../tasks/language_modeling/document_ids.ts";
import { RewrittenText } from "../../../tasks/language_modeling/rewritten_text.ts";
import { encodeTexts } from "../../../tasks/language_modeling/text_plan.ts";
import type { TextSource } from "../../../tasks/language_modeling/token_ids.ts";
import { UnknownSymbols } from "../../../tasks/language_modeling/unknown_rule.ts";
import { countUnknown, findUnknown, rewritePart } from "../../../tasks/language_modeling/unknown_symbols.ts";
import { models, normalizers, PipelineTokenizer, preTokenizers } from "@elman/elman/tokenizers";

const tokenizer = CharTokenizer.train("abc\n");
const EXPECTED = "expected the 4 symbols in the vocabulary, found";

Deno.test("unknown symbols are named with their line, their file among several, or their document", async () => {
  assertEquals(await findUnknown("abc\ncab", tokenizer), undefined);
  assertEquals(await findUnknown("abc\n\naébz\nx", tokenizer), `${EXPECTED} "é", "z" on line 3`);
  const files = [{ path: "a.txt", start: 0, end: 5 }, { path: "b.txt", start: 6, end: 9 }];
  assertEquals(await findUnknown("a\nb\nc\na\n?", tokenizer, files), `${EXPECTED} "?" on line 2 of b.txt`);
  assertEquals(await findUnknown("a\nb\nc\na\n?", tokenizer, [files[0]]), `${EXPECTED} "?" on line 5`);
  assertEquals(await findUnknown(documentsOf(["abc", "ab-"]), tokenizer), `${EXPECTED} "-" in document 2`);
  assertEquals(await findUnknown("é", new ByteTokenizer()), undefined);
  assertEquals(await findUnknown("é", CharTokenizer.train("abc", { unknown: true })), undefined);
});

Deno.test("a message lists at most ten unknown symbols", async () => {
  const shown = Array.from("0123456789", (digit) => `"${digit}"`).join(", ");
  assertEquals(await findUnknown("0123456789xyz", tokenizer), `${EXPECTED} ${shown} and 3 more on line 1`);
});

Deno.test("unknown symbols are rewritten where they are, whatever the tokenizer makes of the text", () => {
  const idsOf = (...tokens: string[]) => new Map(tokens.map((token, id) => [token, id]));
  const words = new PipelineTokenizer({
    normalizer: new normalizers.Sequence([new normalizers.NFD(), new normalizers.Lowercase()]),
    preTokenizer: new preTokenizers.Whitespace(),
    model: new models.WordLevel({ vocabulary: idsOf("<unk>", "the", "17", "cat"), unknownToken: "<unk>" }),
  });
  const skipped = new UnknownSymbols(words, "skip");
  assertEquals(skipped.rewrite("read", "The Dog, 17 7 CAT É the"), "The  17  CAT  the");
  assertEquals(skipped.count, 4);
  const letters = new PipelineTokenizer({
    normalizer: new normalizers.Lowercase(),
    model: new models.BPE({ vocabulary: idsOf("t", "h", "e"), merges: [] }),
  });
  const replaced = new UnknownSymbols(letters, "replace");
  assertEquals(replaced.rewrite("read", "THÉthé"), "THEthe");
  assertEquals(replaced.summary, 'Replaced 2 symbols outside the vocabulary: "É", "é".');
});

Deno.test("rewriting a part names the line of the file that has a symbol outside the vocabulary", async () => {
  const files = [{ path: "a.txt", start: 0, end: 5 }, { path: "b.txt", start: 6, end: 9 }];
  const text = "a\nb\nc\na\n?";
  const refusing = new UnknownSymbols(tokenizer, "error");
  const message = `evaluate: ${EXPECTED} "?" on line 2 of b.txt`;
  await assertRejects(() => rewritePart(text, refusing, "evaluate", files), RangeError, message);
  const rewritten = await rewritePart(text, new UnknownSymbols(tokenizer, "skip"), "evaluate", files) as TextSource;
  assertEquals([await rewritten.slice(0, rewritten.length), rewritten.length], ["a\nb\nc\na\n", 8]);
});

Deno.test("a part in which nothing changes is not copied, and only what changes of another is held", async () => {
  const skipping = new UnknownSymbols(tokenizer, "skip");
  const parts = [{ length: 4, slice: (start: number, end: number) => "abc\n".slice(start, end) }, documentsOf(["ab"])];
  for (const part of parts) assertEquals(await rewritePart(part, skipping, "evaluate") === part, true);
  const words = WordTokenizer.train("a b\n");
  const kept = new UnknownSymbols(words, "replace");
  const text = { length: 6, slice: () => "a b c\n" };
  assertEquals([await rewritePart(text, kept, "evaluate") === text, kept.count], [true, 1]);
  const documents = documentsOf(["ab", "aéb", "c"]);
  const { lengths, read } = await rewritePart(documents, skipping, "evaluate") as Documents;
  assertEquals([lengths, await Promise.all([0, 1, 2].map(read))], [[2, 2, 1], ["ab", "ab", "c"]]);
});

Deno.test("a rewritten text is what its parts make, wherever it is cut", async () => {
  const parts = ["a".repeat(2 ** 17), "x", "b", "x".repeat(9), "c".repeat(2 ** 16), "d", "x", "", "e".repeat(50)];
  const rewrite = (part: string): string => part.replaceAll("x", part.length > 1 ? "" : "yz");
  const rewritten = new RewrittenText(parts.join(""));
  for (const part of parts) rewritten.add(part, rewrite(part));
  const expected = parts.map(rewrite).join("");
  assertEquals([rewritten.length, rewritten.isChanged], [expected.length, true]);
  const places = [0, 1, 2 ** 17 - 1, 2 ** 17, 2 ** 17 + 1, 2 ** 17 + 3, 2 ** 17 + 2 ** 16 + 3, expected.length - 51];
  for (const start of places) {
    for (const end of [...places, expected.length]) {
      assert(await rewritten.slice(start, Math.max(start, end)) === expected.slice(start, Math.max(start, end)));
    }
  }
});

Deno.test("the ends of documents do not count as unknown symbols, even if one token stands for both", async () => {
  const json = JSON.parse(JSON.stringify(WordTokenizer.train("to be or\n").toJSON()));
  json.model.unk_token = "<eos>";
  const shared = tokenizerFromJSON(json);
  const ids = await encodeDocuments(["to be", "or not", "to see it"], shared);
  assertEquals(await countUnknown(ids, shared), 3);
});

Deno.test("generation treats symbols of a prompt outside the vocabulary as its rule says", async () => {
  const lm = LanguageModel.create({ tokenizer, hidden: 4, initRange: 1.5 });
  const options = { maxTokens: 9, seed: 2 };
  const { text } = await lm.complete("ab", options);
  assertEquals((await lm.complete("aéb", { ...options, unknown: "skip" })).text, text);
  assertEquals((await lm.completeAll(["áB", "Ab"], { ...options, unknown: "replace" }))[0].text, text);
  const message = `generate: ${EXPECTED} "é" in the prompt`;
  for (const unknown of [null, "error"] as const) {
    await assertRejects(() => lm.complete("aé", { unknown }), RangeError, message);
  }
  await assertRejects(() => lm.complete("a\u03a9", { unknown: "replace" }), RangeError, "found neither for");
  const words = CharTokenizer.train("abc", { unknown: true });
  const other = LanguageModel.create({ tokenizer: words, hidden: 4 });
  await assertRejects(() => other.complete("aé", { unknown: "error" }), RangeError, '"é" in the prompt');
});

Deno.test("a corpus that a tokenizer cannot encode is refused with the part, the place and a remedy", async () => {
  await assertRejects(
    () => encodeTexts({ train: "abc\n".repeat(9), valid: "abc\nabd" }, tokenizer),
    RangeError,
    `encode the validation text: ${EXPECTED} "d" on line 2; a model with --tokenizer byte reads any text`,
  );
});

Deno.test("a word that every object has as a property is unknown like any other", async () => {
  const words = WordTokenizer.train("the Constructor and TOSTRING are here", { unknown: false });
  const lm = LanguageModel.create({ tokenizer: words, hidden: 4 });
  const complete = async (prompt: string): Promise<string> =>
    (await lm.complete(prompt, { maxTokens: 3, seed: 1, unknown: "replace" })).text;
  assertEquals(await complete("the toString"), await complete("the TOSTRING"));
  for (const word of ["constructor", "__proto__"]) {
    await assertRejects(() => lm.complete(`the ${word}`, { unknown: "replace" }), RangeError, `found neither for`);
  }
});

Deno.test("a text is refused where a tokenizer of byte pairs would leave out what it lacks", async () => {
  const vocabulary = new Map([..."caf ", "e", "<eos>"].map((token, id) => [token, id]));
  const bytes = new PipelineTokenizer({
    model: new models.BPE({ vocabulary, merges: [] }),
    addedTokens: [{ content: "<eos>", id: 5, special: true }],
  });
  const lm = LanguageModel.create({ tokenizer: bytes, hidden: 4 });
  await assertRejects(() => lm.evaluate("cafe caf\u00e9"), RangeError, 'found "\u00e9"');
  assert((await lm.evaluate("cafe cafe")).loss > 0);
  const documents = LanguageModel.create({ tokenizer: bytes, hidden: 4, endOfText: "<eos>" });
  await assertRejects(() => documents.evaluate(["cafe", "caf\u00e9"]), RangeError, "document 2");
  assertEquals(new UnknownSymbols(bytes, "replace").rewrite("read", "caf\u00e9"), "cafe");
});

Deno.test("what is skipped does not join the words around it", () => {
  const vocabulary = new Map(["good", "bad"].map((token, id) => [token, id]));
  const words = new PipelineTokenizer({
    model: new models.WordLevel({ vocabulary, unknownToken: "<unk>" }),
    preTokenizer: new preTokenizers.Whitespace(),
  });
  const skip = (text: string): string => new UnknownSymbols(words, "skip").rewrite("read", text);
  assertEquals(["good\u2014bad", "good \u2014 bad", "\u2014good"].map(skip), ["good bad", "good  bad", "good"]);
  const letters = new PipelineTokenizer({
    model: new models.BPE({ vocabulary: new Map([..."abc"].map((token, id) => [token, id])), merges: [] }),
  });
  assertEquals(new UnknownSymbols(letters, "skip").rewrite("read", "abXcb"), "abcb");
});
