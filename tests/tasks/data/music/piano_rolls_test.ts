import { assertEquals, assertThrows } from "@std/assert";
import { describeProblems, readPianoRolls, rollToScore, scoreToRoll } from "../../../../tasks/data/music/mod.ts";

Deno.test("piano rolls are read with their parts", () => {
  const rolls = readPianoRolls('{"train": [[[60, 64], []], [[62]]], "validation": [[[1]]], "test": [[[127]]]}');
  assertEquals(rolls.isSplit, true);
  assertEquals(rolls.train, [[[60, 64], []], [[62]]]);
  assertEquals([rolls.valid, rolls.test, rolls.problems], [[[[1]]], [[[127]]], []]);
  assertEquals(readPianoRolls("[[[60]]]"), { isSplit: false, train: [[[60]]], valid: [], test: [], problems: [] });
});

Deno.test("pitches out of range are left out and counted, unsorted and repeated ones put in order", () => {
  const { train, problems } = readPianoRolls('{"train": [[[64, 60, 60], [128, 61]], [], [[-1], [300]]], "x": 1}');
  assertEquals(train, [[[60, 64], [61]], [[], []]]);
  assertEquals(
    describeProblems(problems),
    "steps that are not in ascending order: 1, in train, piece 1, step 1; " +
      "pitches that occur twice in a step: 1, in train, piece 1, step 1; " +
      "pitches outside 0 to 127: 3, the first in train, piece 1, step 2: 128; " +
      "pieces without a time step: 1, in train, piece 2; " +
      'fields that are no part: 1, in "x"',
  );
});

Deno.test("other contents than piano rolls are refused with the place", () => {
  for (
    const [content, message] of [
      ["{", "read piano rolls: expected JSON, found its end on line 1 instead of a key in double quotes"],
      ["[".repeat(300), "read piano rolls: expected JSON, found lists or objects more than 256 deep"],
      ["3", "expected lists of pieces, found 3"],
      ["[]", "expected at least 1 piece with a time step, found none"],
      ['{"train": [[]]}', "expected at least 1 piece"],
      ['{"a": 1}', "expected train, valid or test, found a"],
      ['{"train": 3}', "expected a list of pieces in train, found 3"],
      ["[3]", "expected a list of time steps in piece 1, found 3"],
      ["[[[60], 3]]", "expected a list of pitches in piece 1, step 2, found 3"],
      ['{"test": [[[60, 60.5]]]}', "expected a pitch from 0 to 127 in test, piece 1, step 1, found 60.5"],
      ['[[["C4"]]]', 'in piece 1, step 1, found "C4"'],
    ]
  ) {
    const error = assertThrows(() => readPianoRolls(content));
    assertEquals((error as Error).message.includes(message), true, (error as Error).message);
  }
});

Deno.test("a piano roll becomes a score and the same piano roll again", () => {
  const roll = [[60, 64, 67, 72], [60, 64, 67, 72], [59, 62, 67, 74], [], [48, 72]];
  for (const stepsPerQuarter of [1, 2, 4, 7]) {
    for (const voices of [1, 2, 4]) {
      for (const hold of [true, false]) {
        const score = rollToScore(roll, { stepsPerQuarter, hold, voices });
        assertEquals(score.tracks.length, voices);
        assertEquals(scoreToRoll(score, { stepsPerQuarter }), roll);
      }
    }
  }
  const held = rollToScore(roll, { voices: 4 });
  assertEquals(held.tracks.map(({ notes }) => notes.length), [3, 1, 2, 3]);
  assertEquals(held.tracks[3].notes.at(-1), { pitch: 48, start: 1920, duration: 480, velocity: 80 });
  assertEquals(held.tracks[0].notes[0], { pitch: 72, start: 0, duration: 960, velocity: 80 });
  assertEquals(held.tracks[1].notes[0].pitch, 67);
});

Deno.test("short notes between the steps are kept, and drums are left out", () => {
  const note = (pitch: number, start: number, duration: number) => ({ pitch, start, duration, velocity: 80 });
  const tracks = [
    { program: 0, notes: [note(60, 0, 100), note(62, 100, 4), note(64, 104, 96)] },
    { program: 0, isDrums: true, notes: [note(36, 0, 100)] },
  ];
  assertEquals(scoreToRoll({ tempo: 120, division: 100, tracks }), [[60], [62, 64]]);
  assertThrows(() => scoreToRoll({ tempo: 1, division: 1, tracks }, { stepsPerQuarter: 0.5 }), RangeError, "found 0.5");
});

Deno.test("a step that is a row of zeros and ones is refused", () => {
  const row = Array.from({ length: 128 }, (_, pitch) => Number(pitch === 60));
  assertThrows(() => readPianoRolls(JSON.stringify([[row, row]])), RangeError, "found a row of 128 zeros and ones");
});
