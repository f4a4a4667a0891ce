import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  type GenerateOptions,
  LanguageModel,
  type LanguageModelOptions,
  type Tokenizer,
  WordTokenizer,
} from "../../../mod.ts";
import {
  type Decoder,
  decoders,
  models,
  PipelineTokenizer,
  postProcessors,
  preTokenizers,
} from "@elman/elman/tokenizers";
import { CELLS } from "../../../src/nn/mod.ts";
import { Continuation } from "../../../tasks/language_modeling/continuation.ts";
import { generatorOf, planGeneration } from "../../../tasks/language_modeling/generation_plan.ts";
import type { GenerationState } from "../../../tasks/language_modeling/mod.ts";
import { babble } from "../../support/command.ts";

const text = babble(600);
const char = CharTokenizer.train(text);
const word = WordTokenizer.train(text);
const byte = new ByteTokenizer();

/** An untrained model, with weights large enough for its texts to vary. */
function untrained(tokenizer: Tokenizer, options: Partial<LanguageModelOptions> = {}): LanguageModel {
  return LanguageModel.create({ tokenizer, cell: "gru", hidden: 12, initRange: 1.5, seed: 3, ...options });
}

/** A byte model that generates only these bytes. */
function bytesOf(...bytes: number[]): LanguageModel {
  const model = untrained(byte, { hidden: 4, initRange: 0.3 });
  model.network.namedParameters().get("decoder.bias")!.assign(
    Array.from({ length: 256 }, (_, id) => bytes.includes(id) ? 0 : -1e4),
  );
  return model;
}

const ASCII = [0x20, 0x0a, ...new TextEncoder().encode("abcdefgh")];

async function piecesOf(model: LanguageModel, prompt: string, options: GenerateOptions): Promise<string[]> {
  return await Array.fromAsync(model.generate(prompt, options));
}

for (const tokenizer of [char, word, byte]) {
  Deno.test(`the pieces of a text of ${tokenizer.kind}s join to what complete returns`, async () => {
    const model = untrained(tokenizer);
    const options = { maxTokens: 60, seed: 5 };
    const generation = model.generate("the cat", options);
    const pieces = await Array.fromAsync(generation);
    const whole = await model.complete("the cat", options);
    assertEquals(pieces.join(""), whole.text);
    assertEquals([generation.tokens, whole.tokens], [60, 60]);
    assertEquals(generation.state, whole.state);
    assertGreater(pieces.length, 10);
    assert(pieces.every((piece) => piece !== "" && piece.isWellFormed()));
  });

  Deno.test(`the same seed gives the same text of ${tokenizer.kind}s, and another seed a different one`, async () => {
    const model = untrained(tokenizer);
    const complete = async (seed: number) => (await model.complete("a", { seed, maxTokens: 300 })).text;
    assertEquals(await complete(8), await complete(8));
    assertNotEquals(await complete(8), await complete(9));
  });
}

Deno.test("a model never generates ids that no token has", async () => {
  const vocabulary = new Map([["<unk>", 0], ["a", 1], ["b", 40], ["c", 300]]);
  const model = new models.WordLevel({ vocabulary, unknownToken: "<unk>" });
  const preTokenizer = new preTokenizers.Whitespace();
  const generator = untrained(new PipelineTokenizer({ preTokenizer, model }));
  assertEquals(generator.network.embedding.weight.shape, [301, 64]);
  // Every id without a token is likelier than any token.
  const ids = new Set(vocabulary.values());
  generator.network.namedParameters().get("decoder.bias")!.assign(
    Array.from({ length: 301 }, (_, id) => ids.has(id) ? -20 : 20),
  );
  const settings = [{}, { temperature: 0 }, { topK: 5 }, { topP: 0.9 }, { minP: 0.1 }, { repetitionPenalty: 1.3 }];
  for (const sampling of settings) {
    const { text } = await generator.complete("a b", { maxTokens: 40, seed: 1, ...sampling });
    const words = text.trim().split(" ");
    assertEquals(words.length, 40);
    assert(words.every((word) => vocabulary.has(word)), text);
  }
});

Deno.test("a generation without a seed draws one that reproduces its text", async () => {
  const model = untrained(char);
  const first = model.generate("a", { maxTokens: 50 });
  const firstText = (await Array.fromAsync(first)).join("");
  const again = await model.complete("a", { maxTokens: 50, seed: first.seed });
  assertEquals(again.text, firstText);
  assertNotEquals(model.generate("a").seed, first.seed);
});

