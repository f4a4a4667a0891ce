// Log-probabilities of generated tokens, the reason why a text ends, and the best of several texts.

import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { CharTokenizer, type GenerateOptions, LanguageModel, type Tokenizer } from "../../../mod.ts";
import { inference } from "../../../src/nn/mod.ts";
import { babble } from "../../support/command.ts";

const text = babble(600);
const tokenizer = CharTokenizer.train(text);

/** An untrained model, with weights large enough for its texts to vary. */
function untrained(tokenizer: Tokenizer, endOfText: string | null = null): LanguageModel {
  return LanguageModel.create({ tokenizer, endOfText, cell: "gru", hidden: 12, initRange: 1.5, seed: 3 });
}

/** The log-probabilities [V] of the token after each of the ids, in double precision. */
function oracle({ network, tokenizer: { size } }: LanguageModel, ids: readonly number[]): number[][] {
  const T = ids.length;
  const logits = inference(() => network.forward(Int32Array.from(ids), T, 1).logits.toArray());
  return ids.map((_, t) => {
    const row = Array.from(logits.slice(t * size, (t + 1) * size));
    const sum = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return row.map((logit) => logit - Math.log(sum));
  });
}

Deno.test("log-probabilities are those of the model itself, whatever the options of the sampling are", async () => {
  const model = untrained(tokenizer);
  const settings: GenerateOptions[] = [{}, { temperature: 0 }, { temperature: 3, topK: 4 }, {
    logitBias: { e: 3 },
    ban: "a",
    presencePenalty: 1,
    typicalP: 0.7,
  }];
  for (const options of settings) {
    const { text, tokens, logprobs, score } = await model.complete("th", {
      maxTokens: 25,
      seed: 1,
      logprobs: 3,
      ...options,
    });
    assertEquals([logprobs!.length, logprobs!.map(({ token }) => token).join("")], [tokens, text]);
    const ids = [...tokenizer.encode("th" + text)];
    const rows = oracle(model, ids).slice(1);
    for (const [i, { id, logprob, top }] of logprobs!.entries()) {
      assertEquals(id, ids[i + 2]);
      assertAlmostEquals(logprob, rows[i][id], 1e-5);
      const ranked = rows[i].map((logprob, id) => ({ logprob, id })).sort((a, b) => b.logprob - a.logprob).slice(0, 3);
      assertEquals(top.map(({ id }) => id), ranked.map(({ id }) => id));
      for (const [k, { token, logprob }] of top.entries()) {
        assertAlmostEquals(logprob, ranked[k].logprob, 1e-5);
        assertEquals(token, tokenizer.decode([ranked[k].id]));
      }
    }
    const mean = logprobs!.reduce((sum, { logprob }) => sum + logprob, 0) / tokens;
    assertAlmostEquals(score!, mean, 1e-12);
  }
  const { text: plain, ...others } = await model.complete("th", { maxTokens: 25, seed: 1 });
  assertEquals(plain, (await model.complete("th", { maxTokens: 25, seed: 1, logprobs: 3 })).text);
  assertEquals(["logprobs" in others, "score" in others], [false, false]);
});

Deno.test("a generation in pieces records log-probabilities while it runs", async () => {
  const model = untrained(tokenizer);
  const options = { maxTokens: 10, seed: 2, logprobs: 0 };
  const generation = model.generate("t", options);
  assertEquals([generation.logprobs, generation.finishReason], [[], undefined]);
  const seen: string[] = [];
  for await (const piece of generation) {
    seen.push(piece);
    assertEquals(generation.logprobs!.map(({ token }) => token), seen);
    assert(generation.logprobs!.every(({ top }) => top.length === 0));
  }
  const { logprobs, finishReason } = await model.complete("t", options);
  assertEquals([generation.logprobs, generation.finishReason], [logprobs, finishReason]);
  assertEquals(model.generate("t").logprobs, undefined);
  const many = await model.complete("t", { maxTokens: 1, logprobs: 1000 });
  assertEquals(new Set(many.logprobs![0].top.map(({ id }) => id)).size, tokenizer.size);
  const none = await model.complete("t", { maxTokens: 0, logprobs: 2 });
  assertEquals([none.logprobs, none.score, none.finishReason], [[], 0, "length"]);
});

Deno.test("the finish reason says whether length, a stop text or the model ended a text", async () => {
  const documents = CharTokenizer.train(text, { specials: ["<eos>"] });
  const model = untrained(documents, "<eos>");
  const options = { maxTokens: 8, seed: 1, logprobs: 1 };
  const full = await model.complete("a", { ...options, ban: "<eos>" });
  assertEquals([full.finishReason, full.tokens], ["length", 8]);
  const stopped = await model.complete("a", { ...options, ban: "<eos>", stop: full.text.slice(2, 4) });
  assertEquals([stopped.finishReason, stopped.logprobs!.length], ["stop", stopped.tokens]);
  const ended = await model.complete("a", { ...options, logitBias: { "<eos>": 99 } });
  assertEquals([ended.finishReason, ended.text, ended.tokens], ["end", "", 1]);
  assertEquals(ended.logprobs!.map(({ token }) => token), ["<eos>"]);
  const atOnce = await model.complete("a", { ...options, maxTokens: 1, stop: full.text[0], ban: "<eos>" });
  assertEquals(atOnce.finishReason, "stop", "not length, although the text has its maximum too");
});

Deno.test("bestOf returns the text with the highest mean log-probability of the seeds that follow", async () => {
  const model = untrained(tokenizer);
  const options = { maxTokens: 12, temperature: 2, logprobs: 1 };
  const single = await Promise.all([5, 6, 7, 8].map((seed) => model.complete("th", { ...options, seed })));
  const scores = single.map(({ score }) => score!);
  const expected = single[scores.indexOf(Math.max(...scores))];
  assertGreater(new Set(scores).size, 1);
  const best = await model.complete("th", { ...options, seed: 5, bestOf: 4 });
  assertEquals(best, expected);
  const { logprobs: _, ...bare } = expected;
  assertEquals(await model.complete("th", { ...options, logprobs: null, seed: 5, bestOf: 4 }), bare);
  const again = await model.complete("th", { ...options, seed: best.seed });
  assertEquals(again, best);
  const greedy = await model.complete("th", { ...options, temperature: 0, seed: 5, bestOf: 3 });
  assertEquals(greedy.seed, 5, "the first of equal texts");
  const random = await model.complete("th", { ...options, bestOf: 2 });
  assertEquals((await model.complete("th", { ...options, seed: random.seed })).text, random.text);
});
