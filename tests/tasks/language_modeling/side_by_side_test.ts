import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { CELLS } from "../../../src/nn/mod.ts";
import { CharTokenizer, Engine, type GenerateOptions, LanguageModel } from "../../../mod.ts";
import { babble } from "../../support/command.ts";

const text = babble(600);
const tokenizer = CharTokenizer.train(text);
const PROMPTS = ["the", "", "a", "the cat sat on the mat", "the cat sat on the mat", text.slice(0, 300)];

/** Every option of the sampling occurs in one of these. */
const EXTRAS: Partial<GenerateOptions>[] = [
  {},
  { stop: ["e", "q"] },
  { temperature: 0 },
  { topK: 3, repetitionPenalty: 1.5 },
  { presencePenalty: 0.5, frequencyPenalty: 0.2, repetitionWindow: 7, typicalP: 0.9, logprobs: 2 },
  { logitBias: { e: 2 }, ban: ["a", " "], topP: 0.9, minP: 0.01, allowUnknown: true, ignoreEnd: true },
];

function untrained(cell: (typeof CELLS)[number], engine = new Engine()): LanguageModel {
  return LanguageModel.create({ tokenizer, cell, hidden: 12, layers: 2, initRange: 1.5, seed: 3, engine });
}

for (const cell of CELLS) {
  Deno.test(`texts generated side by side with ${cell} equal those generated alone`, async () => {
    const model = untrained(cell);
    // Sampling does not depend on the cell.
    for (const extra of cell === "lstm" ? EXTRAS : EXTRAS.slice(0, 2)) {
      const options: GenerateOptions = { maxTokens: 40, seed: 7, ...extra };
      const together = await model.completeAll(PROMPTS, options);
      for (const [i, prompt] of PROMPTS.entries()) {
        assertEquals(together[i], await model.complete(prompt, { ...options, seed: 7 + i }));
      }
      const { state } = together[3];
      const further = await model.completeAll(["", "t"], { ...options, state });
      assertEquals(further[1], await model.complete("t", { ...options, seed: 8, state }));
    }
    const best = { maxTokens: 10, seed: 7, bestOf: 3 };
    for (const [i, text] of (await model.completeAll(PROMPTS, best)).entries()) {
      assertEquals(text, await model.complete(PROMPTS[i], { ...best, seed: 7 + 3 * i }));
    }
    assertEquals(await model.completeAll([]), []);
    assertEquals((await model.completeAll(["a", "t"], { maxTokens: 0 })).map(({ text }) => text), ["", ""]);
  });
}

Deno.test("completeAll stops on a signal and refuses unknown symbols", async () => {
  const model = untrained("gru");
  await assertRejects(
    () => model.completeAll(["a"], { signal: AbortSignal.abort(new RangeError("stop")) }),
    RangeError,
  );
  await assertRejects(() => model.completeAll(["ß"]), RangeError, 'found "ß"');
});

Deno.test("generations can alternate on one engine and continue after its memory has grown", async () => {
  const engine = new Engine();
  const [one, two] = [untrained("lstm", engine), untrained("gru", engine)];
  const options = { maxTokens: 60, seed: 4 };
  const expected = [(await one.complete("a", options)).text, (await two.complete("a", options)).text];
  const iterators = [one, two].map((model) => model.generate("a", options)[Symbol.asyncIterator]());
  const found = ["", ""];
  const blocks = [];
  for (let i = 0; i < 60; i++) {
    for (const which of [0, 1]) found[which] += (await iterators[which].next()).value ?? "";
    blocks.push(engine.allocate(1 << 18));
  }
  assertEquals(found, expected);
  assertEquals(blocks.length, 60);
});

Deno.test("a generation uses weights that change or move while it runs", async () => {
  const write = async (change: (model: LanguageModel, token: number) => Promise<void> | void): Promise<string> => {
    const model = untrained("gru");
    let [written, token] = ["", 0];
    for await (const piece of model.generate("a", { maxTokens: 60, temperature: 0 })) {
      written += piece;
      await change(model, token++);
    }
    return written;
  };
  const plain = await write(() => {});
  const bias = (model: LanguageModel): void =>
    model.network.namedParameters().get("decoder.bias")!.assign(
      Array.from({ length: tokenizer.size }, (_, id) => id === 5 ? 1e4 : 0),
    );
  const changed = await write((model, token) => token === 19 ? bias(model) : undefined);
  assertEquals(changed.slice(0, 20), plain.slice(0, 20));
  assertEquals(changed.slice(20), tokenizer.decode([5]).repeat(40));
  // A training step moves the parameters into a slab, but changes them too little to affect the text.
  const moved = await write(async (model, token) => {
    if (token === 19) {
      for await (const _ of model.fit(text, { maxSteps: 1, learningRate: 1e-12, batch: 2, bptt: 8 }));
    }
  });
  assertEquals(moved, plain);
});

Deno.test("8-bit weights change a text but hardly the loss, and can be undone", async () => {
  const model = untrained("lstm");
  const options = { maxTokens: 200, seed: 2 };
  const plain = await model.complete("a", options);
  model.quantize();
  const rounded = await model.complete("a", options);
  assertNotEquals(rounded.text, plain.text);
  assert(rounded.text.startsWith(plain.text.slice(0, 5)));
  const { loss } = await model.evaluate(text);
  model.quantize("float32");
  assertEquals(await model.complete("a", options), plain);
  assert(Math.abs((await model.evaluate(text)).loss / loss - 1) < 0.02);
  assertThrows(() => model.quantize("int4" as "int8"), RangeError, 'expected "int8" or "float32", found "int4"');
});
