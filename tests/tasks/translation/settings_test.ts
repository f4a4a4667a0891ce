import { assertEquals, assertThrows } from "@std/assert";
import { completeSettings as completeBy } from "../../../src/train/mod.ts";
import { SETTINGS } from "../../../tasks/translation/hyperparameters.ts";
import type { TranslatorSettings } from "../../../mod.ts";

const completeSettings = (given: Partial<TranslatorSettings>): TranslatorSettings => completeBy(SETTINGS, given);

Deno.test("training defaults are those that work best on small corpora", () => {
  const { learningRate, schedule, warmup, averaging, clipNorm } = completeSettings({});
  assertEquals([learningRate, schedule, warmup, averaging, clipNorm], [0.004, "cosine", 300, 0.999, 1]);
});

Deno.test("the default learning rate depends on the optimizer", () => {
  const rateOf = (given: Parameters<typeof completeSettings>[0]) => completeSettings(given).learningRate;
  assertEquals(rateOf({ optimizer: "adamw" }), 0.004);
  assertEquals(rateOf({ optimizer: "sgd" }), 1);
  assertEquals(rateOf({ optimizer: "rmsprop" }), 0.002);
  assertEquals(rateOf({ learningRate: 0.01 }), 0.01);
});

Deno.test("averageLast replaces the moving average", () => {
  assertEquals(completeSettings({ averageLast: 3 }).averaging, null);
  assertEquals(completeSettings({ averaging: null, averageLast: null }).averaging, null);
});

Deno.test("errors for invalid settings name the setting", () => {
  for (const given of [{ labelSmoothing: 1.5 }, { mergeDropout: -1 }, { scheduledSampling: NaN }, { batchTokens: 0 }]) {
    assertThrows(() => completeSettings(given), RangeError, `expected ${Object.keys(given)[0]} to be`);
  }
});
