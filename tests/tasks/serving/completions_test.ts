// Answers to /v1/completions are what the library gives for the same options, whole and in pieces.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ByteTokenizer, LanguageModel } from "../../../mod.ts";
import { complete } from "../../../src/schema/mod.ts";
import { Call } from "../../../tasks/serving/call.ts";
import { echoPrompts } from "../../../tasks/serving/completion_echo.ts";
import { COMPLETION_FIELDS } from "../../../tasks/serving/completion_fields.ts";
import { checkCompletion, planCompletion } from "../../../tasks/serving/completion_plan.ts";
import { streamCompletion } from "../../../tasks/serving/completion_stream.ts";
import { LIMITS } from "../../../tasks/serving/limits.ts";
import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { readFields } from "../../../tasks/serving/request_body.ts";
import { Serving } from "../../../tasks/serving/serving.ts";
import { ask, post, stream, TEXT, untrainedModel } from "../../support/serving.ts";

const model = untrainedModel();
const server = new ModelServer({ lm: model });

Deno.test("requests that come together get the texts that their seeds give alone", async () => {
  const asked = Array.from({ length: 20 }, (_, i) => ({
    prompt: TEXT.slice(i, 2 + (i % 5) * 100),
    max_tokens: 10 + 7 * (i % 3),
    temperature: i % 4,
    seed: i,
  }));
  const answers = await Promise.all(asked.map((body) => ask(server, { model: "lm", ...body })));
  for (const [i, { prompt, max_tokens: maxTokens, temperature, seed }] of asked.entries()) {
    const expected = await model.complete(prompt, { maxTokens, temperature, seed });
    const [status, { choices: [{ text, finish_reason }] }] = answers[i];
    assertEquals([status, text, finish_reason], [200, expected.text, "length"]);
  }
});

Deno.test("a stream's pieces join to the whole answer, with its log-probabilities and its usage", async () => {
  const body = { prompt: ["the", "a"], n: 2, max_tokens: 30, seed: 5, stop: ["q", "zx"], logprobs: 2 };
  const [, whole] = await ask(server, body);
  const events = await stream(server, { ...body, stream_options: { include_usage: true } });
  const choices = events.flatMap(({ choices }) => choices);
  for (const { index, text, finish_reason, logprobs } of whole.choices) {
    const own = choices.filter((choice) => choice.index === index);
    assertEquals(own.map((choice) => choice.text).join(""), text);
    assertEquals(own.map((choice) => choice.finish_reason).filter((reason) => reason), [finish_reason]);
    const pieces = own.flatMap((choice) => choice.logprobs ?? []);
    for (const name of ["tokens", "token_logprobs", "text_offset"] as const) {
      assertEquals(pieces.flatMap((piece): unknown[] => piece[name]), logprobs[name]);
    }
  }
  assertEquals(events.at(-1)!.usage, whole.usage);
  // OpenAI's interface has null in the events before it, and nothing if the usage is not asked for.
  assertEquals(events.slice(0, -1).filter(({ usage }) => usage !== null), []);
  assertEquals((await stream(server, body)).filter((event) => "usage" in event), []);
  assertEquals(whole.usage!.prompt_tokens, 4);
});

Deno.test("a stream keeps no log-probabilities that it has sent", async () => {
  const serving = new Serving({ lm: model }, complete(LIMITS, {}, "serve"), undefined);
  const body = { prompt: "the", max_tokens: 200, seed: 5, stream: true, logprobs: 2 };
  const fields = readFields("complete", COMPLETION_FIELDS, body);
  const plan = planCompletion(checkCompletion(serving, fields, serving.find(LanguageModel, "lm"), undefined));
  const call = new Call(post("/v1/completions", body), 60, () => {});
  let kept: unknown;
  const response = streamCompletion(plan, await echoPrompts(plan, serving.turns, call.signal), call, async (begin) => {
    begin();
    [{ logprobs: kept }] = await plan.runner.run(plan.texts, call.signal);
  });
  assertEquals((await response.text()).match(/"finish_reason"/g)!.length, 201);
  assertEquals(kept, []);
  serving.release();
});

Deno.test("n texts have seeds that follow each other, and best_of returns the likeliest", async () => {
  const [, { choices }] = await ask(server, { prompt: "the", n: 3, max_tokens: 9, seed: 4 });
  for (const [i, { text, index }] of choices.entries()) {
    const alone = await model.complete("the", { maxTokens: 9, seed: 4 + i, temperature: 1 });
    assertEquals([text, index], [alone.text, i]);
  }
  const [, best] = await ask(server, { prompt: "the", best_of: 3, max_tokens: 9, seed: 4, echo: true });
  const expected = await model.complete("the", { maxTokens: 9, seed: 4, temperature: 1, bestOf: 3 });
  assertEquals(best.choices.map(({ text }) => text), ["the" + expected.text]);
});

