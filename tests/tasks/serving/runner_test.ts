// A text that is given up or paused leaves its place within a step of the network.

import { assertEquals, assertRejects } from "@std/assert";
import { Runner } from "../../../tasks/serving/runner.ts";
import { untrainedModel } from "../../support/serving.ts";

Deno.test("a text that is given up computes no further token, while another goes on", async () => {
  const runner = new Runner(untrainedModel());
  const [gone, other] = ["the", "a"].map((prompt) => runner.batch.prepare(prompt, { maxTokens: 40, seed: 1 })[0]);
  const client = new AbortController();
  gone.onPiece = () => {
    if (gone.tokens === 5) client.abort(new RangeError("the client went away"));
  };
  const whole = runner.run([other], new AbortController().signal);
  let places = NaN;
  const given = runner.run([gone], client.signal).finally(() => places = runner.batch.size);
  await assertRejects(() => given, RangeError, "went away");
  assertEquals([places, other.tokens], [1, 5]);
  const [{ tokens }] = await whole;
  assertEquals([tokens, gone.tokens, runner.batch.size], [40, 5, 0]);
});

Deno.test("a text that pauses computes no further token until it goes on, and is the same", async () => {
  const model = untrainedModel();
  const runner = new Runner(model);
  const options = { maxTokens: 40, seed: 1, temperature: 1 };
  const [slow, other] = ["the", "a"].map((prompt) => runner.batch.prepare(prompt, options)[0]);
  slow.onPiece = () => {
    if (slow.tokens % 10 === 5) runner.hold([slow]);
  };
  const never = new AbortController().signal;
  const whole = runner.run([slow], never);
  await runner.run([other], never);
  assertEquals([other.tokens, slow.tokens, runner.batch.size], [40, 5, 0]);
  for (const tokens of [15, 25, 35]) {
    runner.resume([slow]);
    while (runner.batch.size > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(slow.tokens, tokens);
  }
  runner.resume([slow, other]);
  const [{ text }] = await whole;
  assertEquals(text, (await model.complete("the", options)).text);
});

Deno.test("a text that pauses can be given up", async () => {
  const runner = new Runner(untrainedModel());
  const [text] = runner.batch.prepare("the", { maxTokens: 40 });
  const client = new AbortController();
  text.onPiece = () => runner.hold([text]);
  const run = runner.run([text], client.signal);
  while (text.tokens === 0 || runner.batch.size > 0) await new Promise((resolve) => setTimeout(resolve, 0));
  client.abort(new RangeError("the client went away"));
  await assertRejects(() => run, RangeError, "went away");
  runner.resume([text]);
  assertEquals([runner.batch.size, text.tokens], [0, 1]);
});
