import { Breather } from "../../src/train/mod.ts";
import { hear, type Recording, resample, type Sound } from "../data/audio/mod.ts";
import { Fingerprint } from "../task_model/mod.ts";
import type { SoundProcessor } from "./sound_processor.ts";

/** The features of a sound by its speed, and the fingerprint of its samples. */
interface Kept {
  readonly fingerprint: number;
  readonly bySpeed: Map<number, Float32Array>;
}

/**
 * The features of sounds at some speeds, for as long as the sounds are in use: computing them takes time. Those of
 * recordings are not kept.
 */
export class FeatureCache {
  #features: WeakMap<Sound, Kept> = new WeakMap();
  #breather: Breather = new Breather();

  /** Returns the features of a sound that is played faster, and so higher, by a factor. */
  async of(processor: SoundProcessor, sound: Sound | Recording, speed = 1): Promise<Float32Array> {
    if ("read" in sound) return await this.#compute(processor, await hear(sound), speed);
    const { bySpeed } = this.#features.get(sound) ?? this.refresh(sound);
    const known = bySpeed.get(speed);
    if (known !== undefined) return known;
    const features = await this.#compute(processor, sound, speed);
    bySpeed.set(speed, features);
    return features;
  }

  /** Forgets the features of a sound if its samples have changed since. */
  refresh(sound: Sound): Kept {
    const fingerprint = new Fingerprint();
    addSound(fingerprint, sound);
    const known = this.#features.get(sound);
    if (known?.fingerprint === fingerprint.value) return known;
    const kept = { fingerprint: fingerprint.value, bySpeed: new Map() };
    this.#features.set(sound, kept);
    return kept;
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

/** Adds a sound to a fingerprint. */
export function addSound(fingerprint: Fingerprint, { samples, rate }: Sound): void {
  fingerprint.addAll(new Int32Array(samples.buffer, samples.byteOffset, samples.length));
  fingerprint.add(rate);
}
