// What each task shows of its validation data: of tiny untrained models, since only the form matters.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  CharTokenizer,
  Classifier,
  FrameProcessor,
  LanguageModel,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  treebankTokenizer,
  VectorClassifier,
} from "../../mod.ts";
import { Forecaster } from "../../tasks/forecasting/mod.ts";
import { findTask, type Picture } from "../../tasks/mod.ts";
import { readPictures, writePictures } from "../../tasks/task_model/picture_record.ts";
import { babble, inTempDir } from "../support/command.ts";
import { withCovariates } from "./forecasting/series.ts";
import { RATE, UTTERANCES } from "./speech/tones.ts";
import { movements } from "./vector_classification/movements.ts";

/** Makes the pictures of a task. */
async function picturesOf(task: string, model: unknown, corpus: unknown): Promise<readonly Picture[]> {
  const { pictures } = await findTask(task)!.load();
  return await pictures!(model as never, corpus);
}

const titles = (pictures: readonly Picture[]): string[] => pictures.map(({ title }) => title);

const TEXTS = ["a fine film", "a dull film"].map((text, i) => ({ text, label: ["good", "bad"][i] }));

Deno.test("a language model's pictures show a passage, its surprises and how far it can be relied on", async () => {
  const text = babble(900);
  const tokenizer = CharTokenizer.train(text);
  using model = LanguageModel.create({ tokenizer, hidden: 4, embed: 4 });
  const pictures = await picturesOf("language-modeling", model, { train: text, valid: text });
  assertEquals(titles(pictures), ["Surprisal", "Most surprising tokens", "Tokens that cost most", "Reliability"]);
  const [passage] = pictures;
  assert(passage.kind === "passage");
  assertEquals(passage.tokens.map(([token]) => token).join(""), text.slice(1, 321));
  assert(passage.tokens.every(([, bits]) => Math.abs(bits - Math.log2(tokenizer.size)) < 1));
});

Deno.test("the pictures of a model of documents show each from its own beginning", async () => {
  const tokenizer = CharTokenizer.train("abc", { specials: ["<eos>"] });
  using model = LanguageModel.create({ tokenizer, endOfText: "<eos>", hidden: 4, embed: 4 });
  const documents = ["abcabc", "", "cba"];
  const [passage, , costly] = await picturesOf("language-modeling", model, { train: documents, valid: documents });
  const scores = (await model.score(documents, { logprobs: 1 })).flatMap(({ logprobs }) => logprobs!);
  assert(passage.kind === "passage" && costly.kind === "table");
  assertEquals(
    passage.tokens.map(([token, bits]) => [token, bits]),
    scores.map(({ token, logprob }) => [token, -logprob / Math.LN2]),
  );
  assertEquals(costly.rows.reduce((sum, [, times]) => sum + Number(times), 0), scores.length);
  // Of many documents, those at equal distances that have as many tokens as the passages of a text.
  const many = Array.from({ length: 4000 }, (_, i) => "abc"[i % 3].repeat(1 + i % 5));
  const [, surprising] = await picturesOf("language-modeling", model, {
    train: documents,
    valid: [...many, "a".repeat(400)],
  });
  assertMatch(surprising.note!, /^Of 2,[4-6]\d\d tokens of the validation text\.$/);
});

Deno.test("classifiers have the same pictures of texts and of sequences", async () => {
  const tokenizer = treebankTokenizer(TEXTS.map(({ text }) => text));
  using model = Classifier.create({ tokenizer, labels: ["bad", "good"], hidden: 4, embed: 4 });
  const expected = ["Confusion matrix", "Reliability", "Precision and recall", "Worst errors"];
  assertEquals(titles(await picturesOf("classification", model, { train: TEXTS, valid: TEXTS })), expected);
  const sequences = movements(6);
  const labels = [...new Set(sequences.map(({ label }) => label!))];
  using other = VectorClassifier.create({ processor: FrameProcessor.fit(sequences), labels, hidden: 4 });
  const pictures = await picturesOf("vector-classification", other, { train: sequences, valid: sequences });
  assertEquals(titles(pictures), expected);
});

Deno.test("a translator's pictures show translations and where it looked", async () => {
  const pairs = ["abcab", "bcabc", "cabca", ""].map((source) => ({ source, target: source.toUpperCase() }));
  const letters = CharTokenizer.train("abcABC");
  using model = Translator.create({ sourceTokenizer: letters, embed: 4, hidden: 6 });
  const pictures = await picturesOf("translation", model, { train: pairs, valid: pairs });
  assertEquals(titles(pictures).slice(0, 2), ["Translations", "Worst translations"]);
  for (const picture of pictures.slice(2)) {
    assert(picture.kind === "matrix");
    assertEquals(picture.columns.length, 6);
    for (const row of picture.shades) assert(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-4);
  }
  using blind = Translator.create({ sourceTokenizer: letters, embed: 4, hidden: 6, attention: "none" });
  assertEquals((await picturesOf("translation", blind, { train: pairs, valid: pairs })).length, 2);
});

Deno.test("a forecaster's pictures show forecasts of validation values beside simple methods, and what remains", async () => {
  const set = withCovariates(100, 6);
  using model = Forecaster.create({ data: { set, valid: 20 }, horizon: 6, hidden: 4 });
  const pictures = await picturesOf("forecasting", model, { set, valid: 20 });
  assertEquals(titles(pictures), [
    "Errors beside simple methods",
    "Forecasts of s0",
    "Forecasts of s1",
    "Residuals of s0",
    "Error by distance",
  ]);
  const [table, fan, , , distance] = pictures;
  assert(table.kind === "table" && fan.kind === "chart" && distance.kind === "chart");
  assertEquals(table.rows.at(-1)![0], "network");
  // Of each series, 100 values less three horizons.
  assert(
    table.note!.includes("6 forecasts of 6 validation values; the simple methods are fitted to 164 values before."),
  );
  // Three horizons of six values fit into twenty; each has two bands and a median.
  assertEquals(fan.layers.length, 3 * 3 + 1);
  const known = fan.layers.flatMap(({ points }) => points.map(([x]) => x!));
  assertEquals(Math.max(...known), set.series[0].start! + 99 * 3 * 3600e3);
  assertEquals(distance.layers[0].points.map(([x]) => x), [1, 2, 3, 4, 5, 6]);
});

