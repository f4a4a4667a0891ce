import { Breather } from "../../src/train/mod.ts";
import { hear, type Recording, resample, type Sound } from "../data/audio/mod.ts";
import type { SoundProcessor } from "./sound_processor.ts";

/**
 * The features of sounds at some speeds, for as long as the sounds are in use: computing them takes time. Those of
 * recordings are not kept.
 */
export class FeatureCache {
  #features: WeakMap<Sound, Map<number, Float32Array>> = new WeakMap();
  #breather: Breather = new Breather();

  /** Returns the features of a sound that is played faster, and so higher, by a factor. */
  async of(processor: SoundProcessor, sound: Sound | Recording, speed = 1): Promise<Float32Array> {
    if ("read" in sound) return await this.#compute(processor, await hear(sound), speed);
    let own = this.#features.get(sound);
    if (own === undefined) this.#features.set(sound, own = new Map());
    const known = own.get(speed);
    if (known !== undefined) return known;
    const features = await this.#compute(processor, sound, speed);
    own.set(speed, features);
    return features;
  }

  async #compute(processor: SoundProcessor, sound: Sound, speed: number): Promise<Float32Array> {
    const features = await processor.features(atSpeed(sound, speed));
    await this.#breather.breathe();
    return features;
  }
}

/** Returns a sound that is played faster, and so higher, by a factor. */
function atSpeed({ samples, rate }: Sound, speed: number): Sound {
  return { samples: resample(samples, Math.round(rate * speed), rate), rate };
}
