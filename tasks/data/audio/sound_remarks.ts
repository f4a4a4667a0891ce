import { count } from "../../../src/schema/mod.ts";
import type { Sound } from "./sound.ts";

/** The largest sample of a silent sound: dither, with which programs round silence to 16 bits. */
const SILENCE = 2 / 2 ** 15;

/** Whether a sound is silent. */
export function isSilent({ samples }: Sound): boolean {
  return samples.every((sample) => Math.abs(sample) <= SILENCE);
}

/** Collects what people should know about sounds that are read: how many have another rate or are silent. */
export class SoundRemarks {
  #noun: string;
  #rate: number;
  #resampled = 0;
  #silent: string[] = [];

  /** `noun` names a sound in the remarks; `rate` is that of a model. */
  constructor(noun: string, rate: number) {
    this.#noun = noun;
    this.#rate = rate;
  }

  /** Takes note of a sound as its file has it. */
  add(sound: Sound, source: string): void {
    if (sound.rate !== this.#rate) this.#resampled++;
    if (isSilent(sound)) this.#silent.push(source);
  }

  /** A line about sounds of other rates, if there are any. */
  get notes(): string[] {
    const found = this.#resampled;
    const verb = found === 1 ? "is" : "are";
    return found === 0 ? [] : [`${count(found, this.#noun)} of other rates ${verb} resampled to ${this.#rate} Hz.`];
  }

  /** A warning about silent sounds, if there are any. */
  get warnings(): string[] {
    const found = this.#silent;
    return found.length === 0 ? [] : [`${count(found.length, this.#noun)} of silence, such as ${found[0]}`];
  }
}
