import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  encodeDocuments,
  encodeText,
  LanguageModel,
  type LanguageModelFitOptions,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  tokenizerFromJSON,
  WordTokenizer,
} from "../../../mod.ts";
import { CELLS, crossEntropy, inference } from "../../../src/nn/mod.ts";
import type { DocumentIds } from "../../../tasks/mod.ts";
import { splitDocuments } from "../../../tasks/language_modeling/split_documents.ts";
import { babble, inTempDir } from "../../support/command.ts";

/** Documents of 1 to 150 characters, and one that is longer than a window of evaluation by far. */
const DOCUMENTS = [
  ...Array.from({ length: 40 }, (_, i) => babble(4000).slice(i * 97, i * 97 + 1 + i * 37 % 150)),
  babble(900),
];
const tokenizer = CharTokenizer.train(DOCUMENTS, { specials: ["<eos>"] });

function makeModel(options: { cell?: typeof CELLS[number]; dropout?: number } = {}): LanguageModel {
  return LanguageModel.create({ tokenizer, endOfText: "<eos>", hidden: 9, embed: 6, layers: 2, ...options });
}

/** Sum of the losses of a document's tokens and its end, in one pass from a zero state. */
function lossSum({ network, tokenizer }: LanguageModel, text: string): { sum: number; tokens: number } {
  const end = (tokenizer as CharTokenizer).vocabulary.id("<eos>")!;
  const ids = Int32Array.from([end, ...tokenizer.encode(text), end]);
  const T = ids.length - 1;
  const loss = inference(() => crossEntropy(network.forward(ids.slice(0, -1), T, 1).logits, ids.slice(1)).item());
  return { sum: T * loss, tokens: T };
}

for (const cell of CELLS) {
  Deno.test(`the loss of documents is the mean over the tokens of each document alone: ${cell}`, async () => {
    const model = makeModel({ cell });
    const alone = DOCUMENTS.map((text) => lossSum(model, text));
    const total = alone.reduce((all, { sum, tokens }) => ({ sum: all.sum + sum, tokens: all.tokens + tokens }));
    const { loss, tokens } = await model.evaluate(DOCUMENTS);
    assertEquals(tokens, total.tokens);
    assertAlmostEquals(loss, total.sum / total.tokens, 1e-6);
    const { sum } = alone[3];
    assertAlmostEquals(
      (await model.evaluate(DOCUMENTS[3])).loss,
      sum / alone[3].tokens,
      1e-6,
      "a text is one document",
    );
  });
}

Deno.test("the training loss of an epoch is that of the documents, whatever the batch and the window", async () => {
  for (const [batch, bptt] of [[1, 8], [5, 200], [32, 64]]) {
    const model = makeModel();
    const { loss } = await model.evaluate(DOCUMENTS);
    // With a learning rate of almost zero, the parameters stay as they are.
    const settings = { batch, bptt, epochs: 1, optimizer: "sgd", learningRate: 1e-12 } as const;
    const { epochs } = await model.fit(DOCUMENTS, settings);
    // 16 windows of 8 characters are a passage, so the longest document is divided at this batch.
    if (bptt > 8) assertAlmostEquals(epochs[0].loss, loss, 1e-5);
    else assert(Math.abs(epochs[0].loss - loss) < 0.01, `${epochs[0].loss} is near ${loss}`);
  }
});

Deno.test("a run on documents resumes to the same bits", async () => {
  const options: LanguageModelFitOptions = { batch: 4, bptt: 16, epochs: 2, learningRate: 0.01, schedule: "constant" };
  const corpus = { train: DOCUMENTS.slice(9), valid: DOCUMENTS.slice(0, 9) };
  const whole = makeModel({ dropout: 0.3 });
  await whole.fit(corpus, { ...options, maxSteps: 30 });
  for (const first of [1, 17, 29]) {
    await inTempDir(async (directory) => {
      await makeModel({ dropout: 0.3 }).fit(corpus, { ...options, maxSteps: first, directory });
      const model = await LanguageModel.load(directory);
      await model.fit(corpus, { resume: directory, maxSteps: 30 });
      assertEquals(model.toBytes(), whole.toBytes(), `after ${first}`);
    });
  }
});

Deno.test("a model of documents begins with any of them and ends where they end", async () => {
  const documents = Array.from({ length: 60 }, (_, i) => i % 2 === 0 ? "left, right." : "up\nand down.");
  const tokenizer = CharTokenizer.train(documents, { specials: ["<eos>"] });
  const model = LanguageModel.create({ tokenizer, endOfText: "<eos>", hidden: 32, embed: 8 });
  await model.fit(documents, { epochs: 30, batch: 4, learningRate: 0.02 });
  const found = await model.completeAll(new Array<string>(20).fill(""), { seed: 1, maxTokens: 50, temperature: 0.5 });
  assertEquals(new Set(found.map(({ text }) => text)), new Set(documents));
  for (const { text, tokens, state } of found) {
    assertEquals([tokens, state.token], [text.length + 1, tokenizer.vocabulary.id("<eos>")!]);
  }
  const { text } = await model.complete("left", { seed: 2, temperature: 0.5 });
  assertEquals(text, ", right.");
  // A generation that continues an ended one begins the next document, with a zero state.
  const next = { seed: 9, temperature: 0.5 };
  assertEquals(
    (await model.complete("", { ...next, state: found[0].state })).text,
    (await model.complete("", next)).text,
  );
  const { state } = await model.complete("", { seed: 3, maxTokens: 1, temperature: 0.5 });
  const rest = await model.complete("", { seed: 4, state, temperature: 0.5 });
  assert(documents.some((document) => document.slice(1) === rest.text), rest.text);
  await inTempDir(async (directory) => {
    await model.save(directory);
    const loaded = await LanguageModel.load(directory);
    assertEquals(loaded.config.endOfText, "<eos>");
    assertEquals((await loaded.complete("", next)).text, (await model.complete("", next)).text);
  });
});

