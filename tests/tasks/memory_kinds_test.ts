// Training and answers have the same bits in every kind of memory, with any number of threads.

import { assert, assertEquals } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import type { Engine } from "../../src/nn/mod.ts";
import { engineWith, MEMORY_KINDS } from "../support/memory_kind.ts";
import { CASES } from "./cases.ts";
import type { AnyTaskCase } from "./task_contract.ts";

/** Trains a model for some steps and returns a hash of its bytes, with its answer to a question. */
async function trainAndAsk(task: AnyTaskCase, engine: Engine): Promise<unknown> {
  const model = task.create(engine);
  for await (const _ of task.fit(model, { ...task.settings, epochs: 1, maxSteps: 6 }));
  const digest = await crypto.subtle.digest("SHA-256", model.toBytes());
  return [new Uint8Array(digest).toHex(), await task.ask(model)];
}

for (const [name, variants] of Object.entries(CASES)) {
  for (const [variant, task] of Object.entries(variants)) {
    Deno.test(`${name}${variant}: each kind of memory, and 1 to 3 threads, give the same model and answers`, async () => {
      const expected = await trainAndAsk(task, engineWith("shared"));
      for (const memory of MEMORY_KINDS) assertEquals(await trainAndAsk(task, engineWith(memory)), expected, memory);
      for (const threads of [2, 3]) {
        using engine = engineWith("shared", { threads });
        await engine.ready();
        assertEquals(await trainAndAsk(task, engine), expected, `${threads} threads`);
      }
    });
  }
}

Deno.test("the first use of a new engine completes texts alike in every kind of memory", async () => {
  const tokenizer = CharTokenizer.train("to be or not to be");
  for (const temperature of [0, 1]) {
    const texts = [];
    for (const memory of MEMORY_KINDS) {
      const lm = LanguageModel.create({ tokenizer, hidden: 16, engine: engineWith(memory) });
      const options = { maxTokens: 300, temperature, seed: 1 };
      const { text } = await lm.complete("to", options);
      const [first, second] = await lm.completeAll(["to", "be"], options);
      texts.push([text, first.text, second.text]);
    }
    assertEquals(texts[1], texts[0]);
    assertEquals(texts[2], texts[0]);
    assert(texts[0][0] === texts[0][1] && texts[0][0] !== "");
  }
});
