import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  CharTokenizer,
  Classifier,
  corpusBleu,
  Engine,
  labelsOf,
  type SentencePair,
  Translator,
  treebankTokenizer,
  WordTokenizer,
} from "../../../mod.ts";
import { normalizers, PipelineTokenizer, postProcessors, presets } from "../../../tokenizers/mod.ts";
import { drawAttention } from "../../../tasks/translation/attention_drawing.ts";
import { ATTENTION_KINDS } from "../../../tasks/translation/hyperparameters.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { inTempDir } from "../../support/command.ts";

const LETTERS = "abcdefgh";

/** Random strings of letters and their reversals. */
function reversals(count: number, longest: number, seed: number): SentencePair[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random.next() * longest);
    const letters = Array.from({ length }, () => LETTERS[Math.floor(random.next() * LETTERS.length)]);
    return { source: letters.join(""), target: letters.reverse().join("") };
  });
}

const TOKENIZER = CharTokenizer.train(LETTERS);
const SMALL = { sourceTokenizer: TOKENIZER, embed: 16, hidden: 32, dropout: 0.1, inputDropout: 0 } as const;

async function trained(options: Partial<Parameters<typeof Translator.create>[0]> = {}): Promise<Translator> {
  const translator = Translator.create({ ...SMALL, ...options });
  const settings = { epochs: 3, learningRate: 0.01, batchTokens: 300, labelSmoothing: 0 };
  for await (const _ of translator.fit({ train: reversals(400, 6, 1) }, settings));
  return translator;
}

Deno.test("a translator learns to reverse strings, and fit keeps the best epoch by BLEU or loss", async () => {
  const [train, valid, test] = [reversals(2400, 5, 1), reversals(100, 5, 2), reversals(200, 5, 3)];
  for (const selectBy of ["bleu", "loss"] as const) {
    const translator = Translator.create({ ...SMALL, hidden: 64, dropout: 0 });
    const settings = { epochs: 6, learningRate: 0.01, batchTokens: 500, labelSmoothing: 0, selectBy };
    const found: number[] = [];
    for await (const event of translator.fit({ train, valid }, settings)) {
      if (event.event === "epoch") found.push(selectBy === "bleu" ? event.validBleu! : -event.validLoss!);
    }
    const kept = await translator.evaluate(valid, { beam: 1 });
    assertAlmostEquals(selectBy === "bleu" ? kept.bleu : -kept.loss, Math.max(...found), 1e-6);
    const { exactMatch } = await translator.evaluate(test, { beam: 3 });
    assert(exactMatch > 0.9, `${selectBy}: ${exactMatch}`);
  }
});

Deno.test("batched translations match those of each sentence alone, for every attention and beam", async () => {
  const sentences = reversals(20, 12, 5).map(({ source }) => source);
  for (const attention of ATTENTION_KINDS) {
    for (const inputFeeding of [false, true]) {
      const translator = await trained({ attention, inputFeeding });
      for (const beam of [1, 4]) {
        const options = { beam, nBest: beam };
        const together = await translator.translate(sentences, options);
        for (const [i, sentence] of sentences.entries()) {
          const alone = await translator.translate(sentence, options);
          assertEquals(alone, together[i], `${attention} ${inputFeeding} ${beam}: ${sentence}`);
        }
        const inFives = await translator.translate(sentences, { ...options, batch: 5 });
        assertEquals(inFives, together);
      }
    }
  }
});

Deno.test("translations are the same, bit for bit, with any number of threads", async () => {
  const bytes = (await trained()).toBytes();
  const sentences = reversals(30, 12, 5).map(({ source }) => source);
  const expected = await Translator.fromBytes(bytes).translate(sentences, { beam: 3, nBest: 3 });
  for (const threads of [2, 3]) {
    const engine = new Engine({ threads });
    try {
      await engine.ready();
      const translator = Translator.fromBytes(bytes, { engine });
      assertEquals(await translator.translate(sentences, { beam: 3, nBest: 3 }), expected);
    } finally {
      engine[Symbol.dispose]();
    }
  }
});

