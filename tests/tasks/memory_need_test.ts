// An engine that tracks only shapes reports the memory that a real engine takes for the same networks and steps.

import { assert, assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { CarriedState, CELLS, crossEntropy, Engine, type Module } from "../../src/nn/mod.ts";
import { complete } from "../../src/schema/mod.ts";
import { completeSettings, memoryNeed, refuseIfTooLarge, type StepNeed, TRAIN_SETTINGS } from "../../src/train/mod.ts";
import { ClassifierNetwork } from "../../tasks/classification/network.ts";
import type { ClassifierConfig } from "../../tasks/classification/mod.ts";
import { ClassifierLearning } from "../../tasks/classification/learning.ts";
import { SETTINGS as CLASSIFIER_SETTINGS } from "../../tasks/classification/hyperparameters.ts";
import { MODEL } from "../../tasks/language_modeling/hyperparameters.ts";
import { LanguageNetwork } from "../../tasks/language_modeling/network.ts";
import { LanguageModel } from "../../tasks/language_modeling/model.ts";
import { CharTokenizer } from "../../tokenizers/mod.ts";
import { HalfBackend } from "../support/half_backend.ts";
import { TranslatorLearning } from "../../tasks/translation/learning.ts";
import { TranslatorNetwork } from "../../tasks/translation/network.ts";
import { SETTINGS as TRANSLATOR_SETTINGS } from "../../tasks/translation/hyperparameters.ts";
import type { TranslatorConfig } from "../../tasks/translation/mod.ts";

const SETTINGS = completeSettings(TRAIN_SETTINGS, { averaging: 0.99, clipNorm: 1, clipValue: 2 });
const OTHERS = completeSettings(TRAIN_SETTINGS, { optimizer: "momentum", averageLast: 3 });

function assertSameNeed<M extends Module>(build: (engine: Engine) => M, need: StepNeed<M>): void {
  const halves = memoryNeed(build, need, new Engine({}, new HalfBackend()));
  assertEquals(memoryNeed(build, need, Engine.shapes({ precision: "bf16" })), halves);
  const expected = memoryNeed(build, need, new Engine());
  assertEquals(memoryNeed(build, need), expected);
  assert(expected.keptBytes > 0 && expected.stepBytes > 0);
  assertEquals(memoryNeed(build), memoryNeed(build, undefined, new Engine()));
}

const ids = (count: number, below: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i * 7 % below);

for (const cell of CELLS) {
  for (const tied of [false, true]) {
    Deno.test(`the memory need of a language model is exact: ${cell}${tied ? ", tied" : ""}`, () => {
      for (const [vocabSize, embed, layers, T, B] of [[17, 5, 1, 1, 1], [65, 24, 2, 20, 8], [701, 13, 3, 9, 5]]) {
        const config = { cell, vocabSize, embed, hidden: tied ? embed : 11, layers, dropout: 0.3, tied };
        const build = (engine: Engine): LanguageNetwork =>
          new LanguageNetwork(complete(MODEL, config, "test"), { engine, seed: 1 });
        const loss: StepNeed<LanguageNetwork>["loss"] = (network) => {
          const carried = CarriedState.zeros(network.rnn, B);
          const { loss, state } = network.loss(ids(T * B, vocabSize), ids(T * B, vocabSize), T, B, carried.state);
          carried.carry(state);
          return loss;
        };
        for (const settings of [SETTINGS, OTHERS]) assertSameNeed(build, { settings, loss, step: "" });
      }
    });
  }
}

const CLASSIFIER: ClassifierConfig = {
  dataFormat: null,
  mogrifierRounds: 5,
  cell: "lstm",
  vocabSize: 53,
  embed: 7,
  conv: null,
  filters: 5,
  convPool: 2,
  hidden: 9,
  layers: 2,
  members: 2,
  bidirectional: true,
  pooling: "concat",
  poolRegions: null,
  labels: ["a", "b", "c"],
  maxTokens: 40,
  dropout: 0.2,
  inputDropout: 0.2,
  embedDropout: 0.1,
  wordDropout: 0.1,
  rareDropout: 0,
  alphabet: null,
  window: null,
  reverseComplement: false,
  multiLabel: false,
  thresholds: null,
  temperature: 1,
  architecture: "network",
  wide: false,
  linear: null,
};

for (const pooling of ["last", "max", "concat"] as const) {
  Deno.test(`the memory need of a classifier is exact: ${pooling}, ragged, frozen and perturbed`, () => {
    const config = {
      ...CLASSIFIER,
      pooling,
      conv: pooling === "concat" ? 3 : null,
      poolRegions: pooling === "max" ? 3 : null,
    };
    const encoded = [7, 3, 5, 1, 7].map((length) => ids(length, 53));
    const texts = { texts: encoded.map(String), ids: encoded, targets: ids(5, 3), truncated: 0 };
    const build = (engine: Engine): ClassifierNetwork => new ClassifierNetwork(config, { engine, seed: 1 });
    for (const options of [{}, { adversarial: 0.1 }, { freezeEmbeddings: true, labelSmoothing: 0.1 }]) {
      const settings = completeSettings(CLASSIFIER_SETTINGS, { ...options, batch: 5, averaging: 0.9 });
      const learn = (network: ClassifierNetwork): ClassifierLearning =>
        new ClassifierLearning(network, { train: texts, valid: undefined, labels: config.labels }, settings);
      assertSameNeed(build, {
        settings,
        trainable: (network) => learn(network).trainable,
        loss: (network) => learn(network).batch(0, 0).loss(),
        step: "",
      });
    }
  });
}

const TRANSLATOR: TranslatorConfig = {
  mogrifierRounds: 5,
  cell: "gru",
  sourceVocabSize: 31,
  targetVocabSize: 29,
  joint: false,
  embed: 6,
  hidden: 8,
  encoderHidden: 5,
  layers: 2,
  bridge: "dense",
  attention: "additive",
  heads: 2,
  inputFeeding: false,
  tied: true,
  shared: false,
  dropout: 0.2,
  inputDropout: 0.1,
  maxTokens: 40,
  alphabet: null,
  dataFormat: null,
};

for (const attention of ["none", "general", "additive", "multihead"] as const) {
  for (const inputFeeding of [false, true]) {
    Deno.test(`the memory need of a translator is exact: attention ${attention}${inputFeeding ? ", input feeding" : ""}`, () => {
      const config = { ...TRANSLATOR, attention, inputFeeding };
      const sentences = (below: number): Int32Array[] => [3, 6, 1, 4].map((length) => ids(length, below));
      const train = { sources: sentences(30), targets: sentences(28).reverse(), kept: [], empty: 0, long: 0 };
      const build = (engine: Engine): TranslatorNetwork => new TranslatorNetwork(config, { engine, seed: 1 });
      for (const scheduledSampling of [0, 0.5]) {
        const settings = completeSettings(TRANSLATOR_SETTINGS, {
          batchTokens: 100,
          scheduledSampling,
          labelSmoothing: 0.1,
        });
        const loss: StepNeed<TranslatorNetwork>["loss"] = (network) =>
          new TranslatorLearning(network, { train, valid: undefined, drop: undefined, boundary: 28 }, settings).batch(
            3,
            0,
          ).loss();
        assertSameNeed(build, { settings, loss, step: "" });
      }
    });
  }
}

Deno.test("a network too large for memory is refused with its sizes, without allocating it", () => {
  const config = { cell: "lstm", embed: 2000, hidden: 2000, layers: 2, dropout: 0, tied: true } as const;
  const build = (engine: Engine): LanguageNetwork =>
    new LanguageNetwork(complete(MODEL, { ...config, vocabSize: 1_000_001 }, "test"), { engine, seed: 1 });
  const loss: StepNeed<LanguageNetwork>["loss"] = (network) => {
    const { logits } = network.forward(ids(32 * 64, 1e6), 64, 32);
    return crossEntropy(logits, ids(32 * 64, 1e6));
  };
  const before = Deno.memoryUsage();
  assertThrows(
    () => refuseIfTooLarge("make a model", build),
    RangeError,
    "make a model: expected at most 4.00 GiB, found a need of 7.69 GiB for 2,065,034,001 parameters",
  );
  assertThrows(
    () => refuseIfTooLarge("fit", build, { settings: SETTINGS, loss, step: "batch 32 x bptt 64" }),
    RangeError,
    "fit: expected at most 4.00 GiB, found a need of 38.46 GiB for 2,065,034,001 parameters and 15.58 GiB for batch 32 x bptt 64",
  );
  const after = Deno.memoryUsage();
  assertLess(after.external - before.external, 1 << 24);
  refuseIfTooLarge(
    "make a model",
    (engine) => new LanguageNetwork(complete(MODEL, { ...config, vocabSize: 100 }, "test"), { engine, seed: 1 }),
  );
});

Deno.test("the rounded copies of bfloat16 products count before training", async () => {
  const text = "ab".repeat(150_000);
  const check = async (engine: Engine): Promise<unknown> => {
    const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("ab"), engine, hidden: 512, layers: 1, embed: 8 });
    return await lm.checkFit({ train: text }, { batch: 450, bptt: 500 });
  };
  await check(new Engine());
  await assertRejects(() => check(new Engine({}, new HalfBackend())), RangeError, "expected at most 4.00 GiB, found");
});
