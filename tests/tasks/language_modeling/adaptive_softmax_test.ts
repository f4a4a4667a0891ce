import { assert, assertAlmostEquals, assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel, type LanguageModelOptions, WordTokenizer } from "../../../mod.ts";
import { extendTokenizer } from "../../../tokenizers/mod.ts";
import { crossEntropy, inference } from "../../../src/nn/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** A text of 150 words of which word i is about i times as rare as the first. */
const WORDS = Array.from({ length: 2000 }, (_, i) => `w${Math.floor(150 ** ((i * 0.618) % 1)) - 1}`);
const TEXT = WORDS.join(" ");
const tokenizer = WordTokenizer.train(TEXT);
const FIT = { epochs: 1, batch: 4, bptt: 16, learningRate: 0.03, schedule: "constant" } as const;

function create(options: Partial<LanguageModelOptions> = {}): LanguageModel {
  return LanguageModel.create({ tokenizer, softmax: "adaptive", cutoffs: [20, 60], hidden: 16, embed: 8, ...options });
}

Deno.test("a model with an adaptive softmax learns, saves its cutoffs, and loads to the same bits", async () => {
  const model = create();
  const { loss } = await model.evaluate(TEXT);
  await model.fit(TEXT, FIT);
  const trained = await model.evaluate(TEXT);
  assertLess(trained.loss, loss - 0.5);
  await inTempDir(async (directory) => {
    await model.save(directory);
    const loaded = await LanguageModel.load(directory);
    assertEquals(loaded.config, model.config);
    const { softmax, cutoffs, divValue } = loaded.config;
    assertEquals([softmax, cutoffs, divValue], ["adaptive", [20, 60], 4]);
    assertEquals(loaded.toBytes(), model.toBytes());
    assertEquals(await loaded.evaluate(TEXT), trained);
  });
});

Deno.test("the parameters of an adaptive softmax have PyTorch's names, and their sizes follow cutoffs and divValue", () => {
  const V = tokenizer.size;
  const shapes = [...create({ divValue: 2 }).network.decoder.namedParameters()].map(([name, { shape }]) => [
    name,
    ...shape,
  ]);
  assertEquals(shapes, [
    ["head.weight", 22, 16],
    ["tail.0.0.weight", 8, 16],
    ["tail.0.1.weight", 40, 8],
    ["tail.1.0.weight", 4, 16],
    ["tail.1.1.weight", V - 60, 4],
  ]);
});

Deno.test("the loss of a text is that of the log-probabilities that generation draws from", async () => {
  const model = create();
  const text = WORDS.slice(0, 300).join(" ");
  const ids = tokenizer.encode(text);
  const whole = inference(() => {
    const { logits } = model.network.forward(ids.slice(0, -1), ids.length - 1, 1);
    return crossEntropy(logits, ids.slice(1)).item();
  });
  assertAlmostEquals((await model.evaluate(text)).loss, whole, 1e-5);
});

Deno.test("a model with an adaptive softmax generates side by side what it generates alone, and in 8 bits", async () => {
  const model = create();
  const options = { maxTokens: 12, seed: 3 };
  const [first, second] = await model.completeAll(["w0 w1 w2", "w5"], options);
  assertEquals(first.text, (await model.complete("w0 w1 w2", options)).text);
  assertEquals(second.text, (await model.complete("w5", { ...options, seed: 4 })).text);
  const { loss } = await model.evaluate(TEXT);
  model.quantize();
  assertEquals((await model.complete("w0", options)).tokens, 12);
  assertAlmostEquals((await model.evaluate(TEXT)).loss, loss, 0.01);
});

Deno.test("a model with an adaptive softmax scores texts, reads with a cache, and learns while it reads", async () => {
  const model = create();
  const [score] = await model.score([TEXT.slice(0, 2000)], { logprobs: 2 });
  const sum = score.logprobs!.reduce((sum, { logprob }) => sum + logprob, 0);
  assertAlmostEquals(sum, score.logprob, 1e-3);
  assertEquals(score.logprobs![0].top.length, 2);
  const part = TEXT.slice(0, 2500);
  const { loss } = await model.evaluate(part, { streams: 1 });
  assertLess((await model.evaluate(part, { dynamic: { learningRate: 0.3 } })).loss, loss - 0.1);
  assertLess((await model.evaluate(part, { cache: { lambda: 0.2 } })).loss, loss);
  assertEquals((await model.evaluate(part, { streams: 1 })).loss, loss);
});

