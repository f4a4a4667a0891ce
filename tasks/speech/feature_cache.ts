import { Breather } from "../../src/train/mod.ts";
import { resampleSound, type Sound } from "../data/audio/mod.ts";
import type { SoundProcessor } from "./sound_processor.ts";

/** The features of sounds at some speeds, for as long as the sounds are in use: computing them takes time. */
export class FeatureCache {
  #features: WeakMap<Sound, Map<number, Float32Array>> = new WeakMap();
  #breather: Breather = new Breather();

  /** Returns the features of a sound that is played faster, and so higher, by a factor. */
  async of(processor: SoundProcessor, sound: Sound, speed = 1): Promise<Float32Array> {
    let own = this.#features.get(sound);
    if (own === undefined) this.#features.set(sound, own = new Map());
    const known = own.get(speed);
    if (known !== undefined) return known;
    const features = await processor.features(atSpeed(sound, speed));
    own.set(speed, features);
    await this.#breather.breathe();
    return features;
  }
}

/** Returns a sound that is played faster, and so higher, by a factor. */
function atSpeed({ samples, rate }: Sound, speed: number): Sound {
  return speed === 1
    ? { samples, rate }
    : { ...resampleSound({ samples, rate: Math.round(rate * speed) }, rate), rate };
}
