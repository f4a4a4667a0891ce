import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Adam, AdamW, RMSprop, SGD } from "../../../src/optim/mod.ts";
import { CharTokenizer, LanguageModel, type LanguageModelSettings } from "../../../mod.ts";
import { OPTIMIZERS, SCHEDULES } from "../../../src/train/mod.ts";
import { Parameter } from "../../../src/nn/mod.ts";
import { completeSettings as completeBy, makeOptimizer, makeSchedule } from "../../../src/train/mod.ts";
import { SETTINGS } from "../../../tasks/language_modeling/hyperparameters.ts";

const completeSettings = (given: Partial<LanguageModelSettings>): LanguageModelSettings => completeBy(SETTINGS, given);

const DEFAULTS: LanguageModelSettings = {
  epochs: 10,
  maxSteps: null,
  minutes: null,
  batch: 32,
  bptt: 64,
  bpttDeviation: 0,
  activationRegularization: 0,
  temporalRegularization: 0,
  optimizer: "adam",
  learningRate: 0.008,
  momentum: 0,
  weightDecay: 0,
  lazy: false,
  schedule: "cosine",
  decay: 0.5,
  decayEvery: 1,
  decayAfter: 1,
  warmup: null,
  finalRate: 0,
  clipNorm: 5,
  clipValue: null,
  patience: null,
  averaging: null,
  averageLast: null,
  averageAfter: null,
  softmaxSamples: null,
  seed: 1,
  syncEvery: 1,
  gradientPrecision: "float32",
  overlap: true,
};

Deno.test("missing settings get their defaults", () => {
  assertEquals(completeSettings({}), DEFAULTS);
  assertEquals(completeSettings(DEFAULTS), DEFAULTS);
  const given = { epochs: 3, batch: 8, optimizer: "rmsprop", seed: 0, patience: 2 } as const;
  assertEquals(completeSettings(given), { ...DEFAULTS, ...given, learningRate: 0.002 });
});

Deno.test("null turns limits off", () => {
  assertEquals(completeSettings({ clipNorm: null, clipValue: 1 }), { ...DEFAULTS, clipNorm: null, clipValue: 1 });
  assertEquals(completeSettings({ maxSteps: null, clipValue: null, patience: null }), DEFAULTS);
});

Deno.test("default learning rate and momentum depend on the optimizer", () => {
  const usual = Object.fromEntries(OPTIMIZERS.map((optimizer) => {
    const { learningRate, momentum } = completeSettings({ optimizer });
    return [optimizer, [learningRate, momentum]];
  }));
  assertEquals(usual, {
    sgd: [1, 0],
    momentum: [0.1, 0.9],
    nesterov: [0.1, 0.9],
    adam: [0.008, 0],
    adamw: [0.008, 0],
    rmsprop: [0.002, 0],
  });
  assertEquals(completeSettings({ schedule: "constant" }).learningRate, 0.002);
  assertEquals(completeSettings({ schedule: "linear", optimizer: "adamw" }).learningRate, 0.008);
  const { learningRate, momentum } = completeSettings({ optimizer: "nesterov", learningRate: 3, momentum: 0.5 });
  assertEquals([learningRate, momentum], [3, 0.5]);
});