Deno.test("alternatives are distinct and sorted by score; attention rows match the tokens and sum to 1", async () => {
  const translator = await trained();
  const found = await translator.translate("abcd", { beam: 4, nBest: 4 });
  const { text, score, alternatives, tokens, sourceTokens, attention } = found;
  assertEquals(new Set(alternatives.map(({ text }) => text)).size, 4);
  assertEquals([alternatives[0].text, alternatives[0].score], [text, score]);
  assertEquals(alternatives.map(({ score }) => score), alternatives.map(({ score }) => score).sort((a, b) => b - a));
  assertEquals(sourceTokens, ["a", "b", "c", "d", "</s>"]);
  assertEquals(tokens.length, attention.length);
  for (const weights of attention) {
    assertEquals(weights.length, 5);
    assertAlmostEquals(weights.reduce((sum, weight) => sum + weight, 0), 1, 1e-5);
  }
  assertEquals((await (await trained({ attention: "none" })).translate("abcd")).attention, []);
});

Deno.test("an ensemble of a model with itself matches the model; different models are averaged", async () => {
  const [one, two] = [await trained(), await trained({ seed: 2 })];
  const sentences = reversals(20, 8, 7).map(({ source }) => source);
  const texts = async (members: Translator[]): Promise<string[]> =>
    (await one.translate(sentences, { members })).map(({ text }) => text);
  assertEquals(await texts([one]), await texts([]));
  const [own, both] = [await one.translate("abc"), await one.translate("abc", { members: [two] })];
  assert(own.score !== both.score);
});

Deno.test("an ensemble's loss is that of the mean of its members' probabilities, as its translations' scores are", async () => {
  const [one, two] = [await trained(), await trained({ seed: 2 })];
  const [{ source }] = reversals(1, 8, 7);
  for (const members of [[two], [one], []]) {
    const search = { beam: 1, lengthNorm: "none", members } as const;
    const { text, tokens, score } = await one.translate(source, search);
    const { loss, nextTokenAccuracy } = await one.evaluate([{ source, target: text }], search);
    assertAlmostEquals(loss * tokens.length, -score, 1e-5);
    assertEquals(nextTokenAccuracy, 1);
  }
});

Deno.test("an ensemble of models with different vocabularies throws an error", async () => {
  const [one, other] = ["abc", "abcd"].map((text) =>
    Translator.create({ ...SMALL, sourceTokenizer: CharTokenizer.train(text) })
  );
  await assertRejects(
    () => one.translate("ab", { members: [other] }),
    RangeError,
    "expected the same source vocabulary, found different ones of 3 and 4 symbols",
  );
});

Deno.test("an unknown token is replaced by the source word with the most attention", async () => {
  const words = ["red", "green", "blue", "grey"];
  const train = Array.from({ length: 400 }, (_, i) => {
    const own = [words[i % 4], words[(i >> 2) % 4], words[(i >> 4) % 4]].slice(0, 1 + i % 3);
    return { source: own.join(" "), target: own.join(" ") };
  });
  // Two of four colors are not in the vocabulary, so that the unknown token is trained too.
  const tokenizer = WordTokenizer.train("red red red green green green", { vocabSize: 4 });
  const translator = Translator.create({
    sourceTokenizer: tokenizer,
    embed: 16,
    hidden: 32,
    dropout: 0,
    inputDropout: 0,
  });
  for await (const _ of translator.fit({ train }, { epochs: 20, learningRate: 0.01, batchTokens: 200 }));
  const { text, unknown } = await translator.translate("red mauve green");
  assertEquals([text, unknown], ["red mauve green", ["mauve"]]);
  const kept = await translator.translate("red mauve green", { replaceUnknown: false });
  assertEquals(kept.text, "red <unk> green");
});

Deno.test("an empty sentence stays empty, and a long one is truncated", async () => {
  const translator = await trained({ maxTokens: 5 });
  const [empty, blank, long] = await translator.translate(["", "  ", "abcdefgh"]);
  assertEquals([empty.text, blank.text], ["", ""]);
  assertEquals([empty.isTruncated, long.isTruncated], [false, true]);
  assertEquals(long.sourceTokens, ["a", "b", "c", "d", "e", "</s>"]);
});

Deno.test("training works with scheduled sampling, input feeding and both", async () => {
  const [train, valid] = [reversals(1600, 4, 1), reversals(100, 4, 2)];
  for (const inputFeeding of [false, true]) {
    const translator = Translator.create({ ...SMALL, hidden: 64, dropout: 0, inputFeeding });
    const settings = { epochs: 4, learningRate: 0.01, batchTokens: 200, labelSmoothing: 0, scheduledSampling: 0.3 };
    for await (const _ of translator.fit({ train, valid }, settings));
    const { exactMatch } = await translator.evaluate(valid, { beam: 1 });
    assert(exactMatch > 0.8, `${inputFeeding}: ${exactMatch}`);
  }
});