Deno.test("a bias, the penalties and the limits of the sampling take effect", async () => {
  const id = model.tokenizer.encode("e")[0];
  const [, biased] = await ask(server, { prompt: "t", max_tokens: 5, logit_bias: { [id]: 100 } });
  assertEquals(biased.choices[0].text, "eeeee");
  const body = { prompt: "t", max_tokens: 20, seed: 1 };
  const options = { maxTokens: 20, seed: 1, temperature: 1 };
  const pairs = [
    [{ presence_penalty: 2, frequency_penalty: 1 }, { presencePenalty: 2, frequencyPenalty: 1 }],
    [{ top_p: 0.3 }, { topP: 0.3 }],
    [{ top_p: 0 }, { temperature: 0 }],
    [{ top_k: 2, min_p: 0.1 }, { topK: 2, minP: 0.1 }],
    [{ typical_p: 0.4, repetition_penalty: 3 }, { typicalP: 0.4, repetitionPenalty: 3 }],
  ];
  const plain = (await model.complete("t", options)).text;
  for (const [fields, extra] of pairs) {
    const { text } = await model.complete("t", { ...options, ...extra });
    assert(text !== plain);
    assertEquals((await ask(server, { ...body, ...fields }))[1].choices[0].text, text);
  }
});

Deno.test("symbols outside the vocabulary are treated as the request asks", async () => {
  const answer = async (fields: object) => await ask(server, { max_tokens: 6, seed: 2, ...fields });
  const [, { choices: [{ text }] }] = await answer({ prompt: "the" });
  assertEquals((await answer({ prompt: "thße", unknown: "skip" }))[1].choices[0].text, text);
  assertEquals((await answer({ prompt: "thé", unknown: "replace" }))[1].choices[0].text, text);
  for (const unknown of ["error", null]) {
    const [status, { error }] = await answer({ prompt: "thße", unknown });
    assertEquals([status, error.param], [400, "prompt"]);
  }
});

Deno.test("a session goes on where its last text ended", async () => {
  const first = await model.complete("the", { maxTokens: 8, seed: 1, temperature: 1 });
  const second = await model.complete(" cat", { maxTokens: 8, seed: 2, temperature: 1, state: first.state });
  const body = { max_tokens: 8, session: "a" };
  assertEquals((await ask(server, { ...body, prompt: "the", seed: 1 }))[1].choices[0].text, first.text);
  const events = await stream(server, { ...body, prompt: " cat", seed: 2 });
  assertEquals(events.flatMap(({ choices }) => choices).map(({ text }) => text).join(""), second.text);
  const both = await Promise.all([ask(server, { ...body, prompt: "a" }), ask(server, { ...body, prompt: "a" })]);
  assertEquals(both.map(([status]) => status).sort(), [200, 409]);
});

Deno.test("a session leaves a character that an answer begins to the next one", async () => {
  const tokenizer = new ByteTokenizer();
  const own = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 8, initRange: 1.5 }) });
  const texts: string[] = [];
  for (const id of tokenizer.encode("€")) {
    const body = { prompt: "", max_tokens: 1, session: "a", temperature: 0, logit_bias: { [id]: 100 } };
    texts.push((await ask(own, body))[1].choices[0].text);
  }
  assertEquals(texts, ["", "", "€"]);
});

Deno.test("the special tokens before a text begin a session, but none of its later prompts", async () => {
  const vocabulary = new Map(["[CLS]", "[UNK]", "a", "b", "c"].map((token, id) => [token, id] as const));
  const tokenizer = new PipelineTokenizer({
    preTokenizer: new preTokenizers.Whitespace(),
    model: new models.WordLevel({ vocabulary, unknownToken: "[UNK]" }),
    postProcessor: new postProcessors.Template({ single: "[CLS] $A", specialTokens: { "[CLS]": 0 } }),
  });
  const own = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 8, initRange: 1.5 }) });
  const body = { max_tokens: 0, session: "a" };
  const used = async (prompt: string) => (await ask(own, { ...body, prompt }))[1].usage!.prompt_tokens;
  assertEquals([await used("a b"), await used("c")], [3, 1]);
  const whole = await ask(own, { prompt: "a b c a", max_tokens: 9, seed: 1 });
  const parts = await ask(own, { ...body, prompt: "a", max_tokens: 9, seed: 1 });
  assertEquals(parts[1].choices[0].text, whole[1].choices[0].text);
});

Deno.test("a text waits for a client that reads slowly, and is whole when it has read", async () => {
  const asked = { prompt: "the", max_tokens: 3000, seed: 5, logprobs: 2 };
  const slow = new ModelServer({ lm: untrainedModel() });
  const response = await slow.fetch(post("/v1/completions", { ...asked, stream: true }));
  const reader = response.body!.getReader();
  await reader.read();
  const [, whole] = await ask(slow, asked);
  const metrics = await (await slow.fetch(new Request("http://example.com/metrics"))).text();
  assertStringIncludes(metrics, "elman_running_texts 1\n");
  let events = "";
  const decoder = new TextDecoder();
  for (let part; !(part = await reader.read()).done;) events += decoder.decode(part.value, { stream: true });
  const rest = events.split("\n\n").slice(0, -2);
  const text = rest.map((event) => JSON.parse(event.slice("data: ".length)).choices[0].text).join("");
  assertEquals(text, whole.choices[0].text.slice(-text.length));
  assertEquals(text.length > 2900, true);
});