Deno.test("of long series, the simple methods read the last values only", async () => {
  const set = withCovariates(1500, 6);
  using model = Forecaster.create({ data: { set, valid: 20 }, horizon: 6, hidden: 4 });
  const [table] = await picturesOf("forecasting", model, { set, valid: 20 });
  assert(table.note!.includes("fitted to 1,964 values before."), table.note);
});

Deno.test("a recognizer's pictures show what it confuses, its worst utterances and one sound", async () => {
  const processor = await SoundProcessor.fit([], { rate: RATE, bands: 12 });
  using model = SpeechRecognizer.create({ processor, tokenizer: CharTokenizer.train("lmh"), hidden: 4, layers: 1 });
  const pictures = await picturesOf("speech-recognition", model, { train: UTTERANCES, valid: UTTERANCES });
  const expected = ["Confused words", "Confused characters", "Worst utterances", "Spectrogram", "Posteriors"];
  assertEquals(titles(pictures), expected);
  const [, characters, worst, spectrogram, posteriors] = pictures;
  assert(characters.kind === "table" && worst.kind === "table");
  const { characters: { substitutions, deletions, insertions } } = await model.evaluate(UTTERANCES);
  const times = characters.rows.reduce((sum, row) => sum + Number(row[2]), 0);
  assertEquals(times, substitutions + deletions + insertions);
  assert(worst.rows.some(([said, heard]) => said === "[lmh]" && /^\[.*\]$/.test(String(heard))), String(worst.rows));
  assert(spectrogram.kind === "matrix" && posteriors.kind === "chart");
  // Five tones of 0.15 s.
  assertEquals([spectrogram.rows.length, spectrogram.columns.length], [12, 36]);
  // The first tone is high, the third low.
  const peakOf = (column: number): number => {
    const shades = spectrogram.shades.map((row) => row[column]);
    return shades.indexOf(Math.max(...shades));
  };
  assert(peakOf(3) < peakOf(18), `${peakOf(3)}, ${peakOf(18)}`);
  const [blank] = posteriors.layers;
  assertEquals([blank.kind, blank.points.length], ["guide", 24]);
  assert(JSON.stringify(pictures).length < 20_000);
  const silent = { sound: { samples: new Float32Array(10), rate: RATE }, text: "l" };
  assertEquals(await picturesOf("speech-recognition", model, { train: UTTERANCES, valid: [silent] }), []);
});

Deno.test("without validation data there are no pictures", async () => {
  const tokenizer = treebankTokenizer(TEXTS.map(({ text }) => text));
  using model = Classifier.create({ tokenizer, labels: ["bad", "good"], hidden: 4, embed: 4 });
  assertEquals(await picturesOf("classification", model, { train: TEXTS }), []);
  const set = withCovariates(100, 6);
  using forecaster = Forecaster.create({ data: { set, valid: 0 }, horizon: 6, hidden: 4 });
  assertEquals(await picturesOf("forecasting", forecaster, { set, valid: 0 }), []);
});

const TABLE: Picture = { kind: "table", title: "T", heads: ["a", "b"], rows: [["x", 1 / 3], ["y", null]] };

Deno.test("pictures are read as they were written, with six digits", async () => {
  await inTempDir(async (directory) => {
    assertEquals(await readPictures(directory), undefined);
    await writePictures(directory, { step: 7, pictures: [TABLE] });
    assertEquals(await readPictures(directory), {
      step: 7,
      pictures: [{ ...TABLE, rows: [["x", 0.333333], ["y", null]] }],
    });
    await Deno.remove(`${directory}/pictures.json`);
    assertEquals(await readPictures(directory), undefined, "deleted, though SHA256SUMS lists it");
  });
});

Deno.test("a file that is no record of pictures is refused, and pictures of a later version are left out", async () => {
  await inTempDir(async (directory) => {
    const write = (content: unknown) => Deno.writeTextFile(`${directory}/pictures.json`, JSON.stringify(content));
    const matrix = { kind: "matrix", title: "M", axes: ["a", "b"], rows: ["r"], columns: ["c"], shades: [[1]] };
    const chart = {
      kind: "chart",
      title: "C",
      axes: ["x", "y"],
      layers: [{ kind: "band", color: 0, points: [[1, 2]] }],
    };
    const passage = { kind: "passage", title: "P", tokens: [["a", 1]], most: 1, unit: "bits" };
    const damaged = [
      { ...TABLE, title: 7 },
      { ...TABLE, rows: [["x"]] },
      { ...TABLE, rows: [["x", {}]] },
      { ...matrix, shades: [[1, 2]] },
      { ...matrix, texts: [[1]] },
      chart,
      passage,
    ];
    for (const content of [7, null, {}, { step: 1 }, ...damaged.map((picture) => ({ step: 1, pictures: [picture] }))]) {
      await write(content);
      const error = await assertRejects(() => readPictures(directory), SyntaxError);
      assert(error.message.includes(`read ${directory}/pictures.json: expected`), error.message);
    }
    await write({ step: 1, pictures: [{ kind: "film" }, null, TABLE, matrix] });
    assertEquals((await readPictures(directory))?.pictures.length, 2);
  });
});
