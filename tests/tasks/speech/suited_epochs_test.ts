import { assertEquals } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { SPEECH_PROGRAM } from "../../../tasks/speech/program.ts";
import { SPEECH_PLAN } from "../../../tasks/speech/speech_plan.ts";
import { suitEpochs } from "../../../tasks/speech/suited_epochs.ts";

/** Utterances of some frames each. */
function lengthsOf(count: number, frames = 50): number[] {
  return Array.from({ length: count }, () => frames);
}

Deno.test("few utterances are read in more epochs than usual, unless the length of the run is given", () => {
  const suited = suitEpochs(lengthsOf(105))!; // Seven batches of 16.
  assertEquals(suited.fit, { epochs: 143 });
  assertEquals(
    suited.describe(new Set(["epochs"])),
    "Chosen for 105 utterances: 143 epochs, so that there are at least 1,000 steps.",
  );
  assertEquals(suitEpochs(lengthsOf(105), { batch: 4 })?.fit, { epochs: 38 }); // 27 batches.
  assertEquals(suitEpochs(lengthsOf(1), {})?.fit, { epochs: 1000 });
  assertEquals(suitEpochs(lengthsOf(948)), undefined);
  for (const given of [{ epochs: 5 }, { maxSteps: 10 }, { minutes: 1 }]) {
    assertEquals(suitEpochs(lengthsOf(105), given), undefined);
  }
});

Deno.test("long utterances make batches of fewer, as in training", async () => {
  const plan = complete(SPEECH_PLAN, {}, "test");
  const sound = { samples: new Float32Array(16000 * 200), rate: 16000 };
  const corpus = { train: [1, 2, 3, 4, 5, 6].map(() => ({ sound, text: "" })) };
  const epochsOf = async (fit: object): Promise<number | undefined> =>
    (await SPEECH_PROGRAM.suit!(plan, { corpus }, { model: {}, fit }))?.fit.epochs;
  // Two of 7,407 frames fit into a batch, one of 13,332 at half the speed.
  assertEquals([await epochsOf({}), await epochsOf({ speed: 0.5 })], [334, 167]);
});
