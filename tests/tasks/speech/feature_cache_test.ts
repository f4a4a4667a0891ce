import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { FeatureCache } from "../../../tasks/speech/feature_cache.ts";
import { SoundProcessor } from "../../../tasks/speech/mod.ts";
import { RATE, speak } from "./tones.ts";

Deno.test("features are kept until the samples of their sound change", async () => {
  const { sound } = speak("lmh");
  const processor = await SoundProcessor.fit([sound], { rate: RATE, bands: 8 });
  const cache = new FeatureCache();
  const features = await cache.of(processor, sound);
  cache.refresh(sound);
  assert(await cache.of(processor, sound) === features);
  sound.samples.reverse();
  cache.refresh(sound);
  const others = await cache.of(processor, sound);
  assertNotEquals(others, features);
  assertEquals(others, await new FeatureCache().of(processor, sound));
});
