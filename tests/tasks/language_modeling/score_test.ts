import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { inference, softmax } from "../../../src/nn/mod.ts";
import { CharTokenizer, LanguageModel, WordTokenizer } from "../../../mod.ts";
import { PipelineTokenizer, postProcessors, presets } from "../../../tokenizers/mod.ts";
import { babble } from "../../support/command.ts";

const text = babble(600);
const tokenizer = CharTokenizer.train(text, { specials: ["<end>"] });
const model = LanguageModel.create({ tokenizer, hidden: 9, embed: 7, layers: 2, dropout: 0.4, initRange: 0.8 });
const TEXTS = ["the cat", "", "a", text.slice(0, 90), "home home", text.slice(100, 133), "dog\nran"];

/** The probabilities [T, V] of what follows each id, read in one pass from a zero state. */
function probabilities({ network }: LanguageModel, ids: Int32Array): Float32Array[] {
  const all = inference(() => softmax(network.forward(ids, ids.length, 1).logits).toArray());
  const V = all.length / ids.length;
  return Array.from(ids, (_, t) => all.subarray(t * V, (t + 1) * V));
}

Deno.test("a score is the sum of the log-probabilities of a text's tokens after a line feed", async () => {
  const scores = await model.score(TEXTS);
  for (const [i, own] of TEXTS.entries()) {
    const ids = tokenizer.encode(`\n${own}`);
    const all = probabilities(model, ids);
    const expected = Array.from(ids.subarray(1), (id, t) => Math.log(all[t][id])).reduce((sum, x) => sum + x, 0);
    const { logprob, meanLogprob, tokens } = scores[i];
    assertEquals(tokens, own.length);
    assertAlmostEquals(logprob, expected, 1e-4);
    assertEquals(meanLogprob, tokens === 0 ? null : logprob / tokens);
  }
});

Deno.test("a text's score does not depend on the texts beside it", async () => {
  const many = [...TEXTS, ...Array.from({ length: 70 }, (_, i) => text.slice(i, 2 * i + 1))];
  const together = await model.score(many);
  for (const [i, own] of many.entries()) assertEquals((await model.score([own]))[0], together[i], own);
});

Deno.test("each token has its log-probability, its rank and the likeliest tokens in its place", async () => {
  const [{ logprobs, logprob }] = await model.score(["the dog"], { logprobs: 3 });
  const ids = tokenizer.encode("\nthe dog");
  const all = probabilities(model, ids);
  assertEquals(logprobs?.map(({ token }) => token).join(""), "the dog");
  for (const [t, { id, logprob, rank, top }] of logprobs!.entries()) {
    const order = Array.from(all[t].keys()).sort((a, b) => all[t][b] - all[t][a]);
    assertEquals([id, rank], [ids[t + 1], order.indexOf(id) + 1]);
    assertAlmostEquals(logprob, Math.log(all[t][id]), 1e-4);
    assertEquals(top.map(({ id }) => id), order.slice(0, 3));
    for (const { id, token, logprob } of top) {
      assertEquals(token, tokenizer.decode([id]));
      assertAlmostEquals(logprob, Math.log(all[t][id]), 1e-4);
    }
  }
  assertAlmostEquals(logprobs!.reduce((sum, { logprob }) => sum + logprob, 0), logprob, 1e-6);
  assertEquals((await model.score(["the dog"], { logprobs: 0 }))[0].logprobs?.[0].top, []);
});

Deno.test("the first token is only read if no line feed can precede it", async () => {
  const own = CharTokenizer.train("abc");
  const [{ tokens }] = await LanguageModel.create({ tokenizer: own, hidden: 4 }).score(["abca"]);
  assertEquals(tokens, 3);
});

Deno.test("a model of words predicts the end of a line, one of documents the end of the text", async () => {
  const words = WordTokenizer.train("the cat sat\n");
  const lines = await LanguageModel.create({ tokenizer: words, hidden: 4 }).score(["the cat", "", "the cat\n"]);
  assertEquals(lines.map(({ tokens }) => tokens), [3, 1, 3]);
  const documents = LanguageModel.create({ tokenizer, hidden: 4, endOfText: "<end>" });
  const [{ tokens, logprobs }] = await documents.score(["the"], { logprobs: 0 });
  assertEquals([tokens, logprobs?.at(-1)?.token], [4, "<end>"]);
});

Deno.test("a model of documents reads its vocabulary once, however many texts it scores or continues", async () => {
  let readings = 0;
  const own = CharTokenizer.train(text, { specials: ["<end>"] });
  const toJSON = (): unknown => {
    readings++;
    return CharTokenizer.prototype.toJSON.call(own);
  };
  const documents = LanguageModel.create({ tokenizer: Object.assign(own, { toJSON }), hidden: 4, endOfText: "<end>" });
  await documents.score(TEXTS);
  await documents.complete("the", { maxTokens: 1 });
  assertEquals(readings, 1);
});

Deno.test("special tokens around a text are not scored", async () => {
  const texts = ["the cat", "home"];
  const plain = await PipelineTokenizer.train(["the cat ran home. the dog ran."], presets.bpe({ vocabSize: 290 }));
  const [cls, sep]: [string, number][] = [["e", plain.id("e")!], ["t", plain.id("t")!]];
  const tokenizer = plain.with({ postProcessor: new postProcessors.BERT({ cls, sep }) });
  const model = LanguageModel.create({ tokenizer, hidden: 4 });
  const scores = await model.score(texts, { logprobs: 0 });
  for (const [i, text] of texts.entries()) {
    const ids = plain.encode(text);
    assertEquals(scores[i].logprobs!.map(({ id }) => id), [...ids]);
    const all = probabilities(model, Int32Array.from([cls[1], ...ids]));
    assertAlmostEquals(scores[i].logprobs![0].logprob, Math.log(all[0][ids[0]]), 1e-4);
  }
});

Deno.test("scoring refuses wrong options and symbols in one line", async () => {
  await assertRejects(() => model.score(["the"], { logprobs: -1 }), RangeError, "score: expected logprobs");
  for (const unknown of [undefined, "error"] as const) {
    const message = `score: expected the ${tokenizer.size} symbols in the vocabulary, found "Ü", "b" in text 2`;
    await assertRejects(() => model.score(["the", "Über"], { unknown }), RangeError, message);
  }
  const [{ tokens }] = await model.score(["Über"], { unknown: "skip" });
  assertEquals(tokens, 2); // The vocabulary has e and r, and no b.
  assert((await model.score([])).length === 0);
});
