// Bans and biases of tokens, and what ends a text.

import { assert, assertEquals, assertGreater, assertLess, assertNotMatch, assertThrows } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  type GenerateOptions,
  LanguageModel,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  tokenizerFromJSON,
  WordTokenizer,
} from "../../../mod.ts";
import { InputRangeError } from "../../../errors.ts";
import { completeGeneration } from "../../../tasks/language_modeling/generation_options.ts";
import { lineFeedId } from "../../../tasks/language_modeling/own_ids.ts";
import { TokenRules } from "../../../tasks/language_modeling/token_rules.ts";
import { babble } from "../../support/command.ts";

const text = babble(600);
const tokenizer = CharTokenizer.train(text);

/** An untrained model, with weights large enough for its texts to vary. */
function untrained(tokenizer: Tokenizer, endOfText: string | null = null): LanguageModel {
  return LanguageModel.create({ tokenizer, endOfText, cell: "gru", hidden: 12, initRange: 1.5, seed: 3 });
}

async function write(model: LanguageModel, options: GenerateOptions, prompt = "a"): Promise<string> {
  return (await model.complete(prompt, { maxTokens: 60, seed: 4, ...options })).text;
}

Deno.test("banned tokens are never generated, whatever the other options are", async () => {
  const model = untrained(tokenizer);
  const e = tokenizer.vocabulary.id("e")!;
  const free = await write(model, {});
  assert(/[ae]/.test(free));
  for (const extra of [{}, { temperature: 0 }, { temperature: 9 }, { topK: 3 }, { logitBias: { e: 99, a: 99 } }]) {
    for (const ban of [["e", "a"], [e, "a"], ["a", "e", "e"]]) {
      assertNotMatch(await write(model, { ban, ...extra }), /[ae]/);
    }
  }
  assertNotMatch(await write(model, { ban: "e" }), /e/);
  assertEquals(await write(model, { ban: [] }), free);
});

Deno.test("a bias raises or lowers the logits of tokens, by text or by id", async () => {
  const model = untrained(tokenizer);
  const [e, t] = [tokenizer.vocabulary.id("e")!, tokenizer.vocabulary.id("t")!];
  assertEquals(await write(model, { logitBias: { e: 100 } }), "e".repeat(60));
  assertEquals(await write(model, { logitBias: new Map([[e, 100]]) }), "e".repeat(60));
  assertEquals(
    await write(model, { logitBias: new Map<string | number, number>([[e, 100], ["t", 200]]) }),
    "t".repeat(60),
  );
  const both = await write(model, { logitBias: { e: 100, t: 100 } });
  assert(/^[et]+$/.test(both) && new Set(both).size === 2, both);
  assertEquals(await write(model, { logitBias: { e: -100 } }), await write(model, { ban: "e" }));
  const names = [{ e: 1, t: -2 }, new Map([[e, 1], [t, -2]]), new Map([[e, 0.5], [t, -2], [e, 1]])];
  assertEquals(new Set(await Promise.all(names.map((logitBias) => write(model, { logitBias })))).size, 1);
});

Deno.test("logits remain finite with the largest penalties and biases", async () => {
  const model = untrained(tokenizer);
  const [most, least] = [1e9, -1e9];
  for (const repetitionPenalty of [most, 1 / most]) {
    for (const presencePenalty of [most, least]) {
      const options = { repetitionPenalty, presencePenalty, frequencyPenalty: presencePenalty };
      for (const e of [most, least]) {
        const { tokens } = await model.complete("et", { ...options, logitBias: { e }, maxTokens: 40 });
        assertEquals(tokens, 40);
      }
    }
  }
});