Deno.test("temperature 0 gives the likeliest tokens with any seed", async () => {
  const model = untrained(char);
  const complete = async (seed: number) => (await model.complete("the", { temperature: 0, seed, maxTokens: 80 })).text;
  assertEquals(await complete(1), await complete(2));
  const sampled = await model.complete("the", { topK: 1, seed: 3, maxTokens: 80 });
  assertEquals(sampled.text, await complete(1));
});

for (
  const [name, bytes] of [["any bytes", undefined], ["bytes of long characters", [
    0xf0,
    0x9f,
    0x98,
    0x80,
    0xc3,
    0x41,
  ]]] as const
) {
  Deno.test(`bytes are decoded as by TextDecoder, and no piece splits a character: ${name}`, async () => {
    const model = bytes ? bytesOf(...bytes) : untrained(byte, { initRange: 0.05 });
    const options = { maxTokens: 3000, seed: 4 };
    const ids: number[] = [];
    // The same tokenizer, but it records the ids that it decodes.
    const noting: Tokenizer = Object.assign(Object.create(byte), {
      decoder: () => {
        const decoder = byte.decoder();
        return { push: (id: number) => (ids.push(id), decoder.push(id)), flush: () => decoder.flush() };
      },
    });
    const noted = LanguageModel.fromBytes(model.toBytes());
    Object.assign(noted.processors, { tokenizer: noting });
    const pieces = await piecesOf(noted, "", options);
    const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids.slice(-3000)));
    assertEquals(pieces.join(""), expected);
    assert(pieces.every((piece) => piece !== "" && piece.isWellFormed()));
    const long = pieces.filter((piece) => /[\u0080-\ufffc]|[\u{10000}-\u{10ffff}]/u.test(piece)).length;
    assertGreater(long, 5, "some characters must have more than one byte");
    if (bytes) assert(pieces.some((piece) => piece.codePointAt(0)! > 0xffff), "some must have four bytes");
  });
}

for (const [tokenizer, lengths] of [[char, [1, 2, 5, 9]], [word, [3, 6, 13]], [byte, [1, 4, 7]]] as const) {
  Deno.test(`generation ends before a stop text of any number of tokens: ${tokenizer.kind}s`, async () => {
    const model = tokenizer === byte ? bytesOf(...ASCII) : untrained(tokenizer);
    const options = { maxTokens: 80, seed: 6 };
    const whole = await model.complete("a", options);
    for (const length of lengths) {
      for (const start of [0, 1, 17, 40]) {
        const stop = whole.text.slice(start, start + length);
        const expected = whole.text.slice(0, whole.text.indexOf(stop));
        const stopped = await model.complete("a", { ...options, stop });
        assertEquals(stopped.text, expected, JSON.stringify(stop));
        assertLess(stopped.tokens, 80);
        assertEquals((await piecesOf(model, "a", { ...options, stop: [stop] })).join(""), expected);
      }
    }
  });
}

Deno.test("the stop text that is complete first ends the generation", async () => {
  const model = untrained(char);
  const options = { maxTokens: 80, seed: 6 };
  const { text } = await model.complete("a", options);
  const stop = [text.slice(50, 60), text.slice(20, 28), "not there"];
  assertEquals((await model.complete("a", { ...options, stop })).text, text.slice(0, text.indexOf(stop[1])));
});

Deno.test("text that only begins like a stop text is returned at the end", async () => {
  const model = untrained(char);
  const options = { maxTokens: 40, seed: 6 };
  const { text } = await model.complete("a", options);
  for (const stop of [text.slice(-3) + "#", text.slice(10, 14) + "#", text + text]) {
    const { text: found, tokens } = await model.complete("a", { ...options, stop });
    assertEquals([found, tokens], [text, 40]);
  }
});

for (const cell of CELLS) {
  for (const tokenizer of [char, word, byte]) {
    Deno.test(`continuing from a state gives the same text as one generation: ${tokenizer.kind}s, ${cell}`, async () => {
      const model = untrained(tokenizer, { cell, layers: 2 });
      if (tokenizer === byte) {
        const bias = Array.from({ length: 256 }, (_, id) => ASCII.includes(id) ? 0 : -1e4);
        model.network.namedParameters().get("decoder.bias")!.assign(bias);
      }
      const greedy = { temperature: 0 };
      const whole = await model.complete("the cat", { ...greedy, maxTokens: 40 });
      for (const first of [0, 1, 13, 39]) {
        const a = await model.complete("the cat", { ...greedy, maxTokens: first });
        const b = await model.complete("", { ...greedy, maxTokens: 40 - first, state: a.state });
        assertEquals(a.text + b.text, whole.text, `${first} tokens first`);
        assertEquals(b.state, whole.state);
      }
    });
  }
}

