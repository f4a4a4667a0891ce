import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  eventsToScore,
  type Note,
  quantizeScore,
  readABC,
  rollToText,
  type Score,
  scoreToEvents,
  textToRoll,
  tidyNotes,
  tuneToScore,
} from "../../../../tasks/data/music/mod.ts";
import { randomIntegers } from "../../../tokenizers/contract.ts";

const note = (pitch: number, start: number, duration: number, velocity = 80): Note => ({
  pitch,
  start,
  duration,
  velocity,
});

Deno.test("a piano roll is a line of pitches and ends of steps, and comes back", () => {
  const roll = [[60, 64, 67], [], [62], []];
  assertEquals(rollToText(roll), "60 64 67 . . 62 . .");
  assertEquals(textToRoll(rollToText(roll)), { roll, problems: [] });
  assertEquals(textToRoll(""), { roll: [], problems: [] });
  const { roll: read, problems } = textToRoll("64 60 64 65 . x 128 62");
  assertEquals(read, [[64, 65], [62]]);
  assertEquals(problems.map(({ kind, count }) => [kind, count]), [
    ["pitches that do not ascend", 2],
    ["tokens that are no pitch", 2],
    ["steps without an end", 1],
  ]);
});

Deno.test("a score is a line of events", () => {
  const score: Score = {
    key: "D",
    meter: "3/4",
    tempo: 120,
    division: 480,
    pickup: 240,
    changes: [{ start: 1680, meter: "4/4" }, { start: 1920, tempo: 90, key: "Bm" }],
    chords: [{ start: 240, name: "D" }],
    tracks: [
      { program: 0, notes: [note(62, 0, 240), note(66, 240, 480), note(69, 1920, 480)] },
      { program: 0, isDrums: true, notes: [note(36, 240, 40, 100)] },
    ],
  };
  const { text, problems } = scoreToEvents(score);
  assertEquals(problems, []);
  assertEquals(
    text,
    "Grid_12 Meter_3/4 Key_D Tempo_120 Pickup_6 Track_1 Program_0 Track_2 Drums_0 " +
      "Bar Pos_0 Track_1 Pitch_62 Vel_80 Dur_6 " +
      "Bar Pos_0 Chord_D Pitch_66 Vel_80 Dur_12 Track_2 Pitch_36 Vel_100 Dur_1 " +
      "Bar Meter_4/4 Pos_6 Key_Bm Tempo_90 Track_1 Pitch_69 Vel_80 Dur_12",
  );
  const { score: back, problems: none } = eventsToScore(text);
  assertEquals([back, none], [quantizeScore(score).score, []]);
});

Deno.test("random scores on a grid are the same after events", () => {
  const random = randomIntegers(3);
  const meters = ["2/4", "3/4", "4/4", "6/8", "5/8", "12/8"];
  for (let run = 0; run < 30; run++) {
    const score: Score = {
      ...run % 3 > 0 && { key: "Ador" },
      ...run % 4 > 0 && { meter: meters[random(6)] },
      tempo: 10 + 5 * random(60),
      division: 12,
      ...run % 2 > 0 && { pickup: 1 + random(10) },
      ...run % 5 > 0 && { chords: [{ start: random(100), name: "F#m7" }] },
      tracks: Array.from({ length: random(4) }, (_, i) => ({
        program: random(128),
        ...i === 2 && { isDrums: true },
        notes: tidyNotes(
          Array.from(
            { length: random(60) },
            () => note(40 + random(20), random(400), 1 + random(48), 4 + 4 * random(31)),
          ),
        ),
      })),
    };
    const quantized = quantizeScore(score);
    assertEquals(quantized, { score, problems: [] });
    const { text, problems } = scoreToEvents(score);
    assertEquals(eventsToScore(text), { score, problems });
  }
});

Deno.test("what the grid changes is counted", () => {
  const score: Score = {
    title: "A title",
    meter: "4/4",
    tempo: 97,
    division: 480,
    pickup: 50,
    changes: [{ start: 500, meter: "3/4" }, { start: 510, tempo: 101 }],
    chords: [{ start: 3, name: "A m" }],
    tracks: [{ name: "Piano", program: 0, notes: [note(60, 0, 10, 1), note(60, 7, 99999), note(62, 480, 480, 83)] }],
  };
  const { score: quantized, problems } = quantizeScore(score);
  assertEquals(problems.map(({ kind, count }) => [kind, count]), [
    ["titles left out", 1],
    ["pickups moved to the grid", 1],
    ["chord names moved to the grid", 1],
    ["changes moved to the grid", 2],
    ["tempos moved to the grid", 2],
    ["meters that change within a bar", 1],
    ["names of tracks left out", 1],
    ["lengths moved to the grid", 2],
    ["velocities moved to the grid", 2],
    ["notes moved to the grid", 1],
    ["notes longer than 16 quarter notes", 1],
  ]);
  assertEquals(quantizeScore(quantized), { score: quantized, problems: [] });
  assertEquals(eventsToScore(scoreToEvents(score).text).score, quantized);
  assertThrows(() => quantizeScore(score, { stepsPerQuarter: 0 }), RangeError, "expected 1 to 96 steps a quarter note");
});

Deno.test("a tune with triplets, repeats and chord names is the same after events", () => {
  const [tune] = readABC('X:1\nM:6/8\nK:Ador\nA|:"Am"A^GA (3Bcde|1 [GB]3-[GB]2A:|2 G>=Gg3-g|]\n').tunes;
  const score = tuneToScore(tune);
  const { text, problems } = scoreToEvents(score);
  assertEquals(problems, []);
  assertEquals(eventsToScore(text).score, quantizeScore(score).score);
});

Deno.test("events that mean nothing where they stand are counted, and the rest is a score", () => {
  const { score, problems } = eventsToScore(
    "Pos_3 Grid_12 Meter_x Key_H Track_1 Program_0 Bar Pos_99 Pitch_60 Vel_80 Dur_4 Dur_5 Pitch_200 Track_7 Grid_4 " +
      "Pos_6 Meter_3/4 <unk> Pitch_61 Dur_0 Dur_2",
  );
  assertEquals(score.tracks[0].notes, [note(60, 0, 4), note(61, 6, 2)]);
  const [{ kind, count }] = problems;
  assertEquals([kind, count, problems.length], ["events that mean nothing there", 11, 1]);
  assert(eventsToScore("").score.tracks.length === 0);
});
