import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LogMel } from "../../../tasks/data/audio/mod.ts";
import { Chance } from "../../../tasks/default_data/decks.ts";
import { spokenDigits, type SpokenDigitsOptions } from "../../../tasks/default_data/mod.ts";
import { PHONEMES } from "../../../tasks/default_data/spoken_digits/phonemes.ts";
import { DIGITS, segmentsOf } from "../../../tasks/default_data/spoken_digits/pronunciations.ts";
import { record } from "../../../tasks/default_data/spoken_digits/recording.ts";
import { RATE, synthesize } from "../../../tasks/default_data/spoken_digits/synthesizer.ts";
import { AVERAGE_VOICE, drawVoices } from "../../../tasks/default_data/spoken_digits/voices.ts";
import { spectralPeaks } from "../../support/spectral_peaks.ts";

const SMALL: SpokenDigitsOptions = { utterances: 20, voices: 10, longest: 3, validFraction: 0.2 };

Deno.test("the same seed gives the same spoken digits, to the last bit, and another seed others", () => {
  const few = { utterances: 3, voices: 3, longest: 2 };
  assertEquals(spokenDigits({ ...few, seed: 5 }), spokenDigits({ ...few, seed: 5 }));
  assertNotEquals(spokenDigits({ ...few, seed: 5 }), spokenDigits({ ...few, seed: 6 }));
});

Deno.test("spoken digits are divided by their shares, and no voice speaks in two parts", () => {
  const { train, valid, test } = spokenDigits(SMALL);
  assertEquals([train.length, valid.length, test.length], [14, 4, 2]);
  const voices = [train, valid, test].map((part) => new Set(part.map(({ source }) => source.split(",")[0])));
  assertEquals(voices.map(({ size }) => size), [7, 2, 1]);
  assertEquals(new Set(voices.flatMap((own) => [...own])).size, 10);
});

Deno.test("a spoken digit lasts 0.15 to 0.9 seconds, and its samples lie between -1 and 1", () => {
  const { train, valid, test } = spokenDigits(SMALL);
  for (const { sound: { samples, rate }, text, source } of [...train, ...valid, ...test]) {
    const words = text.split(" ");
    assert(words.length <= 3 && words.every((word) => (DIGITS as readonly string[]).includes(word)), text);
    const seconds = samples.length / rate;
    assert(seconds > 0.1 + 0.15 * words.length && seconds < 0.9 * (1 + words.length), `${source}: ${seconds} seconds`);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    assert(samples.every(Number.isFinite) && peak > 0.09 && peak < 0.91, `${source}: ${peak}`);
  }
});

for (const name of ["iy", "eh", "ah"] as const) {
  Deno.test(`the spectrum of the synthesized vowel ${name} has peaks within 10 % of its formants`, () => {
    // Breath reaches all frequencies, but pulses only the multiples of the pitch.
    const [vowel] = PHONEMES[name];
    const whispered = { ...vowel, voicing: 0, aspiration: 1, seconds: 1 };
    const peaks = spectralPeaks(synthesize([whispered], AVERAGE_VOICE, new Chance(1)), { rate: RATE, order: 14 });
    vowel.formants.forEach((formant, i) =>
      assert(Math.abs(peaks[i] / formant - 1) < 0.1, `expected ${vowel.formants}, found ${peaks}`)
    );
  });
}

Deno.test("more than 90 % of the digits in new voices are nearest to the mean bands of the right digit", async () => {
  const logMel = await LogMel.create({ rate: RATE, bands: 24 });
  const chance = new Chance(3);
  const [known, others] = [drawVoices(15, chance), drawVoices(5, chance)].map((voices) =>
    voices.map((voice) =>
      DIGITS.map((digit, i) => {
        const samples = synthesize(segmentsOf(digit, voice.ways[i]), voice, chance);
        record(samples, chance);
        return meansOfThirds(logMel.compute(samples), logMel.bands);
      })
    )
  );
  const centroids = DIGITS.map((_, digit) =>
    known[0][digit].map((_, k) => known.reduce((sum, own) => sum + own[digit][k] / known.length, 0))
  );
  const right = others.flatMap((digits) =>
    digits.filter((means, digit) => {
      const distances = centroids.map((centroid) => centroid.reduce((sum, x, k) => sum + (x - means[k]) ** 2, 0));
      return distances.indexOf(Math.min(...distances)) === digit;
    })
  );
  assert(right.length > 45, `${right.length} of 50`);
});

/** The mean bands of the first, the second and the last third of the frames, without their common mean. */
function meansOfThirds(values: Float32Array, bands: number): number[] {
  const frames = values.length / bands;
  const means = [0, 1, 2].flatMap((third) => {
    const [from, to] = [Math.floor(third * frames / 3), Math.floor((third + 1) * frames / 3)];
    return Array.from({ length: bands }, (_, b) => {
      let sum = 0;
      for (let t = from; t < to; t++) sum += values[t * bands + b];
      return sum / (to - from);
    });
  });
  const mean = means.reduce((sum, x) => sum + x / means.length, 0);
  return means.map((x) => x - mean);
}

Deno.test("spokenDigits refuses counts below 1, and fewer voices than parts", () => {
  const refuse = (options: SpokenDigitsOptions, message: string): unknown =>
    assertThrows(() => spokenDigits(options), RangeError, message);
  refuse({ utterances: 0 }, "spoken digits: expected utterances to be a whole number of at least 1, found 0");
  refuse({ longest: 1.5 }, "spoken digits: expected longest to be a whole number of at least 1, found 1.5");
  refuse({ voices: 2 }, "spoken digits: expected more voices than 2 for shares of 0.1 and 0.1");
  refuse({ validFraction: NaN }, "spoken digits: expected more voices than 150 for shares of NaN and 0.1");
});
