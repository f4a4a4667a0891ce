// Prompts as token ids, and prompts that an answer begins with, with their log-probabilities.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  LanguageModel,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  WordTokenizer,
} from "../../../mod.ts";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { ask, stream, TEXT, untrainedModel } from "../../support/serving.ts";

const model = untrainedModel();
const server = new ModelServer({ lm: model });

Deno.test("token ids give the answer of their text, alone and in a list", async () => {
  const [the, cat] = ["the", "a cat"].map((text) => [...model.tokenizer.encode(text)]);
  const body = { max_tokens: 8, seed: 3, echo: true };
  const texts = async (prompt: unknown) => (await ask(server, { ...body, prompt }))[1].choices.map(({ text }) => text);
  assertEquals(await texts(the), await texts("the"));
  assertEquals(await texts([the, cat]), await texts(["the", "a cat"]));
  for (const prompt of [[model.tokenizer.size], [-1], [1.5], [the, "a"], [the, []], [[]]]) {
    const [status, { error }] = await ask(server, { ...body, prompt });
    assertEquals([status, error.param], [400, "prompt"], JSON.stringify(prompt));
  }
});

Deno.test("an echoed prompt has the log-probabilities with which its tokens would be generated", async () => {
  const [, { choices: [plain] }] = await ask(server, { prompt: "the", max_tokens: 6, temperature: 0, logprobs: 2 });
  const prompt = "the" + plain.text;
  const [, { choices: [echoed], usage }] = await ask(server, { prompt, max_tokens: 0, echo: true, logprobs: 2 });
  const { tokens, token_logprobs, text_offset } = echoed.logprobs;
  assertEquals([echoed.text, tokens.join(""), usage!.completion_tokens], [prompt, prompt, 0]);
  assertEquals(text_offset, [...prompt].map((_, i) => i));
  assertEquals(token_logprobs[0], null);
  // As in OpenAI's interface, offsets begin with the prompt also if it is not a part of the answer.
  assertEquals(plain.logprobs.text_offset, text_offset.slice(3));
  for (const [i, value] of plain.logprobs.token_logprobs.entries()) {
    assertAlmostEquals(token_logprobs[3 + i], value, 1e-4);
  }
});

Deno.test("a stream with an echo joins to the whole answer with its log-probabilities", async () => {
  const body = { prompt: ["the", "a"], n: 2, max_tokens: 5, seed: 1, echo: true, logprobs: 1 };
  const [, whole] = await ask(server, body);
  const choices = (await stream(server, body)).flatMap(({ choices }) => choices);
  for (const { index, text, logprobs } of whole.choices) {
    const own = choices.filter((choice) => choice.index === index);
    assertEquals(own.map((choice) => choice.text).join(""), text);
    const pieces = own.flatMap((choice) => choice.logprobs ?? []);
    for (const name of ["tokens", "token_logprobs", "text_offset"] as const) {
      assertEquals(pieces.flatMap((piece): unknown[] => piece[name]), logprobs[name]);
    }
    assert(logprobs.tokens.length > 5);
  }
});

Deno.test("log-probabilities of an echo are refused in a session, whose state they would need", async () => {
  const [status, { error }] = await ask(server, { prompt: "a", session: "s", echo: true, logprobs: 1 });
  assertEquals([status, error.param], [400, "logprobs"]);
});

Deno.test("tokens of a part of a character begin with it, and each token stands among the likeliest", async () => {
  const tokenizer = await PipelineTokenizer.train(["née 😀 "], presets.bpe({ vocabSize: 257 }));
  const bytes = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 4, seed: 1 }) });
  const prompt = "né😀e";
  const [, { choices: [{ logprobs }] }] = await ask(bytes, { prompt, max_tokens: 0, echo: true, logprobs: 0 });
  const places = [0, 1, 1, 2, 2, 2, 2, 4];
  assertEquals(logprobs.text_offset, places);
  const body = { prompt, max_tokens: 30, seed: 2, logprobs: 1, logit_bias: biases(tokenizer, "é😀") };
  const [, { choices: [{ text, logprobs: own }] }] = await ask(bytes, body);
  const pieces = (await stream(bytes, body)).flatMap(({ choices }) => choices);
  assertEquals(pieces.map((choice) => choice.text).join(""), text);
  assertEquals(pieces.flatMap((choice) => choice.logprobs?.text_offset ?? []), own.text_offset);
  assert(own.text_offset.every((offset, i, all) => offset >= (all[i - 1] ?? prompt.length)));
  assert(own.text_offset.at(-1)! < prompt.length + text.length);
  for (const [i, token] of own.tokens.entries()) {
    const entry = own.top_logprobs[i]!;
    assertEquals(entry[token], own.token_logprobs[i]);
    assert(Object.keys(entry).length <= 2);
  }
});

/** Biases with which only the tokens of a text are likely. */
function biases(tokenizer: Tokenizer, text: string): Record<string, number> {
  return Object.fromEntries(Array.from(new Set(tokenizer.encode(text)), (id) => [id, 20]));
}

Deno.test("a prompt is not decoded again for each of its texts", async () => {
  const tokenizer = new ByteTokenizer();
  let pushes = 0;
  const { decoder } = tokenizer;
  tokenizer.decoder = () => {
    const { push, flush } = decoder.call(tokenizer);
    return { push: (id) => (pushes++, push(id)), flush };
  };
  const bytes = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 4 }) });
  const asked = { prompt: "e".repeat(5000), n: 16, max_tokens: 1 };
  for (const logprobs of [null, 0]) {
    pushes = 0;
    const [, { choices }] = await ask(bytes, { ...asked, logprobs });
    assertEquals([choices.length, pushes < 5000], [16, true], `${pushes} tokens`);
    if (logprobs !== null) assertEquals(choices[0].logprobs.text_offset, [5000]);
  }
});

