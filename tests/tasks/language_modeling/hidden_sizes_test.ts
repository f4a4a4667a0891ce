import { assertEquals, assertThrows } from "@std/assert";
import { CELLS } from "../../../src/nn/mod.ts";
import { CharTokenizer, type GenerateOptions, LanguageModel } from "../../../mod.ts";
import { ContinuousBatch } from "../../../tasks/language_modeling/continuous_batch.ts";
import { generatorOf } from "../../../tasks/language_modeling/generation_plan.ts";
import { assertSameBits } from "../../support/bounds.ts";
import { babble, inTempDir, runCommandIn } from "../../support/command.ts";

const text = babble(400);
const tokenizer = CharTokenizer.train(text);
const SETTINGS = { batch: 2, bptt: 16, epochs: 2 };

for (const cell of CELLS) {
  Deno.test(`a tied ${cell} with layers of several sizes trains, carries its states and resumes to the same bits`, async () => {
    await inTempDir(async (directory) => {
      const make = () => LanguageModel.create({ tokenizer, cell, hidden: [7, 3, 5], tied: true, initRange: 0.5 });
      const model = make();
      assertEquals([model.config.layers, model.config.embed], [3, 5]);
      await model.fit(text, SETTINGS);
      const controller = new AbortController();
      try {
        for await (const { event } of make().fit(text, { ...SETTINGS, directory, signal: controller.signal })) {
          if (event === "step") controller.abort();
        }
      } catch { /* It is to stop. */ }
      const resumed = await LanguageModel.load(directory);
      assertEquals(resumed.config, model.config);
      await resumed.fit(text, { checkpoint: await LanguageModel.loadCheckpoint(directory) });
      for (const [name, parameter] of model.network.namedParameters()) {
        assertSameBits(resumed.network.namedParameters().get(name)!.toArray(), parameter.toArray(), name);
      }
      const prompts = ["the cat", "a", text.slice(0, 60)];
      const options: GenerateOptions[] = prompts.map((_, i) => ({ maxTokens: 4 + 3 * i, seed: i }));
      const alone = await Promise.all(prompts.map((prompt, i) => model.complete(prompt, options[i])));
      const batch = new ContinuousBatch(generatorOf(model));
      const texts = prompts.map((prompt, i) => batch.prepare(prompt, options[i])[0]);
      for (const own of texts) {
        batch.add([own]);
        batch.step();
      }
      while (batch.size > 0) batch.step();
      assertEquals(await Promise.all(texts.map(({ ended }) => ended)), alone);
      batch[Symbol.dispose]();
      const { state } = await model.complete("the", { maxTokens: 0 });
      const { text: rest } = await model.complete(" cat", { ...options[0], state });
      assertEquals(rest, (await model.complete("the cat", options[0])).text);
    });
  });
}

Deno.test("the sizes of each layer give the bits of the model that one size describes, and another starts from it", async () => {
  const shape = { tokenizer, tied: true, embed: 4, layers: 3 };
  const [one, list] = [7, [7, 7, 4]].map((hidden) => LanguageModel.create({ ...shape, hidden }));
  for (const [name, parameter] of one.network.namedParameters()) {
    assertSameBits(list.network.namedParameters().get(name)!.toArray(), parameter.toArray(), name);
  }
  const next = LanguageModel.fromLanguageModel(list);
  assertEquals(next.config.hidden, [7, 7, 4]);
  assertEquals(await next.evaluate(text), await one.evaluate(text));
});

Deno.test("sizes that are none, that are not one for each layer or that the embeddings do not have are refused", () => {
  const refused = (options: object, message: string) =>
    assertThrows(() => LanguageModel.create({ tokenizer, ...options }), RangeError, message);
  const expected = "expected hidden to be a whole number of at least 1, or one for each layer, found";
  refused({ hidden: [] }, `${expected} []`);
  refused({ hidden: [4, 0] }, `${expected} [4,0]`);
  refused({ hidden: "4" }, `${expected} "4"`);
  refused({ hidden: [4, 5], layers: 3 }, "expected layers to be 2, the number of hidden sizes, found 3");
  const tied = { hidden: [4, 5], embed: 4, tied: true };
  refused(tied, "expected embed to be the last layer's hidden size, 5, since embeddings are tied to it, found 4");
  refused({ ...tied, hidden: 5 }, "expected embed to be the last layer's hidden size, 5");
});

Deno.test("train-lm takes a size for each layer, which info and a resumed run know", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/a.txt`, text);
    const run = (...args: string[]) => runCommandIn(directory, ...args);
    const train = ["train-lm", "--data", "a.txt", "--cell", "gru", "--batch", "2", "--epochs", "1", "--out", "m"];
    const trained = await run(...train, "--hidden", "7,5", "--tied");
    assertEquals(trained.code, 0, trained.stderr);
    assertEquals(trained.stdout.includes("gru 7 + 5, embedding 5"), true, trained.stdout);
    const { hidden, layers } = JSON.parse(await Deno.readTextFile(`${directory}/m/config.json`));
    assertEquals([hidden, layers], [[7, 5], 2]);
    assertEquals((await run("info", "m")).stdout.includes("hidden 7 5"), true);
    const resumed = await run("train-lm", "--resume", "m", "--hidden", "7,5", "--epochs", "2");
    assertEquals(resumed.code, 0, resumed.stderr);
    const other = await run("train-lm", "--resume", "m", "--hidden", "7,6");
    assertEquals([other.code, other.stderr.includes("hidden")], [2, true], other.stderr);
    const wrong = await run(...train.slice(0, -1), "n", "--hidden", "7,x");
    assertEquals(
      wrong.stderr.includes('--hidden: expected a whole number of at least 1, or one for each layer, found "7,x"'),
      true,
      wrong.stderr,
    );
  });
});
