import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Random } from "../../../../src/nn/mod.ts";
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

Deno.test("dither adds noise of its standard deviation to each frame, the same each time; 0 adds none", async () => {
  const [rate, bands, deviation] = [8000, 8, 0.01];
  const create = (dither?: number) => LogMel.create({ rate, bands, dither });
  const [plain, dithered, louder] = [await create(), await create(deviation), await create(2 * deviation)];
  const silence = new Float32Array(3 * rate);
  const noise = dithered.compute(silence);
  assertEquals(dithered.compute(silence), noise);
  const { shift, length } = dithered;
  assertEquals(dithered.compute(silence.subarray(0, length), 7), noise.slice(7 * bands, 8 * bands));
  assertNotEquals(noise.slice(0, bands), noise.slice(bands, 2 * bands));
  assertAllClose(louder.compute(silence), noise.map((energy) => energy + 2 * Math.LN2), {
    tolerance: 1e-5,
    name: "bands of noise twice as large",
  });
  // Each frame has noise of its own, so that frames side by side in a sound of noise do not overlap.
  const frames = 300;
  const sound = new Random(5).normal(frames * length, 0, deviation);
  const expected = Array.from(
    { length: frames },
    (_, t) => [...plain.compute(sound.subarray(t * length, (t + 1) * length))],
  );
  const meanOf = (values: Iterable<number>): number => {
    const all = [...values].map(Math.exp);
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  const ratio = meanOf(noise) / meanOf(expected.flat());
  assert(Math.abs(ratio - 1) < 0.1, `${ratio}`);
  assertEquals(noise.length, bands * (1 + Math.floor((silence.length - length) / shift)));
  assertEquals((await create(0)).compute(sound), plain.compute(sound));
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