Deno.test("a character whose bytes two generations share is whole in the second", async () => {
  const model = untrained(byte);
  const add = async (id: number, state?: GenerationState) =>
    await model.complete("", { state, maxTokens: 1, temperature: 0, logitBias: new Map([[id, 1e6]]) });
  for (const character of ["é", "€", "😀"]) {
    const bytes = [...new TextEncoder().encode(character)];
    let last = await model.complete("a", { maxTokens: 0 });
    const texts: string[] = [];
    for (const id of bytes) {
      last = await add(id, last.state);
      texts.push(last.text);
    }
    assertEquals(texts, [...bytes.slice(1).map(() => "\ufffd"), character]);
    assertEquals(last.state.before, bytes.slice(0, -1));
  }
});

/** A tokenizer of the tokens <unk>, <0xC3>, <0xA9> and ▁a. */
function tokenizerOfPieces(decoder: Decoder): Tokenizer {
  const tokens = ["<unk>", "<0xC3>", "<0xA9>", "▁a"];
  const vocabulary = new Map(tokens.map((token, id) => [token, id] as const));
  return new PipelineTokenizer({ model: new models.WordLevel({ vocabulary, unknownToken: "<unk>" }), decoder });
}

Deno.test("a text that another one goes on with keeps its whole characters, though their bytes are one run", () => {
  const decoder = new decoders.Sequence([new decoders.ByteFallback(), new decoders.Fuse()]);
  const generator = generatorOf(untrained(tokenizerOfPieces(decoder)));
  const plan = { ...planGeneration(generator, { temperature: 0, maxTokens: 5 }), goesOn: true };
  const cases: [number[], string][] = [[[1, 2, 1, 2, 1], "éé"], [[1, 2, 1, 2], "éé"], [[1], ""], [[2, 1], "\ufffd"]];
  for (const [ids, expected] of cases) {
    const text = new Continuation(generator, plan, [3], 0);
    const pieces = ids.map((id) => text.draw(Float32Array.from({ length: 4 }, (_, i) => Number(i === id))));
    assertEquals(pieces.join("") + text.flush(), expected);
  }
});

Deno.test("a character of byte pieces before a text is no part of it", async () => {
  const model = untrained(
    tokenizerOfPieces(new decoders.SentencePiece({ unknownPiece: "<unk>", unknownSurface: "?", byteFallback: true })),
  );
  const add = async (id: number, state?: GenerationState) =>
    await model.complete("", { state, maxTokens: 1, temperature: 0, logitBias: new Map([[id, 1e6]]) });
  const first = await add(1, (await add(3)).state);
  const second = await add(2, first.state);
  const third = await add(3, second.state);
  assertEquals([second.text, third.text], ["é", " a"]);
});

Deno.test("a prompt of any length gives the same state at once and in parts", async () => {
  const model = untrained(char, { cell: "lstm" });
  const greedy = { temperature: 0, maxTokens: 30 };
  const prompt = babble(600);
  const whole = await model.complete(prompt, greedy);
  for (const cut of [1, 100, 256, 257, 599]) {
    const { state } = await model.complete(prompt.slice(0, cut), { maxTokens: 0 });
    const found = await model.complete(prompt.slice(cut), { ...greedy, state });
    assertEquals(found.text, whole.text, `cut at ${cut}`);
  }
  const other = await model.complete(prompt.slice(0, -2), greedy);
  assertNotEquals(other.text, whole.text, "the prompt matters");
});

Deno.test("the special tokens before a text begin a prompt, but not what continues a state", async () => {
  const vocabulary = new Map(["[CLS]", "[SEP]", "[UNK]", ..."abcde"].map((token, id) => [token, id] as const));
  const tokenizer = new PipelineTokenizer({
    preTokenizer: new preTokenizers.Whitespace(),
    model: new models.WordLevel({ vocabulary, unknownToken: "[UNK]" }),
    postProcessor: new postProcessors.Template({
      single: "[CLS] $A [SEP]",
      specialTokens: { "[CLS]": 0, "[SEP]": 1 },
    }),
  });
  const model = untrained(tokenizer);
  const options = { maxTokens: 12, seed: 1 };
  const whole = await model.complete("a b c d", options);
  const { state } = await model.complete("a b", { maxTokens: 0 });
  for (const rest of ["c d", "c"]) {
    const { state: later } = await model.complete(rest, { maxTokens: 0, state });
    const last = rest === "c" ? "d" : "";
    assertEquals((await model.complete(last, { ...options, state: later })).text, whole.text);
    assertEquals((await piecesOf(model, last, { ...options, state: later })).join(""), whole.text);
  }
  assertEquals((await model.complete("", { maxTokens: 0 })).state.token, 0);
});

