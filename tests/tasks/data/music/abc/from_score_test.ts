import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkBars,
  type Note,
  readABC,
  type Score,
  scoreToTune,
  tidyNotes,
  tuneToScore,
  writeABC,
} from "../../../../../tasks/data/music/mod.ts";
import { randomIntegers } from "../../../../tokenizers/contract.ts";

const note = (pitch: number, start: number, duration: number): Note => ({ pitch, start, duration, velocity: 80 });

/** The score of a score that was written as ABC and read again. */
function again(score: Score): Score {
  const { tunes, problems } = readABC(writeABC([scoreToTune(score).tune]));
  assertEquals(problems, []);
  assertEquals(checkBars(tunes[0]).wrong, []);
  return tuneToScore(tunes[0]);
}

Deno.test("a score becomes ABC and the same score again", () => {
  const score: Score = {
    title: "Two voices",
    key: "Bbm",
    meter: "3/4",
    tempo: 90,
    division: 480,
    pickup: 480,
    changes: [{ start: 1920, meter: "4/4" }, { start: 3840, tempo: 60, key: "C" }],
    chords: [{ start: 480, name: "Bbm" }],
    tracks: [
      {
        name: "Violin",
        program: 0,
        notes: [note(70, 0, 3000), note(73, 480, 160), note(75, 640, 160), note(77, 800, 160)],
      },
      { program: 0, notes: [note(46, 480, 1440), note(53, 480, 720), note(50, 1920, 4800)] },
    ],
  };
  assertEquals(again(score), score);
  assertEquals(
    writeABC([scoreToTune({ ...score, tracks: [score.tracks[0]], changes: [] }).tune]),
    "X:1\nT:Two voices\nM:3/4\nL:1/8\nQ:1/4=90\nK:Bbm\n" +
      'B2-| "Bbm"(3:2:3[B-d][B-e][B-f] B4-| B4- B/2z3/2|]\n',
  );
});

Deno.test("random scores of a voice are the same after ABC", () => {
  const random = randomIntegers(11);
  for (let run = 0; run < 20; run++) {
    const unit = run % 2 === 0 ? 60 : 480;
    const notes = Array.from(
      { length: 1 + random(30) },
      () => note(50 + random(30), unit * random(60), unit * (1 + random(10))),
    );
    // Of notes of one pitch that overlap, ABC has the longer.
    const alone = notes.filter(({ pitch }, i) => notes.findIndex((other) => other.pitch === pitch) === i);
    const score: Score = {
      key: "G",
      meter: "4/4",
      tempo: 120,
      division: 480,
      tracks: [{ program: 0, notes: tidyNotes(alone) }],
    };
    const first = Math.min(...alone.map(({ start }) => start));
    assert(first >= 0);
    assertEquals(again(score), score);
  }
});

Deno.test("notes that move to the grid and drums are counted", () => {
  const score: Score = {
    tempo: 120,
    division: 480,
    tracks: [
      { program: 0, notes: [note(60, 7, 480), note(62, 480, 480)] },
      { program: 0, isDrums: true, notes: [note(36, 0, 480)] },
    ],
  };
  const { tune, problems } = scoreToTune(score);
  assertEquals(problems.map(({ kind, count }) => [kind, count]), [["tracks of drums", 1], [
    "notes moved to the grid",
    1,
  ]]);
  assertEquals(tune.voices.length, 1);
  assertEquals(scoreToTune({ tempo: 120, division: 1, tracks: [] }).tune.voices[0].items.length, 2);
  assertThrows(() => scoreToTune({ ...score, division: 0 }), RangeError, "write a score as ABC: expected a division");
});