Deno.test("offsets of words count the space before them", async () => {
  const tokenizer = WordTokenizer.train("the cat sat on a mat\n");
  const words = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 4 }) });
  const body = { prompt: ["the cat", ""], max_tokens: 6, seed: 3, logprobs: 0 };
  const [, whole] = await ask(words, body);
  const pieces = (await stream(words, body)).flatMap(({ choices }) => choices);
  for (const { index, text, logprobs: { tokens, text_offset } } of whole.choices) {
    const prompt = body.prompt[index];
    const ends = tokens.map((_, i) => text_offset[i + 1] ?? prompt.length + text.length);
    const parts = text_offset.map((start, i) => (prompt + text).slice(start, ends[i]).trim());
    assertEquals(parts, tokens.map((token) => token === "<eos>" ? "" : token.trim()));
    const own = pieces.filter((choice) => choice.index === index).flatMap((choice) => choice.logprobs ?? []);
    assertEquals(own.flatMap((piece) => piece.text_offset), text_offset);
  }
});

Deno.test("tokens of an echo have places in the answer, whatever the tokenizer makes of the prompt", async () => {
  const tokenizer = WordTokenizer.train("the cat sat on a mat\n");
  const words = new ModelServer({ lm: LanguageModel.create({ tokenizer, hidden: 4 }) });
  const ban = Object.fromEntries(Array.from(tokenizer.encode("\n"), (id) => [id, -100]));
  const body = {
    prompt: ["the   cat", " the dog sat"],
    max_tokens: 6,
    seed: 3,
    logprobs: 0,
    echo: true,
    logit_bias: ban,
  };
  const [, { choices }] = await ask(words, body);
  const pieces = (await stream(words, body)).flatMap(({ choices }) => choices);
  for (const { index, text, logprobs: { tokens, text_offset } } of choices) {
    const parts = text_offset.map((start, i) => text.slice(start, text_offset[i + 1]));
    assertEquals(parts.map((part) => part.trim()), tokens.map((token) => token.trim()));
    const own = pieces.filter((choice) => choice.index === index);
    assertEquals(own.map((choice) => choice.text).join(""), text);
    assertEquals(own.flatMap((choice) => choice.logprobs?.text_offset ?? []), text_offset);
  }
  // An echo alone is the prompt as it was given.
  const [, plain] = await ask(words, { ...body, logprobs: null, max_tokens: 0 });
  assertEquals(plain.choices.map(({ text }) => text), body.prompt);
});

Deno.test("an echo ends before a character that its tokens leave unfinished", async () => {
  const bytes = new ModelServer({ lm: LanguageModel.create({ tokenizer: new ByteTokenizer(), hidden: 4 }) });
  const [first, second] = new TextEncoder().encode("é");
  const body = { prompt: [[97, first]], max_tokens: 1, logit_bias: { [second]: 100 }, echo: true };
  const [, { choices: [{ text, logprobs }] }] = await ask(bytes, { ...body, logprobs: 0 });
  assertEquals([text, logprobs.text_offset], ["aé", [0, 1, 1]]);
});

Deno.test("what a model puts before a prompt is not counted, and the longest prompt is taken", async () => {
  const tokenizer = CharTokenizer.train(TEXT, { specials: ["<end>"] });
  const lm = LanguageModel.create({ tokenizer, hidden: 4, endOfText: "<end>" });
  const small = new ModelServer({ lm }, { maxPromptTokens: 4 });
  const [status, { usage }] = await ask(small, { prompt: "the ", max_tokens: 2 });
  assertEquals([status, usage!.prompt_tokens], [200, 4]);
  const [refused, { error }] = await ask(small, { prompt: "the c", n: 64 });
  assertEquals([refused, error.code], [400, "context_length_exceeded"]);
  for (const prompt_tokens of [3, 2]) {
    const [, { usage }] = await ask(small, { prompt: "the".slice(0, prompt_tokens), max_tokens: 2, session: "s" });
    assertEquals(usage!.prompt_tokens, prompt_tokens);
  }
});

Deno.test("without a prompt a text begins, or a session goes on", async () => {
  const asked = { max_tokens: 8, seed: 3, echo: true };
  const texts = async (body: object) => (await ask(server, { ...asked, ...body }))[1].choices.map(({ text }) => text);
  const [begun] = await texts({ prompt: "" });
  assertEquals(await texts({}), [begun]);
  assertEquals(await texts({ prompt: null }), [begun]);
  const first = await model.complete("the", { maxTokens: 8, seed: 1, temperature: 1 });
  const second = await model.complete("", { maxTokens: 8, seed: 3, temperature: 1, state: first.state });
  await texts({ prompt: "the", seed: 1, session: "s" });
  assertEquals(await texts({ session: "s" }), [second.text]);
});

Deno.test("an answer of too many log-probabilities is refused", async () => {
  const body = { prompt: TEXT.slice(0, 1000), n: 64, max_tokens: 0, echo: true, logprobs: 16 };
  const [status, { error }] = await ask(server, body);
  assertEquals([status, error.param], [400, "logprobs"]);
  assertEquals(
    error.message,
    "serve: expected at most 1048576 log-probabilities in an answer, found up to 1088000",
  );
  assertEquals((await ask(server, { ...body, n: 2 }))[0], 200);
});
