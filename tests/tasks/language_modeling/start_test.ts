import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel, WordTokenizer } from "../../../mod.ts";
import { copyWithNewSymbols } from "../../../tasks/language_modeling/new_symbols.ts";
import { inference } from "../../../src/nn/mod.ts";
import { extendTokenizer, type Tokenizer } from "../../../tokenizers/mod.ts";
import { babble, filesUnder, inTempDir } from "../../support/command.ts";

const OLD = babble(600);
const NEW = "ça va très bien, où êtes-vous ? ".repeat(12);
const SETTINGS = { batch: 2, bptt: 8, maxSteps: 6 };

async function trained(tokenizer: Tokenizer, options: object = {}): Promise<LanguageModel> {
  const model = LanguageModel.create({ tokenizer, cell: "gru", hidden: 6, embed: 5, ...options });
  await model.fit(OLD, SETTINGS);
  return model;
}

/** The logits of the token after each of some ids. */
function logitsOf({ network, config }: LanguageModel, ids: Int32Array): Float32Array[] {
  return inference(() => {
    const all = network.forward(ids, ids.length, 1).logits.toArray();
    return Array.from(ids, (_, i) => all.slice(i * config.vocabSize, (i + 1) * config.vocabSize));
  });
}

for (const tied of [false, true]) {
  Deno.test(`new symbols leave the logits of the old ones as they were and get the mean, ${tied ? "" : "not "}tied`, async () => {
    const tokenizer = CharTokenizer.train(OLD);
    const source = await trained(tokenizer, tied ? { embed: 6, tied } : {});
    const wider = extendTokenizer(tokenizer, CharTokenizer.train(NEW));
    const model = LanguageModel.fromLanguageModel(source, { tokenizer: wider });
    assertEquals(model.config, { ...source.config, vocabSize: wider.size });
    assert(wider.size > tokenizer.size + 5);
    const ids = tokenizer.encode(OLD.slice(0, 30));
    const [before, after] = [logitsOf(source, ids), logitsOf(model, ids)];
    after.forEach((logits, i) => {
      assertEquals(logits.slice(0, tokenizer.size), before[i]);
      const mean = before[i].reduce((sum, logit) => sum + logit / tokenizer.size, 0);
      for (const logit of logits.slice(tokenizer.size)) assert(Math.abs(logit - mean) < 1e-4, `${logit} and ${mean}`);
    });
    const read = LanguageModel.fromBytes(model.toBytes());
    assertEquals(
      (read.tokenizer as CharTokenizer).vocabulary.symbols.slice(0, tokenizer.size),
      tokenizer.vocabulary.symbols,
    );
    await read.fit(NEW, SETTINGS);
  });
}

Deno.test("a model that starts from another one has its weights, and leaves it as it is", async () => {
  const source = await trained(WordTokenizer.train(OLD));
  const before = source.toBytes();
  const model = LanguageModel.fromLanguageModel(source, { dropout: 0.2 });
  assertEquals(model.config, { ...source.config, dropout: 0.2 });
  const same = LanguageModel.fromLanguageModel(source);
  assertEquals(same.toBytes(), before);
  await model.fit(OLD, SETTINGS);
  assertEquals(source.toBytes(), before);
});

Deno.test("fit trains a loaded model on with a new optimizer, as a model in memory", async () => {
  await inTempDir(async (directory) => {
    const source = await trained(CharTokenizer.train(OLD));
    await source.save(`${directory}/first`);
    const loaded = await LanguageModel.load(`${directory}/first`);
    const before = filesUnder(`${directory}/first`);
    const text = OLD.split("").reverse().join("");
    const start = await loaded.evaluate(text);
    await loaded.fit(text, { ...SETTINGS, maxSteps: 30, directory: `${directory}/second` });
    await source.fit(text, { ...SETTINGS, maxSteps: 30 });
    assertEquals(loaded.toBytes(), source.toBytes());
    assert((await loaded.evaluate(text)).loss < start.loss);
    assertEquals(filesUnder(`${directory}/first`), before);
  });
});

Deno.test("a model does not start from a tokenizer with other ids, nor with other sizes", async () => {
  const source = await trained(CharTokenizer.train(OLD));
  const start = (options: object) => () => LanguageModel.fromLanguageModel(source, options);
  assertThrows(start({ tokenizer: CharTokenizer.train(NEW + OLD) }), RangeError, "one that extends it, found another");
  assertThrows(start({ tokenizer: WordTokenizer.train(OLD) }), RangeError, "one that extends it, found another");
  assertThrows(start({ tokenizer: "char" }), TypeError, "tokenizer");
  assertThrows(start({ hidden: 6 }), TypeError, "hidden");
  assertThrows(() => LanguageModel.fromLanguageModel({} as LanguageModel), TypeError, "expected a language model");
});

Deno.test("weights are copied only if they have the same shape except for the rows of new symbols", () => {
  const make = (text: string, options: object) =>
    LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 4, embed: 4, ...options }).network;
  const source = make("abc", {});
  copyWithNewSymbols(make("abcde", {}), source);
  for (const options of [{ hidden: 5 }, { embed: 3 }, { layers: 2, embed: 5 }]) {
    assertThrows(() => copyWithNewSymbols(make("abcde", options), source), RangeError, "more rows at most");
  }
});

Deno.test("a model with an adaptive softmax goes on with a text of another language, also from a file and in a resumed run", async () => {
  const [english, french] = ["a b c d e f g h ".repeat(30), "r s t u v w x y z ".repeat(30)];
  const source = LanguageModel.create({
    tokenizer: WordTokenizer.train(english),
    hidden: 6,
    cutoffs: [4],
    softmax: "adaptive",
  });
  await source.fit(english, SETTINGS);
  const tokenizer = extendTokenizer(source.tokenizer, WordTokenizer.train(french));
  const model = LanguageModel.fromLanguageModel(source, { tokenizer });
  await inTempDir(async (directory) => {
    const settings = { ...SETTINGS, schedule: "constant" } as const;
    await model.fit(french, { ...settings, directory });
    const resumed = await LanguageModel.load(directory);
    await resumed.fit(french, { resume: directory, maxSteps: 8 });
    assertEquals(resumed.config.cutoffs, [4]);
    assert((await resumed.evaluate(french)).loss > 0);
  });
  await assertRejects(
    () => LanguageModel.create({ tokenizer, hidden: 6, cutoffs: [4], softmax: "adaptive" }).fit(french, SETTINGS),
    RangeError,
    "expected ids sorted by falling frequency",
  );
});
