import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { joinSamples, resampleParts, resampleSound } from "../../../../tasks/data/audio/mod.ts";
import goldens from "../../../goldens/sound.json" with { type: "json" };
import { assertAllClose } from "../../../support/close.ts";

for (const { from, to, samples, result } of goldens.resampled) {
  Deno.test(`resampleSound from ${from} to ${to} Hz gives torchaudio's samples within 1e-6`, () => {
    const sound = resampleSound({ samples: Float32Array.from(samples), rate: from }, to);
    assertEquals(sound.rate, to);
    assertAllClose(sound.samples, result, { tolerance: 1e-6, name: "samples" });
  });
}

Deno.test("resampleSound to the same rate returns the same sound", () => {
  const sound = { samples: Float32Array.of(1, 2), rate: 8000 };
  assertStrictEquals(resampleSound(sound, 8000), sound);
});

Deno.test("resampleSound refuses rates that sounds do not have", () => {
  for (const [from, to] of [[8000, 0], [0, 8000], [8000, -1], [undefined, 8000], [8000, 16000.5], [8000, 2 ** 40]]) {
    const sound = { samples: new Float32Array(4), rate: from! };
    const message = `resample a sound: expected a whole sampling rate from 100 to 1000000 Hz, found `;
    assertThrows(() => resampleSound(sound, to!), RangeError, message);
  }
});

Deno.test("resampleSound keeps a tone below the new Nyquist frequency and removes one above", () => {
  const tone = (frequency: number): Float32Array =>
    Float32Array.from({ length: 4800 }, (_, i) => Math.sin(2 * Math.PI * frequency * i / 48000));
  const powerOf = (samples: Float32Array): number => {
    const middle = samples.slice(100, -100);
    return middle.reduce((sum, value) => sum + value * value, 0) / middle.length;
  };
  const resampled = (frequency: number): Float32Array =>
    resampleSound({ samples: tone(frequency), rate: 48000 }, 16000).samples;
  assertEquals(Math.abs(powerOf(resampled(1000)) - 0.5) < 0.005, true);
  assertEquals(powerOf(resampled(12000)) < 1e-4, true);
});

Deno.test("resampleParts yields the samples of the whole sound, however it is cut", async () => {
  const samples = Float32Array.from({ length: 700 }, (_, i) => Math.sin(i * i));
  for (const [from, to] of [[44100, 16000], [8000, 16000], [16000, 16000], [16000, 11025]]) {
    const whole = resampleSound({ samples, rate: from }, to).samples;
    for (const size of [1, 13, 700]) {
      const parts = async function* () {
        for (let at = 0; at < samples.length; at += size) yield await Promise.resolve(samples.subarray(at, at + size));
      };
      assertEquals(joinSamples(await Array.fromAsync(resampleParts(parts(), from, to))), whole);
    }
  }
});
