import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { readWav } from "../../../../tasks/data/audio/mod.ts";
import {
  accompany,
  chordPitches,
  clockOf,
  type Note,
  renderSound,
  type Score,
  VOICES,
  writeScoreSound,
} from "../../../../tasks/data/music/mod.ts";

const note = (pitch: number, start: number, duration: number): Note => ({ pitch, start, duration, velocity: 80 });

/** A score of one note of a second. */
function tone(pitch: number): Score {
  return { tempo: 60, division: 1, tracks: [{ program: 0, notes: [note(pitch, 0, 1)] }] };
}

/** The power of a sound at a frequency. */
function power(samples: Float32Array, rate: number, frequency: number): number {
  let [re, im] = [0, 0];
  const length = Math.min(samples.length, rate);
  for (let i = 0; i < length; i++) {
    const window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    re += window * samples[i] * Math.cos(2 * Math.PI * frequency * i / rate);
    im += window * samples[i] * Math.sin(2 * Math.PI * frequency * i / rate);
  }
  return Math.hypot(re, im);
}

for (const voice of VOICES) {
  Deno.test(`the voice ${voice} sounds at the pitch of its note`, () => {
    for (const pitch of [45, 76]) {
      const { samples, rate } = renderSound(tone(pitch), { voice, rate: 8000 });
      const frequency = 440 * 2 ** ((pitch - 69) / 12);
      const cents = Array.from({ length: 11 }, (_, i) => 10 * (i - 5));
      const powers = cents.map((cent) => power(samples, rate, frequency * 2 ** (cent / 1200)));
      const best = cents[powers.indexOf(Math.max(...powers))];
      assert(Math.abs(best) <= 10, `${pitch} is ${best} cents off`);
    }
  });
}

Deno.test("nothing is clipped, and the same seed gives the same samples", () => {
  const tracks = [0, 24, 40].map((program) => ({
    program,
    notes: Array.from({ length: 20 }, (_, i) => note(30 + 4 * i, i % 4, 3)),
  }));
  const score: Score = {
    tempo: 240,
    division: 1,
    tracks: [...tracks, { program: 0, isDrums: true, notes: [note(36, 0, 1), note(42, 1, 1)] }],
  };
  const { samples, right } = renderSound(score, { stereo: true, rate: 8000 });
  const peak = [...samples, ...right!].reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  assertAlmostEquals(peak, 0.9, 1e-6);
  assertEquals(renderSound(score, { stereo: true, rate: 8000 }).samples, samples);
  assert(renderSound(score, { stereo: true, rate: 8000, seed: 1 }).samples.some((sample, i) => sample !== samples[i]));
  assert(samples.every(Number.isFinite) && samples.some((sample, i) => sample !== right![i]));
});

Deno.test("a sound is a WAV file of 16 bits with one or two channels", () => {
  const mono = writeScoreSound(tone(69), { rate: 8000 });
  const { samples, rate } = readWav(mono);
  assertEquals([rate, samples.length], [8000, 10400]);
  const expected = renderSound(tone(69), { rate: 8000 }).samples;
  assert(samples.every((sample, i) => Math.abs(sample - expected[i]) <= 2 ** -15));
  const stereo = writeScoreSound(tone(69), { rate: 8000, stereo: true });
  assertEquals(new DataView(stereo.buffer).getUint16(22, true), 2);
  assertEquals(stereo.length, 44 + 2 * (mono.length - 44));
  assertEquals(readWav(stereo).samples.length, 10400);
});

Deno.test("tempos change the time of ticks", () => {
  const secondsAt = clockOf({
    tempo: 60,
    division: 10,
    changes: [{ start: 20, tempo: 120 }, { start: 40, key: "C" }],
    tracks: [],
  });
  assertEquals([0, 10, 20, 30, 40].map(secondsAt), [0, 1, 2, 2.5, 3]);
});

Deno.test("chord names are played until the next", () => {
  assertEquals(chordPitches("C"), [48, 55, 60, 64]);
  assertEquals(chordPitches("F#m7"), [54, 57, 61, 64, 66]);
  assertEquals(chordPitches("Gbmin7"), chordPitches("F#m7"));
  assertEquals(chordPitches("G7/b"), [47, 55, 59, 62, 65]);
  for (const name of ["Cmaj9", "Cmaj13", "Cma9", "CM7", "CMaj7", "CMaj9", "Cj7"]) {
    assertEquals(chordPitches(name), chordPitches("Cmaj7"), name);
  }
  assertEquals([chordPitches("Cmajor"), chordPitches("Cmaj6")], [chordPitches("C"), chordPitches("C6")]);
  assertEquals(chordPitches("C7sus4").map((pitch) => pitch % 12), [0, 7, 10, 0, 5]);
  assertEquals([chordPitches("N.C."), chordPitches("")], [[], []]);
  const score: Score = { ...tone(69), chords: [{ start: 0, name: "C" }, { start: 0, name: "G" }] };
  assertEquals(accompany(score).tracks[1].notes.map(({ pitch, duration }) => [pitch % 12, duration])[0], [7, 1]);
  assertEquals(accompany(tone(69)), tone(69));
});

Deno.test("scores and options that cannot be played are refused", () => {
  assertThrows(() => renderSound(tone(128)), RangeError, "play a score: expected a pitch");
  assertThrows(() => renderSound(tone(60), { rate: 100 }), RangeError, "expected a rate from 8,000 to 192,000");
  assertThrows(() => renderSound(tone(60), { voice: "tuba" as "organ" }), RangeError, 'found "tuba"');
  const long: Score = { tempo: 60, division: 1, tracks: [{ program: 0, notes: [note(60, 0, 4000)] }] };
  assertThrows(() => renderSound(long), RangeError, "expected at most an hour, found 4000 seconds");
  assertEquals(renderSound({ tempo: 60, division: 1, tracks: [] }).samples.length, 6615);
});
