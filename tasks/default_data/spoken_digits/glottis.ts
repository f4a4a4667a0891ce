import type { Chance } from "../decks.ts";
import type { Voice } from "./voices.ts";

/** How loud the voice and the breath are. */
interface Loudness {
  readonly voicing: number;
  readonly aspiration: number;
}

/** The source of voiced sounds: pulses of air, none quite like the one before, and the noise of breath. */
export class Glottis {
  readonly #rate: number;
  readonly #voice: Voice;
  readonly #chance: Chance;
  /** The share of the period that has passed, and the factors of the pitch and of the amplitude in this period. */
  #phase = 0;
  #hurry = 1;
  #strength = 1;
  /** The loudness at the end of the last block, and its last sample before noise was added. */
  #before: Loudness = { voicing: 0, aspiration: 0 };
  #soft = 0;

  /** @param rate Samples a second. */
  constructor(rate: number, voice: Voice, chance: Chance) {
    this.#rate = rate;
    this.#voice = voice;
    this.#chance = chance;
  }

  /** Fills a block of samples; the loudness changes evenly until its end. */
  fill(block: Float64Array, pitch: number, loudness: Loudness): void {
    const { openQuotient, softness } = this.#voice;
    const { voicing, aspiration } = this.#before;
    const [louder, airier] = [loudness.voicing - voicing, loudness.aspiration - aspiration];
    for (let i = 0; i < block.length; i++) {
      const share = (i + 1) / block.length;
      this.#phase += pitch * this.#hurry / this.#rate;
      if (this.#phase >= 1) this.#beginPeriod();
      const isOpen = this.#phase < openQuotient;
      const pulse = isOpen ? flowChange(this.#phase / openQuotient) * this.#strength * (voicing + share * louder) : 0;
      this.#soft += (1 - softness) * (pulse - this.#soft);
      // The noise of breath is weaker while the glottis is closed, unless the voice is silent.
      const breath = (aspiration + share * airier) * (isOpen || voicing === 0 ? 1 : 0.5);
      block[i] = this.#soft + breath * (2 * this.#chance.share() - 1);
    }
    this.#before = loudness;
  }

  #beginPeriod(): void {
    const { jitter, shimmer } = this.#voice;
    this.#phase -= 1;
    this.#hurry = 1 + jitter * (2 * this.#chance.share() - 1);
    this.#strength = 1 + shimmer * (2 * this.#chance.share() - 1);
  }
}

/** The derivative of the flow of air through the open glottis, which closes at 1: of t^2 - t^3 (Rosenberg 1971). */
function flowChange(t: number): number {
  return t * (2 - 3 * t);
}
