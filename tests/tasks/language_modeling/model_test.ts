import { assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ByteTokenizer, CharTokenizer, LanguageModel, type Tokenizer, WordTokenizer } from "../../../mod.ts";
import { crossEntropy, inference, training } from "../../../src/nn/mod.ts";
import { babble, inTempDir } from "../../support/command.ts";

const text = babble(700);
const tokenizers: Tokenizer[] = [CharTokenizer.train(text), WordTokenizer.train(text), new ByteTokenizer()];

for (const tokenizer of tokenizers) {
  Deno.test(`saving and loading preserves a model of ${tokenizer.kind}s`, async () => {
    const model = LanguageModel.create({ tokenizer, cell: "gru", hidden: 7, embed: 5, layers: 2, dropout: 0.1 });
    const copy = LanguageModel.fromBytes(model.toBytes());
    await inTempDir(async (directory) => {
      await model.save(directory);
      const loaded = await LanguageModel.load(directory);
      for (const other of [copy, loaded]) {
        assertEquals(other.config, model.config);
        assertEquals(other.toBytes(), model.toBytes());
        assertEquals(other.tokenizer.encode(text), tokenizer.encode(text));
        assertEquals(await other.evaluate(text), await model.evaluate(text));
      }
    });
  });
}

Deno.test("the loss of a text in one stream is the mean over all tokens but the first", async () => {
  const tokenizer = CharTokenizer.train(text);
  const model = LanguageModel.create({ tokenizer, hidden: 9 });
  const ids = tokenizer.encode(text);
  const whole = inference(() => {
    const { logits } = model.network.forward(ids.slice(0, -1), ids.length - 1, 1);
    return crossEntropy(logits, ids.slice(1)).item();
  });
  const { loss, perplexity, bitsPerCharacter, tokens } = await model.evaluate(text);
  assertAlmostEquals(loss, whole, 1e-6);
  assertAlmostEquals(perplexity, Math.exp(loss), 1e-9);
  assertAlmostEquals(bitsPerCharacter, loss * tokens / text.length / Math.LN2, 1e-12);
  assertEquals(tokens, text.length - 1);
});

Deno.test("tied embeddings are one parameter, and parameters have PyTorch's names", () => {
  const model = LanguageModel.create({ tokenizer: new ByteTokenizer(), hidden: 4, tied: true });
  assertEquals([...model.network.namedParameters().keys()], [
    "embedding.weight",
    "rnn.weight_ih_l0",
    "rnn.weight_hh_l0",
    "rnn.bias_ih_l0",
    "rnn.bias_hh_l0",
    "decoder.bias",
  ]);
});

Deno.test("with tied embeddings of another size, only the last layer has their size, and its states are carried", async () => {
  const tokenizer = new ByteTokenizer();
  const model = LanguageModel.create({ tokenizer, tied: true, embed: 4, hidden: 7, layers: 3 });
  const shapes = [...model.network.rnn.namedParameters()].filter(([name]) => name.startsWith("weight_hh"));
  assertEquals(shapes.map(([, { shape }]) => shape), [[28, 7], [28, 7], [16, 4]]);
  const options = { temperature: 0, maxTokens: 6 };
  const { text, state } = await model.complete("To be", { ...options, maxTokens: 3 });
  const rest = await model.complete("", { ...options, maxTokens: 3, state });
  assertEquals(text + rest.text, (await model.complete("To be", options)).text);
  const copy = LanguageModel.fromBytes(model.toBytes());
  assertEquals(await copy.evaluate("to be or not"), await model.evaluate("to be or not"));
});

Deno.test("dropout in every place changes the training loss, and nothing outside training", () => {
  const tokenizer = CharTokenizer.train(text);
  const ids = tokenizer.encode(text);
  const shape = { tokenizer, hidden: 9, layers: 2 };
  const lossOf = (options: object, run: typeof inference) => {
    const { network } = LanguageModel.create({ ...shape, ...options });
    return run(() => network.loss(ids.slice(0, 60), ids.slice(1, 61), 30, 2).loss.item(), {});
  };
  const plain = lossOf({}, inference);
  assertEquals(lossOf({}, training), plain);
  for (const name of ["dropout", "inputDropout", "hiddenDropout", "outputDropout", "embedDropout", "weightDropout"]) {
    assertNotEquals(lossOf({ [name]: 0.5 }, training), plain, name);
    assertEquals(lossOf({ [name]: 0.5 }, inference), plain, name);
  }
  const none = { inputDropout: 0, hiddenDropout: 0, outputDropout: 0 };
  assertEquals(lossOf({ dropout: 0.5, ...none }, training), plain);
});

Deno.test("invalid models are refused with what was expected and found", () => {
  const refused = (options: object, message: string) =>
    assertThrows(() => LanguageModel.create({ tokenizer: new ByteTokenizer(), ...options }), RangeError, message);
  refused(
    { hidden: 0, embed: 4 },
    "expected hidden to be a whole number of at least 1, or one for each layer, found 0",
  );
  refused({ layers: 1.5 }, "expected layers");
  refused({ dropout: 1 }, "expected dropout to be from 0 to below 1, found 1");
  refused({ cell: "elman" }, "expected cell to be one of rnn, lstm, gru");
  refused({ tied: true, embed: 3, hidden: 4 }, "expected embed to be the last layer's hidden size, 4");
  refused({ hidden: 30000, layers: 4 }, "expected at most 4.00 GiB");
  refused({ tokenizer: CharTokenizer.train("aaaa") }, "expected at least 2 symbols, found 1");
});

Deno.test("a damaged model directory is refused with the name of the file", async () => {
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 4 });
  const damage = (name: string, change: (bytes: Uint8Array) => Uint8Array | undefined, message: string) =>
    inTempDir(async (directory) => {
      await model.save(directory);
      await Deno.remove(`${directory}/SHA256SUMS`);
      const path = `${directory}/${name}`;
      const changed = change(await Deno.readFile(path));
      if (changed) await Deno.writeFile(path, changed);
      else await Deno.remove(path);
      const error = await assertRejects(() => LanguageModel.load(directory), Error, message);
      assertEquals(error.message.includes(name) && !error.message.includes("\n"), true, error.message);
    });
  const replace = (from: string, to: string) => (bytes: Uint8Array) =>
    new TextEncoder().encode(new TextDecoder().decode(bytes).replace(from, to));
  for (const name of ["config.json", "tokenizer.json", "model.safetensors"]) await damage(name, () => undefined, name);
  await damage("config.json", replace('"version": 2', '"version": 3'), "a newer Elman wrote it");
  await damage("config.json", replace('"hidden": 4', '"hidden": -4'), "expected hidden");
  await damage("config.json", (bytes) => bytes.slice(0, 20), "expected JSON");
  await damage("tokenizer.json", (bytes) => bytes.slice(0, 40), "expected JSON");
  await damage("model.safetensors", (bytes) => bytes.slice(0, -3), "model.safetensors");
  await damage("model.safetensors", (bytes) => bytes.slice(0, 5), "model.safetensors");
  await inTempDir(async (directory) => {
    await model.save(directory);
    await LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 5 }).save(`${directory}/other`);
    await Deno.copyFile(`${directory}/other/model.safetensors`, `${directory}/model.safetensors`);
    await Deno.remove(`${directory}/SHA256SUMS`);
    await assertRejects(() => LanguageModel.load(directory), RangeError, "expected rnn.weight_ih_l0");
  });
});
