import { assertEquals } from "@std/assert";
import { suitEpochs } from "../../../tasks/speech/suited_epochs.ts";

Deno.test("few utterances are read in more epochs than usual, unless the length of the run is given", () => {
  const suited = suitEpochs(105)!; // Seven batches of 16.
  assertEquals(suited.fit, { epochs: 143 });
  assertEquals(
    suited.describe(new Set(["epochs"])),
    "Chosen for 105 utterances: 143 epochs, so that there are 1,000 steps.",
  );
  assertEquals(suitEpochs(105, { batch: 4 })?.fit, { epochs: 38 }); // 27 batches.
  assertEquals(suitEpochs(1, {})?.fit, { epochs: 1000 });
  assertEquals(suitEpochs(948), undefined);
  for (const given of [{ epochs: 5 }, { maxSteps: 10 }, { minutes: 1 }]) {
    assertEquals(suitEpochs(105, given), undefined);
  }
});