Deno.test("a token is named by its text, by its spelling in the vocabulary, or as logprobs shows it", async () => {
  const bpe = await PipelineTokenizer.train([text], presets.bpe({ vocabSize: 280, specialTokens: ["</s>"] }));
  const words = WordTokenizer.train(text);
  const first = words.vocabulary.symbol(2);
  const prefixed = prefixing(["<unk>", "▁", "▁s", "s", "▁cat", "\n"]);
  const spaced = bpe.tokens.find((token) => token?.startsWith("Ġ") && token.length > 2)!;
  const cases: [Tokenizer, string, number][] = [
    [bpe, spaced, bpe.id(spaced)!],
    [bpe, spaced.replace("Ġ", " "), bpe.id(spaced)!],
    [bpe, "</s>", bpe.id("</s>")!],
    [bpe, " ", bpe.id("Ġ")!],
    [words, first, 2],
    [words, "<eos>", words.vocabulary.id("<eos>")!],
    [words, "\n", words.vocabulary.id("<eos>")!],
    [new ByteTokenizer(), "a", 97],
    [new ByteTokenizer(), "\n", 10],
    [new ByteTokenizer(), "Ċ", 10],
    [new ByteTokenizer(), "<0xE2>", 0xe2],
    [prefixed, "s", 3],
    [prefixed, " s", 2],
    [prefixed, "▁s", 2],
    [prefixed, " cat", 4],
    [prefixed, "cat", 4],
    [prefixed, "\n", 5],
  ];
  for (const [tokenizer, name, id] of cases) {
    const model = untrained(tokenizer);
    const { logprobs } = await model.complete("", { maxTokens: 3, logprobs: 0, logitBias: new Map([[name, 100]]) });
    assertEquals(logprobs!.map(({ id }) => id), [id, id, id], name);
  }
});

/** A tokenizer that puts a space before every text, as most of SentencePiece's do. */
function prefixing(tokens: readonly string[]): Tokenizer {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false };
  const vocab = tokens.map((token) => [token, -token.length]);
  return tokenizerFromJSON({
    version: "1.0",
    pre_tokenizer: metaspace,
    decoder: metaspace,
    model: { type: "Unigram", unk_id: 0, vocab },
  });
}

Deno.test("the vocabulary is decoded once for all names of tokens and all generations", () => {
  const tokenizer = prefixing(["<unk>", "▁", "▁cat", "▁dog", ...Array.from({ length: 200 }, (_, i) => `x${i}`)]);
  const decode = tokenizer.decode.bind(tokenizer);
  let decoded = 0;
  tokenizer.decode = (ids) => {
    decoded++;
    return decode(ids);
  };
  const find = (ban: string[]): number => {
    decoded = 0;
    new TokenRules(tokenizer, undefined, completeGeneration("generate", { ban }));
    return decoded;
  };
  assertGreater(find(["cat"]), 200);
  assertLess(find(["dog", "cat"]), 10);
});

Deno.test("a line feed precedes an empty text, also of a tokenizer that puts a space before every text", () => {
  assertEquals(lineFeedId(prefixing(["<unk>", "▁", "a", "\n"])), 3);
  assertEquals(lineFeedId(new ByteTokenizer()), 10);
});

Deno.test("the token for unknown symbols is generated only if it is allowed", async () => {
  const words = WordTokenizer.train(text, { minCount: 2 });
  assertEquals(words.unknownId, 0);
  const model = untrained(words);
  const bias = { logitBias: { "<unk>": 5 } };
  assert((await write(model, { ...bias, allowUnknown: true })).includes("<unk>"));
  for (const extra of [{}, { temperature: 0 }, { topK: 2 }]) {
    const free = await write(model, { ...bias, ...extra });
    assertEquals(free.includes("<unk>"), false);
    assertEquals(free.split(/\s/).length > 40, true);
  }
  // In this vocabulary, the token for unknown symbols ends a text, as in GPT-2's.
  const json = JSON.parse(JSON.stringify(words.toJSON()));
  json.model.unk_token = "<eos>";
  const shared = tokenizerFromJSON(json);
  assertEquals(shared.unknownId, words.vocabulary.id("<eos>"));
  const { finishReason } = await untrained(shared, "<eos>").complete("", { logitBias: { "<eos>": 99 } });
  assertEquals(finishReason, "end");
});

Deno.test("a text ends where the model ends it, with a tokenizer from a file as well, unless the end is ignored", async () => {
  const documents: string[] = Array.from({ length: 60 }, (_, i) => i % 2 === 0 ? "left, right." : "up\nand down.");
  const trained = await PipelineTokenizer.train(documents, presets.bpe({ vocabSize: 270, specialTokens: ["</s>"] }));
  const loaded = tokenizerFromJSON(JSON.parse(JSON.stringify(trained)));
  const model = LanguageModel.create({ tokenizer: loaded, endOfText: "</s>", hidden: 32, embed: 8 });
  await model.fit(documents, { epochs: 15, batch: 4, learningRate: 0.02 });
  const options = { seed: 1, temperature: 0.5, maxTokens: 40 };
  const ended = await LanguageModel.fromBytes(model.toBytes()).complete("", options);
  assert(documents.includes(ended.text), ended.text);
  assertEquals([ended.finishReason, ended.state.token], ["end", trained.id("</s>")!]);
  const ignoring = await model.complete("", { ...options, ignoreEnd: true });
  assertEquals([ignoring.tokens, ignoring.finishReason], [40, "length"]);
  assertEquals([ignoring.text.startsWith(ended.text), ignoring.text.includes("</s>")], [true, false]);
  // In a model of running text, the same token does not end anything.
  const running = await untrained(loaded).complete("", { ...options, logitBias: { "</s>": 99 } });
  assertEquals([running.tokens, running.finishReason], [40, "length"]);
});