async function readAll(ids: DocumentIds): Promise<number[]> {
  const all: number[] = [];
  while (all.length < ids.length) all.push(...(await ids.block(all.length)).ids);
  return all;
}

Deno.test("documents are encoded each on its own, in memory or not, with the end before and after each", async () => {
  const bpe = await PipelineTokenizer.train(DOCUMENTS, presets.bpe({ vocabSize: 300, specialTokens: ["</s>"] }));
  const word = WordTokenizer.train(DOCUMENTS.join("\n"), { specials: ["<eod>"] });
  const kinds: [Tokenizer, string, number][] = [
    [tokenizer, "<eos>", tokenizer.vocabulary.id("<eos>")!],
    [bpe, "</s>", bpe.id("</s>")!],
    [word, "<eod>", word.vocabulary.id("<eod>")!],
    [word, "<eos>", word.vocabulary.id("<eos>")!],
  ];
  for (const [tokenizer, endOfText, end] of kinds) {
    const expected = [end, ...DOCUMENTS.flatMap((text) => [...tokenizer.encodePrompt(text), end])];
    for (const options of [{}, { heldLength: 0 }, { heldLength: 0, blockLength: 200 }, { blockLength: 1 }]) {
      const ids = await encodeDocuments(DOCUMENTS, tokenizer, { endOfText, ...options });
      assertEquals([ids.end, ids.length, ids.characters], [end, expected.length, DOCUMENTS.join("").length]);
      assertEquals(await readAll(ids), expected);
      assertEquals(await readAll(ids), expected, "a second time");
      const lengths = DOCUMENTS.map((text) => tokenizer.encodePrompt(text).length);
      assertEquals(Array.from(ids.starts).map((start, i) => ids.starts[i + 1] - start - 1).slice(0, -1), lengths);
    }
  }
});

Deno.test("documents and running text are not mistaken for each other", async () => {
  const plain = LanguageModel.create({ tokenizer, hidden: 4 });
  const model = makeModel();
  const ids = await encodeDocuments(["ab", "c"].map((text) => text.replaceAll(/./g, "a")), tokenizer);
  await assertRejects(() => plain.evaluate(ids), RangeError, "expected running text for a model without endOfText");
  await assertRejects(async () => await plain.fit(["aa"]), RangeError, "fit: expected running text");
  const text = await encodeText("aaaa", tokenizer);
  await assertRejects(() => model.evaluate(text), RangeError, 'expected documents that end with "<eos>", found ids of');
  const other = await encodeDocuments(["a"], tokenizer, { endOfText: "a" });
  await assertRejects(() => model.evaluate(other), RangeError, "found ids of documents that end with another token");
  await assertRejects(() => encodeDocuments([], tokenizer), RangeError, "expected at least one document");
  await assertRejects(() => encodeDocuments(["a", "ß"], tokenizer), RangeError, "known symbols, in document 2");
  await assertRejects(
    () => encodeDocuments(["a"], new ByteTokenizer()),
    RangeError,
    'the token "<eos>" to end documents',
  );
  const create = () => LanguageModel.create({ tokenizer, endOfText: "</s>" });
  assertThrows(create, RangeError, 'create a language model: expected a tokenizer with the token "</s>"');
});

Deno.test("a special symbol of a character tokenizer survives its file, and no text is encoded as it", () => {
  const read = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
  assert(read instanceof CharTokenizer);
  assertEquals(read.vocabulary.symbols, tokenizer.vocabulary.symbols);
  const angled = CharTokenizer.train("<eos>", { specials: ["<eos>"] });
  assertEquals([...angled.encode("<eos>")].includes(angled.vocabulary.id("<eos>")!), false);
  assertEquals(angled.decode(angled.encode("<eos>")), "<eos>");
  const odd = () => CharTokenizer.train("ab", { specials: ["end"] });
  assertThrows(odd, RangeError, 'expected special symbols such as <eos>, in brackets, found "end"');
  assertNotEquals(angled.size, CharTokenizer.train("<eos>").size);
});

Deno.test("a share of less than a document is the last one", () => {
  const documents = { lengths: new Float64Array(100).fill(4), read: () => Promise.resolve("text") };
  for (const validFraction of [0.001, 0.01]) {
    const { train, valid } = splitDocuments(documents, { validFraction });
    assertEquals([train.lengths.length, valid!.lengths.length], [99, 1]);
  }
});
