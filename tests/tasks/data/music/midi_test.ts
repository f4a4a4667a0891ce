import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  describeProblems,
  type Note,
  readMIDI,
  type Score,
  scoreEnd,
  tidyNotes,
  writeMIDI,
} from "../../../../tasks/data/music/mod.ts";
import { randomIntegers } from "../../../tokenizers/contract.ts";

const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));
const int32 = (n: number): number[] => [n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255];
const END = [0, 0xff, 0x2f, 0];

/** A MIDI file made byte by byte. */
function file(format: number, division: number, ...tracks: number[][]): Uint8Array<ArrayBuffer> {
  const header = [...ascii("MThd"), ...int32(6), 0, format, 0, tracks.length, division >> 8, division & 255];
  return Uint8Array.from([...header, ...tracks.flatMap((body) => [...ascii("MTrk"), ...int32(body.length), ...body])]);
}

const note = (pitch: number, start: number, duration: number, velocity = 80): Note => ({
  pitch,
  start,
  duration,
  velocity,
});

const SCORE: Score = {
  title: "Der Mond – 月",
  key: "Ador",
  meter: "6/8",
  tempo: 110,
  division: 480,
  pickup: 240,
  changes: [
    { start: 480, tempo: 90.5, key: "Bbm" },
    { start: 960, meter: "4/4" },
  ],
  chords: [{ start: 0, name: "Am7" }, { start: 960, name: "F#m7b5" }],
  tracks: [
    { name: "Flöte", program: 73, notes: [note(72, 0, 480), note(74, 480, 1, 127), note(74, 481, 100000)] },
    { program: 0, notes: [] },
    { name: "drums", program: 0, isDrums: true, notes: [note(36, 0, 120), note(38, 120, 120, 1)] },
  ],
};

Deno.test("a score written and read again is the same", async () => {
  assertEquals(await readMIDI(await writeMIDI(SCORE)), { score: SCORE, problems: [] });
});

Deno.test("random scores with overlapping notes and many tracks written and read again are the same", async () => {
  const random = randomIntegers(7);
  for (let run = 0; run < 10; run++) {
    const tracks = Array.from({ length: 1 + 4 * run }, (_, i) => ({
      program: random(128),
      ...i % 9 === 4 && { isDrums: true },
      notes: tidyNotes(
        Array.from({ length: random(40) }, () => note(random(12) * 11, random(2000), 1 + random(500), 1 + random(127))),
      ),
    }));
    const score: Score = { tempo: 20 + random(500), division: 1 + random(32767), tracks };
    const { score: read, problems } = await readMIDI(await writeMIDI(score));
    assertEquals(read, score);
    assert(problems.every(({ kind }) => kind === "notes that overlap another of the same pitch"));
  }
});

Deno.test("notes of one pitch that overlap end in the order in which they begin", async () => {
  const notes = [note(60, 0, 100), note(60, 10, 20), note(60, 40, 5)];
  const tidy = tidyNotes(notes);
  assertEquals(tidy, [note(60, 0, 30), note(60, 10, 35), note(60, 40, 60)]);
  assertEquals(tidyNotes(tidy), tidy);
  const { score } = await readMIDI(await writeMIDI({ tempo: 120, division: 96, tracks: [{ program: 0, notes }] }));
  assertEquals(score.tracks[0].notes, tidy);
});

Deno.test("running status, notes without length or end, and ends without a note are read and counted", async () => {
  const body = [
    ...[0, 0xc0, 5, 0, 0x90, 60, 80, 10, 64, 70, 10, 60, 0, 0, 64, 0],
    ...[0, 62, 90, 0, 62, 0, 5, 0x80, 99, 0, 0, 0x90, 67, 1, 20, 0xb0, 64, 127, ...END],
  ];
  const { score, problems } = await readMIDI(file(0, 96, body));
  assertEquals(score.tracks, [{
    program: 5,
    notes: [note(60, 0, 20), note(64, 10, 10, 70), note(62, 20, 1, 90), note(67, 25, 20, 1)],
  }]);
  assertEquals([score.tempo, score.division, score.meter, score.title], [120, 96, undefined, undefined]);
  assertEquals(
    describeProblems(problems),
    "notes without length: 1, in track 1, tick 20; ends without a note: 1, in track 1, tick 25; " +
      "events without notes (controller): 1, in track 1, tick 45; notes without an end: 1, in track 1, tick 25",
  );
});

