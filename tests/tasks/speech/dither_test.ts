import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { soundProgram } from "../../../tasks/speech/feature_program.ts";
import { SoundProcessor } from "../../../tasks/speech/mod.ts";
import { RATE, speak } from "./tones.ts";

const OPTIONS = { rate: RATE, bands: 12, stack: 2, normalization: "none" } as const;
const { sound } = speak("lmhlmh");

Deno.test("a dithered sound has the same frames whole, in slices and as a stream", async () => {
  const processor = await SoundProcessor.fit([], { ...OPTIONS, dither: 1e-3 });
  const { frames } = await processor.encode(sound);
  const slices = await processor.featuresInSlices(sound, () => Promise.resolve());
  assertEquals(processor.inputsOf(slices).frames, frames);
  const stream = await processor.stream();
  const parts: number[] = [];
  for (let at = 0; at < sound.samples.length; at += 333) {
    parts.push(...stream.push(sound.samples.subarray(at, at + 333)).frames);
  }
  assertEquals(Float32Array.from(parts), frames);
  const plain = await SoundProcessor.fit([], OPTIONS);
  assertNotEquals((await plain.encode(sound)).frames, frames);
});

Deno.test("dither is saved with the processor, is 0 in files without it, and is in the program of an export", async () => {
  const processor = await SoundProcessor.fit([], { ...OPTIONS, dither: 1e-3 });
  assertEquals(SoundProcessor.fromJSON(JSON.parse(JSON.stringify(processor))).toJSON(), processor.toJSON());
  const plain = await SoundProcessor.fit([], OPTIONS);
  const { dither, ...earlier } = plain.toJSON();
  assertEquals([dither, SoundProcessor.fromJSON(earlier).toJSON().dither], [0, 0]);
  const [own, other] = [soundProgram(processor), soundProgram(plain)];
  assert(own.includes("DITHER = 0.001\n") && own.includes("rows + DITHER * "), own);
  assert(!other.includes("DITHER"), other);
});
