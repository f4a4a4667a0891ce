// Texts that join and leave a batch between steps are those that each seed gives alone.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CELLS } from "../../../src/nn/mod.ts";
import { CharTokenizer, type Completion, Engine, type GenerateOptions, LanguageModel } from "../../../mod.ts";
import { ContinuousBatch } from "../../../tasks/language_modeling/continuous_batch.ts";
import { generatorOf } from "../../../tasks/language_modeling/generation_plan.ts";
import { babble } from "../../support/command.ts";

const text = babble(1200);
const tokenizer = CharTokenizer.train(text);
const PROMPTS = ["the", "", "a", "the cat sat on the mat", text.slice(0, 600), "the", text.slice(0, 300)];

function untrained(cell: (typeof CELLS)[number] = "lstm", engine = new Engine()): LanguageModel {
  return LanguageModel.create({ tokenizer, cell, hidden: 12, layers: 2, initRange: 1.5, seed: 3, engine });
}

/** Lets a text join after every `gap` steps and runs the batch to its end. */
async function runAll(model: LanguageModel, all: readonly GenerateOptions[], gap: number): Promise<Completion[]> {
  const batch = new ContinuousBatch(generatorOf(model));
  const texts = all.map((options, i) => batch.prepare(PROMPTS[i % PROMPTS.length], options)[0]);
  const left = [...texts];
  for (let step = 0; batch.size > 0 || left.length > 0; step++) {
    if (step % gap === 0) batch.add(left.splice(0, 1));
    batch.step();
  }
  const completions = await Promise.all(texts.map(({ ended }) => ended));
  batch[Symbol.dispose]();
  return completions;
}

for (const cell of CELLS) {
  Deno.test(`texts that join and leave a batch of ${cell} equal those generated alone`, async () => {
    const model = untrained(cell);
    const all = Array.from({ length: 12 }, (_, i): GenerateOptions => ({ maxTokens: 5 + 9 * (i % 4), seed: i }));
    const expected = await Promise.all(all.map((options, i) => model.complete(PROMPTS[i % PROMPTS.length], options)));
    assertEquals(await runAll(model, all, 2), expected);
  });
}

for (const cell of CELLS) {
  Deno.test(`prompts that ${cell} reads side by side give the texts that each gives alone`, async () => {
    const model = untrained(cell);
    const { state } = await model.complete("the", { maxTokens: 3, seed: 1 });
    const batch = new ContinuousBatch(generatorOf(model));
    const prompts = ["the cat", "a", text.slice(0, 300), "the", "the cat", "mat", text.slice(2, 250), "ma"];
    const options = prompts.map((_, i): GenerateOptions => ({ maxTokens: 6, seed: i, ...i === 5 && { state } }));
    const texts = prompts.map((prompt, i) => batch.prepare(prompt, options[i])[0]);
    batch.add(texts);
    while (batch.size > 0) batch.step();
    for (const [i, { ended }] of texts.entries()) {
      assertEquals(await ended, await model.complete(prompts[i], options[i]));
    }
  });
}

Deno.test("each text of a batch has its own options", async () => {
  const model = untrained();
  const all: GenerateOptions[] = [
    { maxTokens: 0, seed: 1 },
    { maxTokens: 30, seed: 2, stop: ["e", "q"] },
    { maxTokens: 30, temperature: 0, seed: 0 },
    { maxTokens: 30, seed: 3, presencePenalty: 0.5, logprobs: 2 },
    { maxTokens: 30, seed: 4, cache: {} },
    { maxTokens: 30, seed: 5, state: (await model.complete("the", { maxTokens: 3, seed: 1 })).state },
    { maxTokens: 30, seed: 6, cache: {} },
  ];
  const expected = await Promise.all(all.map((options, i) => model.complete(PROMPTS[i], options)));
  for (const gap of [1, 3]) assertEquals(await runAll(model, all, gap), expected);
});

Deno.test("several texts of one prompt have seeds that follow each other", async () => {
  const model = untrained();
  const batch = new ContinuousBatch(generatorOf(model));
  const texts = batch.prepare(text.slice(0, 600), { maxTokens: 8, seed: 5 }, { count: 3 });
  batch.add(texts);
  while (batch.size > 0) batch.step();
  for (const [i, { ended }] of texts.entries()) {
    assertEquals(await ended, await model.complete(text.slice(0, 600), { maxTokens: 8, seed: 5 + i }));
  }
});

Deno.test("pieces join to the text, and a removed text leaves the others as they are", async () => {
  const model = untrained();
  const batch = new ContinuousBatch(generatorOf(model));
  const [kept, gone, unread] = ["the", "a", text.repeat(4)].map((prompt) =>
    batch.prepare(prompt, { maxTokens: 20, seed: 9, stop: "zz" })[0]
  );
  let pieces = "";
  kept.onPiece = (piece) => pieces += piece;
  batch.add([kept, gone]);
  batch.step();
  batch.add([unread]);
  for (let step = 0; step < 2; step++) batch.step();
  assert(gone.tokens > 0 && unread.tokens === 0);
  batch.remove([gone, unread]);
  assertEquals(batch.size, 1);
  while (batch.size > 0) batch.step();
  const expected = await model.complete("the", { maxTokens: 20, seed: 9, stop: "zz" });
  assertEquals([await kept.ended, pieces], [expected, expected.text]);
  assert(gone.tokens < 20);
});

Deno.test("a text that gives no token fails alone", async () => {
  const model = untrained();
  const batch = new ContinuousBatch(generatorOf(model));
  const [good] = batch.prepare("the", { maxTokens: 5, seed: 1 });
  const [bad] = batch.prepare("the", { maxTokens: 5, seed: 1 });
  batch.add([good, bad]);
  bad.onPiece = () => {
    throw new RangeError("no more");
  };
  while (batch.size > 0) batch.step();
  await assertRejects(() => bad.ended, RangeError, "no more");
  assertEquals((await good.ended).tokens, 5);
  assertThrows(() => batch.prepare("ß", {}), RangeError, 'found "ß"');
});
