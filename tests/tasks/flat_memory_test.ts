// What is abandoned holds little memory, and gives it back.

import { assert, assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, Engine, LanguageModel } from "../../mod.ts";
import { collectGarbage } from "../support/collect_garbage.ts";
import { babble } from "../support/command.ts";
import { CASES } from "./cases.ts";

const TEXT = babble(2000);
const TOKENIZER = CharTokenizer.train(TEXT);
const MIB = 2 ** 20;

function create(engine: Engine): LanguageModel {
  return LanguageModel.create({ tokenizer: TOKENIZER, hidden: 16, engine });
}

Deno.test("4,000 abandoned iterators hold less than 4 MiB, and nothing after they are collected", async () => {
  const engine = new Engine();
  const lm = create(engine);
  await lm.complete("the", { maxTokens: 3 });
  const [bytes, kept] = [engine.memory.bytes, engine.keptBytes];
  for (let i = 0; i < 4000; i++) {
    const iterator = lm.generate("the", { seed: i })[Symbol.asyncIterator]();
    assert(!(await iterator.next()).done);
  }
  assertLess(engine.memory.bytes - bytes, 4 * MIB);
  await collectGarbage();
  assertEquals(engine.keptBytes, kept);
  lm[Symbol.dispose]();
});

Deno.test("iterators that take turns give the texts that each gives alone", async () => {
  const engine = new Engine();
  const lm = create(engine);
  const options = [1, 2, 3].map((seed) => ({ seed, maxTokens: 20 }));
  const alone = await Promise.all(options.map((one) => lm.complete("the", one)));
  const texts = options.map(() => "");
  const iterators = options.map((one) => lm.generate("the", one)[Symbol.asyncIterator]());
  for (let i = 0; i < 20; i++) {
    for (const [t, iterator] of iterators.entries()) texts[t] += (await iterator.next()).value ?? "";
    // Another step of the engine, larger than theirs, moves the memory that they share.
    if (i === 10) await lm.completeAll(new Array(300).fill("the"), { maxTokens: 3 });
  }
  assertEquals(texts, alone.map(({ text }) => text));
});

Deno.test("disposing of generations and models frees all of their memory", async () => {
  const engine = new Engine();
  for (let i = 0; i < 300; i++) {
    using lm = create(engine);
    using generation = lm.generate("the", { maxTokens: 5, seed: 1 });
    for await (const _ of generation) break;
  }
  assertEquals(engine.keptBytes, 0);
  const bytes = engine.memory.bytes;
  for (let i = 0; i < 300; i++) create(engine)[Symbol.dispose]();
  assertEquals(engine.memory.bytes, bytes);
});

Deno.test("models that are dropped and fits that fail leave nothing behind", async () => {
  const engine = new Engine();
  const round = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      const lm = create(engine);
      const settings = { batch: 4, bptt: 16, epochs: 1 };
      for await (const _ of lm.fit(TEXT, settings)) break;
      const [weight] = lm.network.parameters();
      weight.assign(new Float32Array(weight.size).fill(NaN));
      await assertRejects(async () => await lm.fit(TEXT, settings), RangeError, "finite");
    }
    await collectGarbage();
  };
  // How much is in use before a collection varies.
  for (let i = 0; i < 3; i++) await round();
  const bytes = engine.memory.bytes;
  for (let i = 0; i < 3; i++) await round();
  assertLess(engine.memory.bytes - bytes, MIB);
  assertLess(engine.keptBytes, 2 * MIB);
});

for (const [name, { "": task }] of Object.entries(CASES)) {
  Deno.test(`${name}: a model that was disposed of says so, and other models stay as they are`, async () => {
    const engine = new Engine();
    const [model, other] = [task.create(engine), task.create(engine)];
    const answer = await task.ask(other);
    model[Symbol.dispose]();
    model[Symbol.dispose]();
    const message = "expected one that is in use, found one that was disposed of";
    for (const use of [() => task.ask(model), () => model.save("never")]) {
      await assertRejects(async () => await use(), RangeError, message);
    }
    await assertRejects(async () => await task.fit(model, task.settings)[Symbol.asyncIterator]().next(), RangeError);
    assertThrows(() => model.toBytes(), RangeError, message);
    assertThrows(() => model.network, RangeError, message);
    assertEquals(await task.ask(other), answer);
  });
}

Deno.test("a generation ends with an error when its model or itself is disposed of", async () => {
  const engine = new Engine();
  for (const what of ["model", "generation"] as const) {
    const lm = create(engine);
    const generation = lm.generate("the", { maxTokens: 100, seed: 1 });
    const iterator = generation[Symbol.asyncIterator]();
    for (let i = 0; i < 10; i++) await iterator.next();
    ({ model: lm, generation })[what][Symbol.dispose]();
    const other = create(engine);
    const before = other.toBytes();
    const message = "expected its memory to be in use, found that it has been freed";
    await assertRejects(() => iterator.next(), RangeError, message);
    if (what === "generation") assertThrows(() => generation.state, RangeError, message);
    assertEquals(other.toBytes(), before);
  }
});
