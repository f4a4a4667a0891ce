import { assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { LanguageModel, type LanguageModelOptions, Vocabulary, WordTokenizer } from "../../../mod.ts";
import { training } from "../../../src/nn/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** A text of 150 words of which word i is about i times as rare as the first, each two of them in a row. */
const WORDS = Array.from({ length: 2000 }, (_, i) => `w${Math.floor(150 ** (((i >> 1) * 0.618) % 1)) - 1}`);
const TEXT = WORDS.join(" ");
const tokenizer = WordTokenizer.train(TEXT);
const FIT = { epochs: 6, batch: 4, bptt: 16, learningRate: 0.01, softmaxSamples: 30 } as const;

function create(options: Partial<LanguageModelOptions> = {}): LanguageModel {
  return LanguageModel.create({ tokenizer, hidden: 16, tied: true, ...options });
}

Deno.test("a model that trains on samples of the words predicts about as well as one that trains on all of them", async () => {
  const [sampled, exact] = [create(), create()];
  const untrained = (await sampled.evaluate(TEXT)).loss;
  const { epochs } = await sampled.fit(TEXT, FIT);
  await exact.fit(TEXT, { ...FIT, softmaxSamples: null });
  const [found, expected] = [(await sampled.evaluate(TEXT)).loss, (await exact.evaluate(TEXT)).loss];
  assertLess(found, expected + 0.25);
  assertLess(found, untrained - 1.5);
  assertLess(epochs.at(-1)!.loss, found, "losses over samples are lower");
});

Deno.test("a run on samples of the words that is stopped resumes to the same bits", async () => {
  await inTempDir(async (directory) => {
    const [whole, parts] = [create(), create()];
    await whole.fit(TEXT, FIT);
    const stop = new AbortController();
    let steps = 0;
    await assertRejects(async () => {
      for await (const _ of parts.fit(TEXT, { ...FIT, directory, signal: stop.signal })) {
        if (++steps === 70) stop.abort();
      }
    }, DOMException);
    const resumed = await LanguageModel.load(directory);
    await resumed.fit(TEXT, { resume: directory });
    assertEquals(resumed.toBytes(), whole.toBytes());
  });
});

Deno.test("as many samples as there are words, or more, are all words", async () => {
  const [all, exact] = [create(), create()];
  await all.fit(TEXT, { ...FIT, maxSteps: 3, softmaxSamples: tokenizer.size });
  await exact.fit(TEXT, { ...FIT, maxSteps: 3, softmaxSamples: null });
  assertEquals(all.toBytes(), exact.toBytes());
});

Deno.test("the memory that samples need does not grow with the vocabulary's size", async () => {
  // The logits of all words would take 2.4 GiB, and so would their gradients; parameters and moments take 0.2 GiB.
  const words = Array.from({ length: 500_000 }, (_, i) => `w${i}`);
  const vocabulary = new Vocabulary(["<unk>", "<eos>", ...words], { unknown: "<unk>" });
  const model = LanguageModel.create({ tokenizer: new WordTokenizer(vocabulary), hidden: 16, tied: true });
  const options = { ...FIT, batch: 64, bptt: 20, softmaxSamples: 1000 };
  const text = words.slice(0, 2000).join(" ");
  assertEquals((await model.checkFit(text, options)).softmaxSamples, 1000);
});

Deno.test("samples are refused with an adaptive softmax", async () => {
  const model = create({ tied: false, softmax: "adaptive", cutoffs: [20, 60] });
  const error = await assertRejects(async () => await model.fit(TEXT, FIT), RangeError);
  assertEquals(error.message, "fit: expected softmaxSamples to be null with an adaptive softmax, found 30");
  const sample = { classes: Int32Array.of(0), targets: Int32Array.of(0), shifts: Float32Array.of(0) };
  const loss = (): unknown =>
    training(() => model.network.loss(Int32Array.of(0), Int32Array.of(0), 1, 1, undefined, { sample }));
  assertThrows(loss, RangeError, "language model loss: expected no sample with an adaptive softmax, found one");
});