Deno.test("a run with an adaptive softmax that is stopped resumes to the same bits", async () => {
  await inTempDir(async (directory) => {
    const [whole, parts] = [create(), create()];
    await whole.fit(TEXT, FIT);
    const stop = new AbortController();
    await assertRejects(async () => {
      for await (const _ of parts.fit(TEXT, { ...FIT, directory, signal: stop.signal })) stop.abort();
    }, DOMException);
    const resumed = await LanguageModel.load(directory);
    await resumed.fit(TEXT, { resume: directory });
    assertEquals(resumed.toBytes(), whole.toBytes());
  });
});

Deno.test("a model that starts from one with an adaptive softmax keeps its clusters; new words join the last", () => {
  const source = create();
  const copy = LanguageModel.fromLanguageModel(source);
  assertEquals(copy.toBytes(), source.toBytes());
  const more = extendTokenizer(tokenizer, WordTokenizer.train("w998 w999"));
  const grown = LanguageModel.fromLanguageModel(source, { tokenizer: more });
  assertEquals(grown.config.cutoffs, [20, 60]);
  const [before, after] = [source, grown].map(({ network }) => network.namedParameters());
  for (const [name, parameter] of before) {
    assertEquals(after.get(name)!.toArray().subarray(0, parameter.size), parameter.toArray(), name);
  }
  assertEquals(after.get("decoder.tail.1.1.weight")!.shape, [more.size - 60, 1]);
});

Deno.test("an adaptive softmax is refused with tied embeddings, few words or cutoffs that do not fit", () => {
  const refused = (options: Partial<LanguageModelOptions>, message: string): void => {
    const error = assertThrows(() => create(options), RangeError);
    assertEquals(error.message, `create a language model: ${message}`);
  };
  const V = tokenizer.size;
  refused(
    { tied: true, embed: 16 },
    "expected tied to be false, since an adaptive softmax has vectors of several sizes, found true",
  );
  refused({ softmax: "exact" }, 'expected softmax to be adaptive, since cutoffs are given, found "exact"');
  refused({ cutoffs: [20, V] }, `expected ascending cutoffs from 1 to ${V - 1} for ${V} words, found [20,${V}]`);
  refused({ cutoffs: [20, 20] }, `expected ascending cutoffs from 1 to ${V - 1} for ${V} words, found [20,20]`);
  refused({ cutoffs: [] }, `expected ascending cutoffs from 1 to ${V - 1} for ${V} words, found []`);
  refused({ cutoffs: [0.5] }, "expected cutoffs to be whole numbers, or null, found [0.5]");
  refused({ divValue: 0.5 }, "expected divValue to be a finite number of at least 1, found 0.5");
  refused(
    { tokenizer: CharTokenizer.train("abc"), cutoffs: undefined },
    "expected more than 100 words for an adaptive softmax without cutoffs, found 3",
  );
});

Deno.test("a vocabulary that is not sorted by frequency is refused for an adaptive softmax only", async () => {
  const reversed = WordTokenizer.train(
    Array.from({ length: 200 }, (_, i) => `w${i} `.repeat(i + 1)).join(""),
  );
  const adaptive = create({ tokenizer: reversed });
  const error = await assertRejects(async () => await adaptive.fit(TEXT, FIT), RangeError);
  const [message, hint] = error.message.split("; ");
  const shape =
    /^fit: expected ids sorted .*, found \d+\.\d\d % of the text in the first 20 ids and \d+\.\d\d % in the/;
  assert(shape.test(message), message);
  assertEquals(hint, "a word tokenizer that is trained on the text sorts them");
  await LanguageModel.create({ tokenizer: reversed, hidden: 4 }).fit(TEXT, { ...FIT, epochs: 1, maxSteps: 1 });
  // A trained model keeps its order.
  const trained = create();
  const step = { ...FIT, epochs: 1, maxSteps: 1 };
  await trained.fit(TEXT, step);
  await trained.fit(tokenizer.decode(Array.from(tokenizer.encode(TEXT), (id) => tokenizer.size - 1 - id)), step);
});