Deno.test("channels and instruments of a track are tracks, and empty tracks are counted", async () => {
  const body = [0, 0x90, 60, 80, 0, 0x99, 36, 80, 0, 0xc0, 9, 0, 0x90, 61, 80, 0, 0xc3, 4, 8, 0x80, 60, 0];
  const { score, problems } = await readMIDI(file(1, 96, END, [...body, 0, 61, 0, 0, 0x89, 36, 0, ...END], END));
  assertEquals(score.tracks, [
    { program: 0, notes: [note(60, 0, 8)] },
    { program: 9, notes: [note(61, 0, 8)] },
    { program: 4, notes: [] },
    { program: 0, isDrums: true, notes: [note(36, 0, 8)] },
  ]);
  assertEquals(problems, [{ kind: "empty tracks", count: 1, first: "track 3" }]);
});

Deno.test("frames a second give ticks and a tempo", async () => {
  const body = [0, 0xff, 0x51, 3, 7, 0xa1, 0x20, 0, 0x90, 60, 80, 10, 60, 0, ...END];
  const { score, problems } = await readMIDI(file(0, (256 - 25) * 256 + 40, body));
  assertEquals([score.division, score.tempo, scoreEnd(score)], [1000, 60, 10]);
  assertEquals(describeProblems(problems), "tempos in a file timed in frames: 1, in tick 0");
  assertEquals((await readMIDI(file(0, (256 - 29) * 256 + 10, END))).score.tempo, 60 / 1.001);
});

Deno.test("values out of range are left out and counted", async () => {
  const metas = [0, 0xff, 0x58, 4, 0, 2, 24, 8, 0, 0xff, 0x59, 2, 9, 0, 0, 0xff, 0x51, 3, 0, 0, 0];
  const notes = [0, 0x90, 200, 80, 0, 0x90, 60, 200, 0, 0xc0, 250, ...END];
  const { score, problems } = await readMIDI(file(0, 96, [...metas, ...notes]));
  assertEquals(score, { tempo: 120, division: 96, tracks: [] });
  assertEquals(problems.map(({ kind }) => kind), [
    "meters out of range",
    "keys out of range",
    "tempos out of range",
    "pitches outside 0 to 127",
    "velocities outside 1 to 127",
    "instruments outside 0 to 127",
  ]);
});

Deno.test("chunks that are no tracks are skipped", async () => {
  const bytes = file(0, 96, [0, 0x90, 60, 80, 10, 60, 0, ...END]);
  const withChunk = Uint8Array.from([...bytes.slice(0, 14), ...ascii("XFIH"), ...int32(2), 1, 2, ...bytes.slice(14)]);
  const { score, problems } = await readMIDI(withChunk);
  assertEquals(score, (await readMIDI(bytes)).score);
  assertEquals(describeProblems(problems), "chunks that are no tracks: 1, in the file");
});

Deno.test("files that cannot be read are refused with a reason", async () => {
  const good = file(0, 96, [0, 0x90, 60, 80, ...END]);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "begins with MThd and a header, found another file"],
    [good.slice(0, 12), "begins with MThd and a header"],
    [file(2, 96, END, END), "expected format 0 or 1, found format 2, whose tracks are independent pieces"],
    [file(3, 96, END), "expected format 0 or 1, found format 3"],
    [file(0, 0, END), "expected ticks of a quarter note, found a division of 0"],
    [file(0, 200 * 256 + 3, END), "expected 24, 25, 29 or 30 frames a second with ticks, found 56 with 3"],
    [good.slice(0, -3), "expected a whole track 1, found its beginning"],
    [file(0, 96, [0, 60, 80]), "track 1, found a damaged one: "],
    [file(1, 96, END, [0, 0x90, 60]), "expected whole events in track 2, found a part of one"],
    [file(0, 96, [0xff, 0xff, 0xff, 0xff, 0x7f, 0x90, 60, 80]), "ticks in track 1, found more"],
  ];
  for (const [bytes, message] of cases) {
    const error = await assertRejects(() => readMIDI(bytes));
    assert(error instanceof RangeError || error instanceof SyntaxError);
    assert(error.message.includes(message), error.message);
  }
});

Deno.test("scores that a MIDI file cannot hold are refused", async () => {
  const make = (change: Partial<Score>): Promise<unknown> => writeMIDI({ ...SCORE, ...change });
  const track = (notes: Note[]): Partial<Score> => ({ tracks: [{ program: 0, notes }] });
  const cases: [Partial<Score>, string][] = [
    [{ division: 40000 }, "write a MIDI file: expected a division from 1 to 32767, found 40000"],
    [{ tempo: 0 }, "expected a tempo from 4 to 60,000 quarter notes a minute, found 0"],
    [{ meter: "7" }, 'expected one like 6/8, found "7"'],
    [track([note(128, 0, 1)]), "expected a pitch from 0 to 127 in track 1, note 1, found 128"],
    [track([note(60, 0, 0)]), "expected a duration in ticks from 1"],
    [track([note(60, 0.5, 1)]), "expected a start in ticks"],
  ];
  for (const [change, message] of cases) {
    const error = await assertRejects(() => make(change), RangeError);
    assert(error.message.includes(message), error.message);
  }
});
