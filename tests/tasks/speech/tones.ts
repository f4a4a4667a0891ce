import type { Sound } from "../../../tasks/data/audio/mod.ts";
import type { Utterance } from "../../../tasks/speech/mod.ts";

/** Pitches of the symbols, in radians a sample. */
const PITCHES: Readonly<Record<string, number>> = { l: 0.1, m: 0.3, h: 0.8 };

/** Samples a second, and those of a symbol. */
export const RATE = 8000;
const LENGTH = 1200;

/** Speaks a text of l, m and h: a low, a middle and a high tone for each. */
export function speak(text: string): Utterance & { readonly sound: Sound } {
  const samples = Float32Array.from(
    { length: LENGTH * text.length },
    (_, i) => Math.sin(i * PITCHES[text[Math.floor(i / LENGTH)]]) / 3,
  );
  return { sound: { samples, rate: RATE }, text };
}

/** Utterances for training. */
export const UTTERANCES: readonly ReturnType<typeof speak>[] = [
  "lmh",
  "hml",
  "mlhm",
  "hlmh",
  "lhl",
  "mhm",
  "hmlhm",
  "lh",
].map(speak);