Deno.test("invalid values are refused with the name and value of the setting", () => {
  const counts = [0, -1, 1.5, NaN, Infinity];
  const wholes = [-1, 0.5, NaN, Infinity];
  const positives = [0, -1, NaN, Infinity];
  const impossible: Record<keyof LanguageModelSettings, unknown[]> = {
    epochs: counts,
    maxSteps: counts,
    batch: counts,
    bptt: counts,
    decayEvery: counts,
    patience: counts,
    averageLast: counts,
    averageAfter: counts,
    softmaxSamples: counts,
    bpttDeviation: [-0.1, NaN, Infinity],
    activationRegularization: [-0.1, NaN, Infinity],
    temporalRegularization: [-0.1, NaN, Infinity],
    warmup: wholes,
    decayAfter: wholes,
    seed: wholes,
    learningRate: positives,
    clipNorm: positives,
    clipValue: positives,
    decay: positives,
    minutes: positives,
    momentum: [-0.1, 1, NaN],
    averaging: [-0.1, 1, NaN],
    finalRate: [-0.1, 1, NaN],
    weightDecay: [-0.1, NaN, Infinity],
    // A value of another type is a TypeError.
    lazy: [],
    optimizer: ["Adam", "", "toString"],
    schedule: ["Linear", "", "toString"],
    syncEvery: counts,
    gradientPrecision: ["bfloat16", ""],
    overlap: [],
  };
  assertEquals(Object.keys(impossible).sort(), Object.keys(DEFAULTS).sort(), "every setting must have a case");
  for (const [name, values] of Object.entries(impossible)) {
    for (const value of values) {
      const { message } = assertThrows(() => completeSettings({ [name]: value }), RangeError);
      assertEquals(message.startsWith(`fit: expected ${name} to be `), true, message);
      assertEquals(
        message.endsWith(`found ${typeof value === "string" ? JSON.stringify(value) : value}`),
        true,
        message,
      );
    }
  }
});

Deno.test("settings that exclude each other are refused by name", () => {
  const exclusive: [Partial<LanguageModelSettings>, string][] = [
    [{ schedule: "plateau", decay: 1 }, "decay to be below 1 with the plateau schedule, found 1"],
    [{ optimizer: "nesterov", momentum: 0 }, "momentum to be above 0 with nesterov, found 0"],
    [{ optimizer: "adam", lazy: true, weightDecay: 0.1 }, "weightDecay to be 0 with lazy, found 0.1"],
  ];
  for (const [given, message] of exclusive) {
    assertThrows(() => completeSettings(given), RangeError, `fit: expected ${message}`);
  }
  assertEquals(completeSettings({ schedule: "step", decay: 2 }).decay, 2);
});

Deno.test("every optimizer and schedule can be created by name", () => {
  const kinds = { sgd: SGD, momentum: SGD, nesterov: SGD, adam: Adam, adamw: AdamW, rmsprop: RMSprop };
  for (const optimizer of OPTIMIZERS) {
    const settings = completeSettings({ optimizer, learningRate: 0.25 });
    const made = makeOptimizer([new Parameter([2, 3])], settings);
    assertEquals(made.constructor, kinds[optimizer]);
    assertEquals(made.learningRate, 0.25);
  }
  const kept = SCHEDULES.map((schedule) => typeof makeSchedule(completeSettings({ schedule }), 10));
  assertEquals(kept, SCHEDULES.map(() => "object"));
});

Deno.test("averaging and a schedule that wait for the validation loss are refused without validation data", async () => {
  const text = "to be or not to be. ".repeat(8);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 4 });
  for (
    const [own, message] of [
      [{ averageAfter: 2 }, "averageAfter to be null without validation data, found 2"],
      [{ schedule: "plateau" }, 'schedule to be another without validation data, found "plateau"'],
    ] as const
  ) {
    const settings = { ...own, batch: 2, bptt: 8, maxSteps: 2 };
    await assertRejects(() => model.checkFit(text, settings), RangeError, `fit: expected ${message}`);
    await assertRejects(() => Promise.resolve(model.fit(text, settings)), RangeError, `fit: expected ${message}`);
    await model.fit({ train: text, valid: text }, settings);
  }
});

Deno.test("a Mogrifier LSTM, whose gradients explode at the rate of other cells, has a lower one", async () => {
  const rateOf = async (cell: "lstm" | "mogrifier"): Promise<number> => {
    const model = LanguageModel.create({ tokenizer: CharTokenizer.train("ab"), cell, hidden: 4, embed: 4 });
    return (await model.checkFit("abab".repeat(20), { batch: 2, bptt: 4 })).learningRate;
  };
  assertEquals([await rateOf("lstm"), await rateOf("mogrifier")], [0.008, 0.002]);
});
