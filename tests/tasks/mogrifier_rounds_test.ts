import { assertEquals } from "@std/assert";
import {
  CharTokenizer,
  Classifier,
  FrameProcessor,
  LanguageModel,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  VectorClassifier,
} from "../../mod.ts";
import { Forecaster } from "../../tasks/forecasting/mod.ts";
import { TASKS } from "../../tasks/mod.ts";
import { MusicModel } from "../../tasks/music/mod.ts";
import { inTempDir } from "../support/command.ts";
import { stepTokenizer } from "./music/made_music.ts";
import { withCovariates } from "./forecasting/series.ts";
import { movements } from "./vector_classification/movements.ts";

const tokenizer = CharTokenizer.train("a mogrifier");
const CELL = { cell: "mogrifier", hidden: 4 } as const;
const OPTIONS = { ...CELL, mogrifierRounds: 3 };
const LABELS = { labels: ["a", "b"] };

/** Names and shapes of a network's matrices that scale states. */
function rounds({ network }: { readonly network: LanguageModel["network"] }): unknown[] {
  return [...network.namedParameters()].filter(([name]) => /weight_[qr]_/.test(name)).map(([, { shape }]) => shape);
}

Deno.test("the rounds of a Mogrifier are saved, and a classifier has those of its language model", () => {
  const model = LanguageModel.create({ tokenizer, embed: 5, ...OPTIONS });
  assertEquals(rounds(model), [[10, 4], [4, 5]]);
  const copy = LanguageModel.fromBytes(model.toBytes());
  assertEquals([copy.config.mogrifierRounds, rounds(copy)], [3, rounds(model)]);
  const classifier = Classifier.fromLanguageModel(copy, LABELS);
  assertEquals(classifier.config.mogrifierRounds, 3);
  assertEquals(classifier.network.namedParameters().get("rnn.weight_r_l0")!.shape, [4, 5]);
});

Deno.test("models saved without a number of rounds have five", async () => {
  await inTempDir(async (directory) => {
    const model = LanguageModel.create({ tokenizer, embed: 5, ...CELL });
    await model.save(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const config = JSON.parse(await Deno.readTextFile(`${directory}/config.json`));
    assertEquals(config.mogrifierRounds, 5);
    delete config.mogrifierRounds;
    await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
    const loaded = await LanguageModel.load(directory);
    assertEquals([loaded.config.mogrifierRounds, rounds(loaded)], [5, [[15, 4], [8, 5]]]);
  });
});

Deno.test("the models of every task have the rounds that are asked for", async () => {
  const sounds = await SoundProcessor.fit([], { bands: 4 });
  const data = { set: withCovariates(100, 2), valid: 20 };
  const processor = FrameProcessor.fit(movements(4), { kind: "skeleton" });
  const models = {
    "language-modeling": LanguageModel.create({ tokenizer, ...OPTIONS }),
    "classification": Classifier.create({ tokenizer, ...LABELS, ...OPTIONS }),
    "vector-classification": VectorClassifier.create({ processor, ...LABELS, ...OPTIONS }),
    "translation": Translator.create({ sourceTokenizer: tokenizer, ...OPTIONS }),
    "forecasting": Forecaster.create({ data, horizon: 2, ...OPTIONS }),
    "music": MusicModel.create({ tokenizer: await stepTokenizer(60, 61), ...OPTIONS }),
    "speech-recognition": SpeechRecognizer.create({ processor: sounds, tokenizer, layers: 1, ...OPTIONS }),
  };
  assertEquals(Object.keys(models).sort(), TASKS.map(({ name }) => name).sort());
  for (const [name, { network, config }] of Object.entries(models)) {
    assertEquals(config.mogrifierRounds, 3, name);
    const scaling = [...network.namedParameters()].filter(([name]) => name.includes("weight_r_l0"));
    assertEquals(scaling.length > 0, true, name);
    // One round of three scales the state, of half the size in each direction of an encoder.
    for (const [own, { shape: [rows] }] of scaling) assertEquals(rows, own.includes("encoder") ? 2 : 4, own);
  }
});