Deno.test("separate source and target tokenizers are saved and loaded", async () => {
  const [source, target] = [CharTokenizer.train("abc"), CharTokenizer.train("xyzw")];
  const pairs = [{ source: "abc", target: "xyz" }, { source: "ab", target: "zw" }];
  const translator = Translator.create({ ...SMALL, sourceTokenizer: source, targetTokenizer: target });
  for await (const _ of translator.fit(pairs, { epochs: 2 }));
  const expected = await translator.translate("cab");
  assertEquals(await Translator.fromBytes(translator.toBytes()).translate("cab"), expected);
  await inTempDir(async (directory) => {
    await translator.save(directory);
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    assertEquals(names, [
      "README.md",
      "SHA256SUMS",
      "config.json",
      "model.safetensors",
      "target_tokenizer.json",
      "tokenizer.json",
    ]);
    assertEquals(await (await Translator.load(directory)).translate("cab"), expected);
    await Deno.remove(`${directory}/target_tokenizer.json`);
    await assertRejects(
      () => Translator.load(directory),
      RangeError,
      "it lacks target_tokenizer.json, which SHA256SUMS",
    );
    await Deno.remove(`${directory}/SHA256SUMS`);
    await assertRejects(() => Translator.load(directory), RangeError, "expected tokenizers of 3 and 4 symbols");
  });
});

Deno.test("empty and long pairs are skipped and counted, and no remaining pair throws an error", async () => {
  const translator = Translator.create({ ...SMALL, maxTokens: 4 });
  const pairs = ["ab", "", "abcde", "abcd", " "].map((source) => ({ source, target: "ab" }));
  const { sources, empty, long } = translator.encode([...pairs, { source: "a", target: "" }]);
  assertEquals([sources.length, empty, long], [2, 3, 1]);
  await assertRejects(
    () => translator.checkFit({ train: [pairs[1], pairs[2]] }),
    RangeError,
    "expected at least 1 training pair, found none besides 1 empty and 1 too long ones",
  );
  await assertRejects(() => translator.checkFit({ train: pairs }, { batchTokens: 0 }), RangeError, "batchTokens");
  await assertRejects(
    () => translator.checkFit({ train: pairs }, { selectBy: "chrf" as "bleu" }),
    RangeError,
    "one of bleu, loss",
  );
  await assertRejects(
    () => translator.checkFit({ train: pairs, test: [pairs[1]] }),
    RangeError,
    "expected at least 1 test pair",
  );
  for (const none of [[], [pairs[1]], [pairs[2]]]) {
    await assertRejects(() => translator.evaluate(none), RangeError, "evaluate: expected at least 1 pair, found none");
  }
  const { loss, ...figures } = await translator.evaluate(pairs);
  assertEquals([figures.sentences, figures.empty, figures.long, figures.translations.length], [5, 2, 1, 5]);
  assert(Number.isFinite(loss));
});

Deno.test("tokens that a tokenizer adds around a document are not translated", async () => {
  const plain = await PipelineTokenizer.train(["a b c d\n"], presets.wordpiece({}));
  const [cls, sep] = [0, 1].map((id): [string, number] => [plain.decode([id]), id]);
  const tokenizer = plain.with({ postProcessor: new postProcessors.BERT({ cls, sep }) });
  assertEquals([...tokenizer.encode("a")].slice(0, 1), [0]);
  const translator = Translator.create({ ...SMALL, sourceTokenizer: tokenizer });
  const { sources, targets } = translator.encode([{ source: "a b", target: "c" }]);
  const { sources: expected, targets: alone } = Translator.create({ ...SMALL, sourceTokenizer: plain }).encode([
    { source: "a b", target: "c" },
  ]);
  assertEquals([sources, targets], [expected, alone]);
  assertEquals(Translator.fromBytes(translator.toBytes()).sourceTokenizer.toJSON(), tokenizer.toJSON());
});

