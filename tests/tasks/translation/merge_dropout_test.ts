import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CharTokenizer, PipelineTokenizer, presets, type SentencePair, Translator } from "../../../mod.ts";
import { models } from "../../../tokenizers/mod.ts";
import { dropMerges } from "../../../tasks/translation/merge_dropout.ts";
import { inTempDir } from "../../support/command.ts";
import { assertSameBits } from "../../support/bounds.ts";

const WORDS = ["low", "lower", "lowest", "new", "newer", "newest", "wide", "wider", "widest"];

/** Random sentences of three words and their reversals. */
const PAIRS: readonly SentencePair[] = Array.from({ length: 60 }, (_, i) => {
  const words = [WORDS[i % 9], WORDS[(i * 5 + 2) % 9], WORDS[(i * 7 + 4) % 9]];
  return { source: words.join(" "), target: words.toReversed().join(" ") };
});

const TOKENIZER = await PipelineTokenizer.train(
  PAIRS.map(({ source }) => source + "\n"),
  presets.bpe({ vocabSize: 300 }),
);

function create(): Translator {
  return Translator.create({ sourceTokenizer: TOKENIZER, embed: 8, hidden: 16, maxTokens: 12 });
}

Deno.test("each epoch tokenizes the sentences differently and reproducibly", () => {
  const plain = create().encode([...PAIRS, { source: "", target: "new" }]);
  assertEquals([plain.sources.length, plain.empty], [60, 1]);
  const tokenizers = { source: TOKENIZER, target: TOKENIZER };
  const drop = (epoch: number) => dropMerges({ plain, tokenizers, rate: 0.3, seed: 1, maxTokens: 12 }, epoch);
  const [first, second] = [drop(0), drop(1)];
  assertEquals(drop(0), first);
  assertNotEquals(first.sources, second.sources);
  assertNotEquals(first.sources, plain.sources);
  assertNotEquals(first.targets, plain.targets);
  PAIRS.forEach(({ source, target }, i) => {
    assertEquals(first.sources[i].at(-1), TOKENIZER.size);
    assertEquals(TOKENIZER.decode(first.sources[i].subarray(0, -1)), source);
    assertEquals(TOKENIZER.decode(first.targets[i]), target);
    assertEquals(Math.max(first.sources[i].length - 1, first.targets[i].length) <= 12, true);
  });
  const none = dropMerges({ plain, tokenizers, rate: 1, seed: 1, maxTokens: 12 }, 0);
  assertEquals(none.targets, plain.targets.map((ids, i) => PAIRS[i].target.length > 12 ? ids : none.targets[i]));
});

Deno.test("merges of a SentencePiece model are dropped too", () => {
  const texts = ["<unk>", ..."▁lowernstid", "lo", "low", "▁low", "er", "es", "est", "ne", "new", "▁new", "wi"];
  const pieces = texts.map((text, id): models.Piece => ({ text, score: -id, type: id === 0 ? "unknown" : "normal" }));
  const tokenizer = new PipelineTokenizer({ model: new models.SentencePiece({ algorithm: "bpe", pieces }) });
  const translator = Translator.create({ sourceTokenizer: tokenizer, embed: 8, hidden: 16, maxTokens: 12 });
  const plain = translator.encode(PAIRS);
  const tokenizers = { source: tokenizer, target: tokenizer };
  const drop = (rate: number) => dropMerges({ plain, tokenizers, rate, seed: 1, maxTokens: 40 }, 0).targets;
  assertEquals(drop(0.3), drop(0.3));
  assertNotEquals(drop(0.3), plain.targets);
  assertEquals(drop(1).map((ids) => ids.length), PAIRS.map(({ target }) => target.length));
});

Deno.test("a resumed run with BPE dropout matches an uninterrupted one, bit for bit", async () => {
  const settings = { epochs: 4, batchTokens: 100, mergeDropout: 0.2, schedule: "constant" } as const;
  const whole = create();
  const losses: number[] = [];
  for await (const event of whole.fit({ train: PAIRS }, settings)) if (event.event === "step") losses.push(event.loss);
  await inTempDir(async (directory) => {
    const maxSteps = Math.floor(losses.length * 0.6);
    for await (const _ of create().fit({ train: PAIRS }, { ...settings, directory, maxSteps }));
    const checkpoint = await Translator.loadCheckpoint(directory);
    const resumed = await Translator.load(directory);
    const rest: number[] = [];
    const more = { checkpoint, maxSteps: losses.length };
    for await (const event of resumed.fit({ train: PAIRS }, more)) if (event.event === "step") rest.push(event.loss);
    assertEquals(rest, losses.slice(maxSteps));
    assertSameBits(resumed.network.output.weight.toArray(), whole.network.output.weight.toArray(), "weights");
  });
});

Deno.test("a tokenizer without merges throws an error", async () => {
  const model = Translator.create({ sourceTokenizer: CharTokenizer.train("abc"), embed: 4, hidden: 8 });
  await assertRejects(
    () => model.checkFit({ train: [{ source: "ab", target: "ba" }] }, { mergeDropout: 0.1 }),
    RangeError,
    "fit: expected a source tokenizer with byte-pair encoding for mergeDropout, found char",
  );
});
