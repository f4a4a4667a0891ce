import { assertEquals, assertThrows } from "@std/assert";
import { readABC, readPianoRolls, type Score } from "../../../tasks/data/music/mod.ts";
import { type MelodyOptions, type MelodyReading, onlyMelody } from "../../../tasks/music/melody.ts";
import type { MusicFiles } from "../../../tasks/music/music_files.ts";

function melody(music: MusicFiles, options: Partial<MelodyOptions> = {}): MelodyReading {
  return onlyMelody({ music, problems: [] }, { stepsPerQuarter: 2, ...options }, "file");
}

const abc = (text: string): MusicFiles => ({ kind: "tunes", tunes: readABC(text).tunes });
const scores = (...tracks: Score["tracks"]): MusicFiles => ({
  kind: "scores",
  scores: [{ tempo: 100, division: 480, tracks }],
});
const notes = (...pitches: number[]) =>
  pitches.map((pitch, i) => ({ pitch, start: 480 * i, duration: 490, velocity: 80 }));
const chords = [60, 64].map((pitch) => ({ pitch, start: 0, duration: 960, velocity: 80 }));

Deno.test("the melody of a tune is that of its first voice, with its repeats", () => {
  assertEquals(
    melody(abc("X:1\nM:2/4\nL:1/4\nK:D\n|:Dz:|F2|]\n")).roll,
    [[62], [62], [], [], [62], [62], [], []].concat(
      [[66], [66], [66], [66]],
    ),
  );
  const voices = abc("X:1\nM:2/4\nL:1/4\nK:C\nV:S\nc2|]\nV:B\nC2|]\n");
  const { score, ...rest } = melody(voices);
  assertEquals(rest, { roll: [[72], [72], [72], [72]], track: 1, note: "Melody: voice 1 of 2.", warnings: [] });
  assertEquals([score?.meter, score?.key], ["2/4", "C"]);
  assertEquals(melody(voices, { track: 2 }).roll[0], [60]);
});

Deno.test("the melody of a MIDI file is the track that is named so, or else the highest with one note at a time", () => {
  const [low, high] = [{ program: 0, notes: notes(50, 52) }, { program: 0, notes: notes(70, 72) }];
  const drums = { program: 0, isDrums: true, notes: notes(90, 91) };
  const piano = { program: 0, notes: chords.map((note) => ({ ...note, pitch: note.pitch + 30 })) };
  const { roll, track, note } = melody(scores(drums, low, piano, high));
  assertEquals([roll, track, note], [[[70], [70], [72], [72]], 4, "Melody: track 4 of 4."]);
  const named = melody(scores({ ...low, name: "Soprano" }, high));
  assertEquals([named.roll[0], named.note], [[50], "Melody: track 1 of 2, Soprano."]);
  assertEquals(melody(scores(low)).note, undefined);
  assertThrows(() => melody(scores(piano, piano)), RangeError, "expected a track with one note at a time, found 2");
  assertThrows(
    () => melody(scores(low), { track: 3 }),
    RangeError,
    "expected one of the tracks with notes, 1, found 3",
  );
  assertThrows(() => melody(scores(drums)), RangeError, "expected a melody, found no note");
  assertEquals(melody(scores({ program: 0, notes: chords })).roll[0], [60, 64]);
});

Deno.test("notes too short for the time steps are counted", () => {
  const { roll, warnings } = melody(abc("X:1\nM:2/4\nL:1/16\nK:C\nCDE2F4|]\n"));
  assertEquals(roll, [[60], [64], [65], [65]]);
  assertEquals(warnings, ["file: notes too short for the time steps: 1, in tick 120"]);
});

Deno.test("a melody is one piece", () => {
  assertThrows(
    () => melody({ kind: "rolls", rolls: readPianoRolls("[[[60]], [[62]]]") }),
    RangeError,
    "read file: expected one piece, found 2 pieces",
  );
  assertEquals(melody({ kind: "rolls", rolls: readPianoRolls("[[[60], []]]") }).roll, [[60], []]);
});