Deno.test("continuing from a state does not change it", async () => {
  const model = untrained(char, { cell: "lstm" });
  const { state } = await model.complete("the", { maxTokens: 5, seed: 1 });
  const copy = structuredClone(state);
  const first = await model.complete("", { state, maxTokens: 20, seed: 2 });
  assertEquals(state, copy);
  assertEquals((await model.complete("", { state, maxTokens: 20, seed: 2 })).text, first.text);
});

Deno.test("maxTokens 0 gives an empty text", async () => {
  for (const tokenizer of [char, word, byte]) {
    const model = untrained(tokenizer);
    const { text, tokens } = await model.complete("the cat", { maxTokens: 0 });
    assertEquals([text, tokens], ["", 0]);
    assertEquals(await piecesOf(model, "", { maxTokens: 0 }), []);
  }
});

Deno.test("an empty prompt continues from a line feed", async () => {
  for (const tokenizer of [char, word, byte]) {
    const model = untrained(tokenizer);
    const options = { maxTokens: 20, seed: 1 };
    assertEquals((await model.complete("", options)).text, (await model.complete("\n", options)).text);
  }
  const lineless = untrained(CharTokenizer.train("abc"));
  assertEquals((await lineless.complete("", { maxTokens: 7 })).text.length, 7);
});

Deno.test("symbols of a prompt that are not in the vocabulary are refused by name", async () => {
  const model = untrained(char);
  assertThrows(() => model.generate("the QaZ"), RangeError, 'found "Q", "Z"');
  await assertRejects(() => model.complete("a😀"), RangeError, '"😀"');
  const strict = untrained(WordTokenizer.train(text, { unknown: false }));
  assertThrows(() => strict.generate("the zebra sat"), RangeError, 'found "zebra"');
  // A vocabulary with a symbol for unknown ones accepts any prompt, and so do bytes.
  for (const tokenizer of [word, byte]) {
    assertEquals((await untrained(tokenizer).complete("the zebra 😀", { maxTokens: 3 })).tokens, 3);
  }
});

Deno.test("invalid options are refused before anything is generated", () => {
  const model = untrained(char);
  const refused = (options: GenerateOptions, message: string) =>
    assertThrows(() => model.generate("a", options), RangeError, message);
  for (const maxTokens of [-1, 1.5, NaN, Infinity]) refused({ maxTokens }, `at least 0, found ${maxTokens}`);
  for (const seed of [-1, 0.5, NaN]) refused({ seed }, `found ${seed}`);
  refused({ stop: "" }, "expected stop to be a text, or texts");
  refused({ stop: ["a", ""] }, "expected stop to be a text, or texts");
  refused({ temperature: -1 }, "expected temperature");
  refused({ state: { arrays: { h: new Float32Array(5) }, token: 0 } }, "expected 12 numbers, found 5");
});

Deno.test("a signal aborts the generation with its reason", async () => {
  const model = untrained(char);
  const controller = new AbortController();
  const generation = model.generate("a", { maxTokens: 1000, signal: controller.signal });
  const pieces: string[] = [];
  const reason = new RangeError("enough");
  const error = await assertRejects(async () => {
    for await (const piece of generation) if (pieces.push(piece) === 3) controller.abort(reason);
  }, RangeError);
  assertEquals([error === reason, pieces.length, generation.tokens], [true, 3, 3]);
  await assertRejects(() => model.complete("a", { signal: AbortSignal.abort() }), DOMException, "aborted");
});

Deno.test("a signal from a timer takes effect during the generation", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const generation = untrained(char).generate("a", { maxTokens: 1e9, signal: controller.signal });
  await assertRejects(() => Array.fromAsync(generation), DOMException, "aborted");
  assertGreater(generation.tokens, 0);
});

Deno.test("a generation is iterated once", async () => {
  const generation = untrained(char).generate("", { maxTokens: 5, seed: 1 });
  for await (const _ of generation) break;
  await assertRejects(() => Array.fromAsync(generation), RangeError, "expected a single iteration, found a second one");
});
