import { assertEquals, assertRejects } from "@std/assert";
import { LogMel } from "../../../../tasks/data/audio/mod.ts";
import goldens from "../../../goldens/sound.json" with { type: "json" };
import { assertAllClose } from "../../../support/close.ts";

for (const { rate, bands, samples, result } of goldens.bands) {
  Deno.test(`LogMel of ${samples.length} samples at ${rate} Hz gives torchaudio's ${bands} bands within 3e-5, as its filters are floats`, async () => {
    const logMel = await LogMel.create({ rate, bands });
    const found = logMel.compute(Float32Array.from(samples));
    assertAllClose(found, result, { tolerance: 3e-5, name: "bands" });
  });
}

Deno.test("LogMel of fewer samples than a frame has no frames", async () => {
  const logMel = await LogMel.create({ rate: 16000, bands: 4 });
  assertEquals([399, 400, 559, 560].map((samples) => logMel.countFrames(samples)), [0, 1, 1, 2]);
  assertEquals(logMel.compute(new Float32Array(399)).length, 0);
});

Deno.test("without built-in modules, as in a web page, the package is imported by its name", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "process")!;
  Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
  try {
    const message = "expected the package npm:fft.js@4.0.4, found none: ";
    await assertRejects(() => LogMel.create({ rate: 16000, bands: 4 }), RangeError, message);
  } finally {
    Object.defineProperty(globalThis, "process", own);
  }
});
