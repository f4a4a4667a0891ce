// A text that is given up leaves its place within a step of the network.

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