Deno.test("of the text before a given state, only the last token counts for the penalties", async () => {
  const model = untrained(tokenizer);
  const penalties = { presencePenalty: 100, temperature: 0 };
  const size = tokenizer.size;
  const { text: all, state } = await model.complete("t", { ...penalties, maxTokens: size - 1 });
  assertEquals(new Set("t" + all).size, size, "with a large penalty, every symbol occurs once");
  const last = all.at(-1)!;
  const rest = (await model.complete("", { ...penalties, state, maxTokens: size - 1 })).text;
  assertEquals(new Set(last + rest).size, size, "the symbols before the last may occur again");
  const repeated = await model.complete("t", { ...penalties, repetitionWindow: 2, maxTokens: 40 });
  const written = "t" + repeated.text;
  assert([...written].every((symbol, i) => symbol !== written[i + 1] && symbol !== written[i + 2]), written);
  assertGreater(written.length, new Set(written).size);
});

Deno.test("tokens and options that cannot be used are refused in one line", () => {
  const model = untrained(tokenizer);
  const refused = (options: GenerateOptions, message: string): void => {
    const error = assertThrows(() => model.generate("a", options), InputRangeError, message);
    assert(!error.message.includes("\n") && error.message.length < 250, error.message);
  };
  const { size } = tokenizer;
  refused({ ban: "the" }, 'expected a token of the vocabulary in ban, found "the", which is 3 tokens');
  refused({ ban: ["a", "ß"] }, 'expected a token of the vocabulary in ban, found "ß"');
  for (const id of [-1, 0.5, NaN, size]) refused({ ban: id }, `the id of a token below ${size} in ban, found ${id}`);
  for (const ban of ["", [""], [null], {}] as string[]) refused({ ban }, "expected ban to be a token, or tokens");
  refused({ logitBias: { the: 1 } }, 'expected a token of the vocabulary in logitBias, found "the"');
  refused({ logitBias: new Map([[size, 1]]) }, `the id of a token below ${size} in logitBias`);
  const anything: unknown[] = [
    { a: NaN },
    { a: Infinity },
    { a: 1e10 },
    { a: "1" },
    { "": 1 },
    "a=1",
    5,
    ["a"],
    null,
    new Map([["a", -Infinity]]),
  ];
  for (const logitBias of anything as Record<string, number>[]) {
    refused({ logitBias }, "expected logitBias to be a record or a map of numbers from -1e9 to 1e9 by token");
  }
  const all = Array.from({ length: size }, (_, id) => id);
  refused({ ban: all }, `expected at least one token that is not banned, found all ${size} banned`);
  refused({ repetitionWindow: -1 }, "expected repetitionWindow to be a whole number of at least 1, or null, found -1");
  refused({ typicalP: 1.5 }, "expected typicalP to be a finite number above 0 and at most 1, found 1.5");
  refused(
    { presencePenalty: NaN },
    "expected presencePenalty to be a finite number of at least -1000000000 and at most 1000000000, found NaN",
  );
  for (const logprobs of [-1, 1.5]) refused({ logprobs }, `expected logprobs to be a whole number`);
  for (const bestOf of [0, -1, 1.5]) refused({ bestOf }, "expected bestOf to be a whole number of at least 1");
  refused({ bestOf: 2 }, "expected bestOf 1 for a text in pieces, found 2; use complete");
});

Deno.test("ids without a token cannot be named, and do not hide that all tokens are banned", () => {
  const json = JSON.parse(JSON.stringify(WordTokenizer.train("a b").toJSON()));
  json.model.vocab = { "<unk>": 0, "<eos>": 1, "a": 2, "b": 9 };
  const model = untrained(tokenizerFromJSON(json));
  const refused = (options: GenerateOptions, message: string) =>
    assertThrows(() => model.generate("a", options), InputRangeError, message);
  refused({ ban: 5 }, "expected the id of a token below 10 in ban, found 5");
  refused({ ban: ["a", "b", "<eos>"] }, "found all 4 banned");
  assertEquals(model.generate("a", { ban: ["a", "b", "<eos>"], allowUnknown: true }).tokens, 0);
});