Deno.test("unseen characters are reported even if a byte-level vocabulary has tokens for them", async () => {
  const texts = ["a dog\n", "a cat\n"];
  const sourceTokenizer = await PipelineTokenizer.train(texts, presets.bpe({}));
  const translator = Translator.create({ ...SMALL, sourceTokenizer });
  const unknownIn = async (text: string) =>
    (await translator.translate(text, { beam: 1, maxLengthRatio: 0.1 })).unknown;
  assertEquals(await unknownIn("日 a"), []);
  for await (const _ of translator.fit([{ source: "a dog", target: "x" }], { epochs: 1 }));
  assertEquals(await unknownIn("a god"), []);
  assertEquals(await unknownIn("日 cat 日"), ["日", "c", "t"]);
  for await (const _ of translator.fit([{ source: "a cat", target: "x" }], { epochs: 1 }));
  assertEquals(await unknownIn("a 😀 dog 日 cat"), ["😀", "日"]);
  const lower = sourceTokenizer.with({ normalizer: new normalizers.Lowercase() });
  const folding = Translator.create({ ...SMALL, sourceTokenizer: lower });
  for await (const _ of folding.fit([{ source: "a dog", target: "x" }], { epochs: 1 }));
  const again = Translator.fromBytes(folding.toBytes());
  assertEquals((await again.translate("A DOGÜ", { beam: 1 })).unknown, ["ü"]);
});

Deno.test("the minimum length also applies to short sentences", async () => {
  const translator = Translator.create(SMALL);
  for (const { tokens } of await translator.translate(["abcdefgh", "a"], { minLength: 20, beam: 2 })) {
    assert(tokens.length > 20, `found ${tokens.length}`);
  }
});

Deno.test("invalid search options throw an error, whatever the input", async () => {
  const translator = Translator.create(SMALL);
  for (
    const [name, value] of Object.entries({
      ...{ beam: NaN, nBest: 0, minLength: -1, blockNgrams: 1.5, lengthPenalty: NaN, coveragePenalty: -1 },
      ...{ lengthNorm: "other", batch: 0 },
    })
  ) {
    await assertRejects(
      () => translator.translate("", { [name]: value }),
      RangeError,
      `translate: expected ${name} to be`,
    );
  }
  for (const maxLengthRatio of [Infinity, -1, 0, NaN]) {
    await assertRejects(
      () => translator.translate("a", { maxLengthRatio }),
      RangeError,
      "expected maxLengthRatio to be",
    );
  }
});

Deno.test("an attention drawing contains only characters that XML allows", () => {
  const drawn = drawAttention({
    sourceTokens: ["a\x01", "<&", "\uFFFE"],
    tokens: [" b"],
    attention: [Float32Array.of(0.5, 0.25, 0.25)],
  });
  assertEquals([...drawn.matchAll(/<text .*>(.*)<\/text>/g)].map(([, text]) => text), [
    "a\uFFFD",
    "&lt;&amp;",
    "\uFFFD",
    "·b",
  ]);
});

Deno.test("invalid model options throw an error", () => {
  const refuse = (options: Record<string, unknown>, words: string): void => {
    assertThrows(() => Translator.create({ ...SMALL, ...options }), RangeError, words);
  };
  refuse({ attention: "other" }, "expected attention to be one of dot, general, additive, multihead, none");
  refuse({ attention: "dot", encoderHidden: 8 }, "two directions together, 16, found 32");
  refuse({ bridge: "copy", encoderHidden: 8 }, "to copy states");
  refuse({ attention: "multihead", heads: 5 }, "a hidden size that 5 heads divide, found 32");
  refuse({ attention: "none", bridge: "zero" }, "expected attention or a bridge");
  refuse({ targetTokenizer: CharTokenizer.train("xyz"), shared: true }, "one tokenizer for both sides");
  refuse({ dropout: 1 }, "dropout to be from 0 to below 1");
  refuse({ hidden: 1e6 }, "expected at most 4.00 GiB");
});

Deno.test("evaluate returns the scores of its own translations", async () => {
  const translator = await trained();
  const pairs = reversals(50, 6, 9);
  const found = await translator.evaluate(pairs, { beam: 2 });
  const expected = (await translator.translate(pairs.map(({ source }) => source), { beam: 2 })).map(({ text }) => text);
  assertEquals(found.translations, expected);
  const references = pairs.map(({ target }) => target);
  assertEquals(found.bleu, corpusBleu(expected, references).score);
  assertEquals(found.exactMatch, expected.filter((text, i) => text === references[i]).length / 50);
  assert(found.loss > 0 && found.nextTokenAccuracy > 0 && found.nextTokenAccuracy <= 1);
});

Deno.test("loading a model of another task throws an error that names the task", async () => {
  await inTempDir(async (directory) => {
    const texts = [{ text: "a", label: "x" }, { text: "b", label: "y" }];
    const tokenizer = treebankTokenizer(["a", "b"]);
    await Classifier.create({ tokenizer, labels: labelsOf(texts), hidden: 4, embed: 4 }).save(directory);
    await assertRejects(
      () => Translator.load(directory),
      RangeError,
      'expected a model of the task translation, found "classification"',
    );
  });
});
