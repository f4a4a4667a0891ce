import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Engine } from "../../../../src/nn/mod.ts";
import { LanguageModel } from "../../../../tasks/language_modeling/model.ts";
import { NGramModel, SpeechRecognizer } from "../../../../tasks/speech/mod.ts";
import { SoundProcessor } from "../../../../tasks/speech/sound_processor.ts";
import { CharTokenizer } from "../../../../tokenizers/mod.ts";
import { randomValues, seededRandom } from "../../../support/random.ts";

const SOUNDS = [1, 2, 3].map((seed) => ({
  samples: Float32Array.from(randomValues(seededRandom(seed), 2000 + 500 * seed, 0.5)),
  rate: 8000,
}));
const engine = new Engine();
const processor = await SoundProcessor.fit(SOUNDS, { rate: 8000, bands: 6 });
const recognizer = SpeechRecognizer.create({
  processor,
  tokenizer: CharTokenizer.train("abc "),
  hidden: 5,
  layers: 1,
  seed: 4,
  engine,
});

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

Deno.test("a beam finds texts that are more probable than the likeliest alignment", async () => {
  const greedy = await recognizer.transcribe(SOUNDS);
  const wide = await recognizer.transcribe(SOUNDS, { beam: 40 });
  for (const [i, { logProbability, alternatives }] of greedy.entries()) {
    assert(logProbability < wide[i].logProbability && wide[i].logProbability < 0);
    assertEquals([alternatives, wide[i].alternatives], [undefined, undefined]);
  }
});

Deno.test("a wider beam finds texts that are at least as probable, and the next best ones", async () => {
  const [narrow] = await recognizer.transcribe(SOUNDS, { beam: 1 });
  const [wide] = await recognizer.transcribe(SOUNDS, { beam: 40, nBest: 4 });
  assert(wide.logProbability >= narrow.logProbability);
  const all = [wide, ...wide.alternatives!];
  assertEquals(
    all.map(({ logProbability }) => logProbability),
    all.map((one) => one.logProbability).sort((a, b) => b - a),
  );
  assertEquals(new Set(all.map(({ text }) => text)).size, all.length);
  for (const { text, words: found } of all) assertEquals(found.map(({ word }) => word), words(text));
});

Deno.test("several sounds have the transcripts of each alone, with a language model and a lexicon too", async () => {
  const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("\n abc"), hidden: 6, initRange: 1, engine });
  const options = { beam: 8, lm, lmWeight: 0.8, wordBonus: 2, lexicon: ["ab", "c"], nBest: 2 };
  const together = await recognizer.transcribe(SOUNDS, options);
  for (const [i, sound] of SOUNDS.entries()) assertEquals(together[i], await recognizer.transcribe(sound, options));
  for (const { text } of together) assertEquals(words(text).filter((word) => !["ab", "c"].includes(word)), [], text);
  assert(together.some(({ words }) => words.length > 0));
});

Deno.test("a model of words, a lexicon and a bonus lead to other texts", async () => {
  const log = Math.log;
  const lm = new NGramModel([{ logs: new Map([["b", log(0.5)], ["</s>", log(0.5)]]), backoffs: new Map() }]);
  const plain = await recognizer.transcribe(SOUNDS, { beam: 30 });
  const few = await recognizer.transcribe(SOUNDS, { beam: 30, lm, lexicon: ["b"] });
  const many = await recognizer.transcribe(SOUNDS, { beam: 30, lm, lexicon: ["b"], wordBonus: 10 });
  const count = (all: typeof plain): number => all.reduce((sum, { words }) => sum + words.length, 0);
  assert(plain.some(({ text }) => words(text).some((word) => word !== "b")));
  for (const { text } of [...few, ...many]) assertEquals(words(text).filter((word) => word !== "b"), []);
  assert(count(many) > count(few));
});

Deno.test("several language models are averaged", async () => {
  const modelOf = (b: number, c: number): NGramModel =>
    new NGramModel([{ logs: new Map([["b", b], ["c", c], ["</s>", -1]]), backoffs: new Map() }]);
  const found = async (lm: NGramModel | NGramModel[]): Promise<string[]> =>
    (await recognizer.transcribe(SOUNDS, { beam: 30, lm, lexicon: ["b", "c"] })).map(({ text }) => text);
  const [first, second, mean] = [modelOf(-1, -9), modelOf(-9, -1), modelOf(-5, -5)];
  assertEquals(await found([first, second]), await found(mean));
  assertEquals(await found([first]), await found(first));
  assertNotEquals(await found(first), await found(mean));
});

Deno.test("evaluate searches as transcribe does", async () => {
  const options = { beam: 6, lexicon: ["ab", "c"] };
  const { transcripts } = await recognizer.evaluate(SOUNDS.map((sound) => ({ sound, text: "ab c" })), options);
  const found = await recognizer.transcribe(SOUNDS, options);
  assertEquals(transcripts.map(({ text }) => text), found.map(({ text }) => text));
  transcripts.forEach(({ logProbability }, i) => assertAlmostEquals(logProbability, found[i].logProbability, 1e-12));
});

const REFUSED: [options: object, message: string][] = [
  [{ beam: 0 }, "transcribe: expected beam to be a whole number of at least 1"],
  [{ prune: -1 }, "transcribe: expected prune to be"],
  [{ nBest: 2.5 }, "transcribe: expected nBest to be"],
  [{ nBest: 3, beam: 2 }, "transcribe: expected nBest to be at most the beam, 2, found 3"],
  [{ beams: 2 }, 'transcribe: unknown option "beams"; did you mean beam?'],
  [{ lm: recognizer }, "transcribe: expected lm to be a LanguageModel or what readARPA returns, found"],
  [{ lexicon: ["AB"] }, 'expected a lexicon of words in the recognizer\'s symbols, found 1 word such as "AB"'],
  [{ lmWeight: Infinity }, "transcribe: expected lmWeight to be"],
];

for (const [options, message] of REFUSED) {
  Deno.test(`transcribe refuses ${Object.keys(options)[0]} in one line: ${message}`, async () => {
    await assertRejects(async () => await recognizer.transcribe(SOUNDS, options), Error, message);
  });
}
