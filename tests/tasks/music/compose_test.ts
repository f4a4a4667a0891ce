import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { barsOf } from "../../../tasks/data/music/abc/bars.ts";
import { checkBars, textToTune } from "../../../tasks/data/music/abc/mod.ts";
import { eventsToScore, type Score, scoreToEvents } from "../../../tasks/data/music/mod.ts";
import { MusicModel } from "../../../tasks/music/mod.ts";
import { COMPOSING, planComposition } from "../../../tasks/music/composing.ts";
import { notationOf } from "../../../tasks/music/notations/mod.ts";
import { readPiece } from "../../../tasks/music/pieces.ts";
import { PipelineTokenizer, presets } from "../../../tokenizers/mod.ts";
import { stepTokenizer, TUNE_TOKENIZER, TUNES } from "./made_music.ts";

/** An untrained model: its tunes are random, so that only what is demanded shapes them. */
const MODEL = MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 8, hidden: 12 });
const ROLLS = MusicModel.create({ tokenizer: await stepTokenizer(50, 70), embed: 8, hidden: 12 });

Deno.test("the bars of composed tunes add up, and key, meter and length are those asked for", async () => {
  for (const [key, meter, bars] of [["D", "6/8", 9], ["Am", "3/4", 4], ["C", "4/4", 16]] as const) {
    const tunes = await MODEL.compose({ key, meter, bars, count: 5, temperature: 1.5 });
    assertEquals(tunes.length, 5);
    for (const { text, steps } of tunes) {
      const { tune, problems } = textToTune(text);
      assertEquals(problems, []);
      assertEquals([tune.meter, tune.key.name, steps], [meter, key, bars]);
      assertEquals(checkBars(tune), { bars, wrong: [] }, text);
    }
    assertEquals(new Set(tunes.map(({ text }) => text)).size, 5);
  }
});

Deno.test("a tune goes on from a beginning, in its key and meter, also within a bar", async () => {
  const prime = "M:3/4 K:G B:4 @4 G2 A2 B2 | @3 c2 d";
  const [{ text }] = await MODEL.compose({ prime, bars: 6 });
  assert(text.startsWith("M:3/4 K:G B:"), text);
  assert(text.includes("@6 G2 A2 B2 | @5 c2 d "), text);
  const { tune } = textToTune(text);
  assertEquals(checkBars(tune), { bars: 6, wrong: [] });
});

Deno.test("a beginning is moved to the key asked for", async () => {
  const prime = "M:3/4 K:G B:4 @4 G2 A2 B2 | @3 c2 f";
  const inD = await MODEL.compose({ prime, bars: 4, key: "D" });
  assert(inD[0].text.includes("@4 D2 E2 F2 | @3 G2 c "), inD[0].text);
  const inEm = await MODEL.compose({ prime, bars: 4, key: "Em" });
  assert(inEm[0].text.includes("@4 G2 A2 B2 | @3 c2 f "), inEm[0].text);
  for (const [{ text }] of [inD, inEm]) assertEquals(checkBars(textToTune(text).tune), { bars: 4, wrong: [] });
});

Deno.test("a pickup is no bar, and makes a whole one with the last", async () => {
  const prime = "M:3/4 K:G B:16 @16 D2 | @16 G2 A2 B2 | @15 c2 d";
  const tunes = await MODEL.compose({ prime, bars: 6, count: 4, temperature: 1.5 });
  for (const { text, steps } of tunes) {
    assert(text.includes(" @6 D2 | @6 G2 A2 B2 | @5 c2 d "), text);
    const { tune } = textToTune(text);
    const bars = barsOf(tune.voices[0].items, tune.meter);
    assertEquals([steps, bars.map(({ ticks }) => 3 * ticks / bars[1].ticks)], [6, [1, 3, 3, 3, 3, 3, 2]], text);
    assertEquals(checkBars(tune), { bars: 7, wrong: [] }, text);
  }
  const rest = "@6 D2 | @6 G2 A2 B2 | @5 G2 | @4 B2";
  await assertRejects(() => MODEL.compose({ prime: `M:3/4 K:G B:6 ${rest}` }), RangeError, "a shorter one, bar 2");
});

Deno.test("a beginning has plain bar lines, and the meter asked for if it has none", async () => {
  const prime = "M:none K:G B:4 |: @4 G2 A2 B2 :: @3 c2 B2 A2 | [1 @2 G6 :|";
  const [{ text }] = await MODEL.compose({ prime: prime, bars: 4, meter: "3/4" });
  assert(text.includes("@4 G2 A2 B2 | @3 c2 B2 A2 | @2 G6 | @1 "), text);
  assertEquals(checkBars(textToTune(text).tune), { bars: 4, wrong: [] });
});

Deno.test("a key may be spelled in many ways", async () => {
  const [plain] = await MODEL.compose({ key: "Bb", meter: "3/4", bars: 1 });
  for (const key of ["Bbmaj", "b flat", "B♭ major", "BbM", "bb ionian"]) {
    assertEquals(await MODEL.compose({ key, meter: "3/4", bars: 1 }), [plain], key);
  }
  const [minor] = await MODEL.compose({ key: "d minor", meter: "3/4", bars: 1 });
  assert(minor.text.includes("K:Dm "), minor.text);
  await assertRejects(() => MODEL.compose({ key: "Ddor" }), RangeError, "compose: expected a key of A, Am,");
});

Deno.test("the same seed composes the same tune, another one another", async () => {
  const [a] = await MODEL.compose({ key: "D", meter: "6/8", bars: 3, seed: 7 });
  assertEquals(await MODEL.compose({ key: "D", meter: "6/8", bars: 3, seed: 7 }), [a]);
  assertNotEquals(await MODEL.compose({ key: "D", meter: "6/8", bars: 3, seed: 8 }), [a]);
});

Deno.test("every meter and every key may be drawn, one whatever the other", async () => {
  const words = ["M:2/4", "M:2/2", "M:9/8", "M:12/8"];
  const tokenizer = await PipelineTokenizer.train(TUNES, presets.abc({ words }));
  const notation = notationOf("test", tokenizer);
  const drawn = Array.from({ length: 200 }, (_, seed) => {
    const { prime } = planComposition({ tokenizer, notation }, complete(COMPOSING, { seed }, "test"), "");
    return tokenizer.decode(prime).split(" ").slice(0, 2);
  });
  assertEquals(new Set(drawn.map(([meter]) => meter)).size, 7);
  for (const key of ["K:C", "K:D"]) {
    assert(new Set(drawn.filter(([, own]) => own === key).map(([meter]) => meter)).size > 3);
  }
});

Deno.test("no more equal bars follow each other than asked for", async () => {
  // At temperature 0 a model that has learned one bar repeats it.
  const model = MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 8, hidden: 12, dropout: 0 });
  const bar = "C2 C2 C2 C2 |";
  const same = `M:4/4 K:C B:16 ${Array.from({ length: 16 }, (_, i) => `@${16 - i} ${bar}`).join(" ")}`;
  await model.fit([same], { epochs: 60, batch: 1, learningRate: 0.02, transpose: 0 });
  const asked = { key: "C", meter: "4/4", bars: 8, temperature: 0 };
  const barsOf = (text: string): string[] =>
    text.replace(/@\d+ /g, "").split("|").slice(1, -2).map((own) => own.trim());
  const longest = (texts: readonly string[]): number => {
    let [run, most] = [1, 1];
    for (let i = 1; i < texts.length; i++) most = Math.max(most, run = texts[i] === texts[i - 1] ? run + 1 : 1);
    return most;
  };
  const [free] = await model.compose(asked);
  const [limited] = await model.compose({ ...asked, mostRepeats: 2 });
  assert(longest(barsOf(free.text)) > 3, free.text);
  assert(longest(barsOf(limited.text)) <= 2, limited.text);
});

Deno.test("piano rolls are composed to a number of steps", async () => {
  const [{ text, steps }] = await ROLLS.compose({ prime: "50 60 . 52 .", bars: 7 });
  assertEquals(steps, 7);
  assert(text.startsWith("50 60 . 52 . "), text);
  assertEquals(text.split(" ").filter((token) => token === ".").length, 7);
});

Deno.test("a harmony keeps the melody on top, in at most as many voices as asked for", async () => {
  const melody = [[60], [62], [], [65], [50]];
  const { text, steps } = await ROLLS.harmonize(melody, { voices: 3, bestOf: 8 });
  assertEquals(steps, 5);
  const chords = text.split(".").slice(0, 5).map((step) => step.trim().split(" ").filter(Boolean).map(Number));
  for (const [t, chord] of chords.entries()) {
    assertEquals(chord.at(-1), melody[t][0]);
    assert(chord.length <= 3);
  }
});

Deno.test("the likeliest of more harmonies is no less likely", async () => {
  const melody = [[60], [62], [64], [65]];
  const [one, many] = await Promise.all([1, 32].map((bestOf) => ROLLS.harmonize(melody, { bestOf })));
  assert(many.logProbability >= one.logProbability);
});

Deno.test("what is impossible is named", async () => {
  const rejects = (asked: Parameters<MusicModel["compose"]>[0], message: string, model = MODEL): Promise<unknown> =>
    assertRejects(() => model.compose(asked), RangeError, message);
  await rejects({ key: "H" }, 'compose: expected a key of A, Am, Bb, Bm, C, D, Dm, Em, F, G, found "H"');
  await rejects({ meter: "5/4" }, 'compose: expected a meter of 3/4, 4/4, 6/8, found "5/4"');
  await rejects({ bars: 500 }, "compose: expected at most 64 bars of a tune, found 500");
  await rejects(
    { prime: "M:4/4 K:C @1 C4 C4 |", bars: 1 },
    "expected more bars than the 1 of the beginning, found 1 bar",
  );
  const bar = "compose: expected bars of 6/8 in the beginning, found a";
  await rejects({ prime: "M:6/8 K:D A2 | D2 F A3 | D2 | A6 |" }, `${bar} shorter one, bar 2`);
  await rejects({ prime: "M:4/4 K:D D4 F4 | D", meter: "6/8" }, `${bar} longer one, bar 1`);
  await rejects({ prime: "M:6/8 K:D D6 | D6 F2" }, `${bar} longer one, bar 2`);
  await rejects({ prime: "M:4/4 K:D D4", key: "Dm" }, "expected a beginning that can be moved to Dm, found one in D");
  await rejects({ prime: "M:4/4 K:C what" }, "expected a beginning of what the model knows");
  await rejects({ key: "C" }, "expected no key for a model of piano rolls", ROLLS);
  await rejects(
    { prime: "50 . 51 .", bars: 2 },
    "expected more time steps than the 2 of the beginning, found 2",
    ROLLS,
  );
  const place = 'compose: expected music in the beginning, found "60" at token 2, where it is impossible';
  await rejects({ prime: "64 60 ." }, place, ROLLS);
  const melody = (roll: number[][], message: string, model = ROLLS): Promise<unknown> =>
    assertRejects(() => model.harmonize(roll), RangeError, message);
  await melody([[60], [60, 64]], "expected a melody of one note at a time, found 2 notes at time step 2");
  await melody([[], []], "expected a melody, found 2 time steps without a note");
  await melody([[60], [99]], "expected pitches that the model knows, found 99 at time step 2");
  await melody([[60]], "expected a model of piano rolls, found one of another notation", MODEL);
});

/** An untrained model of events of two tracks. */
async function eventModel(): Promise<MusicModel> {
  const notes = [60, 62].map((pitch, i) => ({ pitch, start: 480 * i, duration: 480, velocity: 80 }));
  const parts = { tempo: 100, division: 480, tracks: [{ program: 0, notes }, { program: 5, notes }] };
  const scores: Score[] = [{ ...parts, meter: "2/4", key: "C" }, { ...parts, meter: "4/4", pickup: 480 }];
  const tokenizer = await PipelineTokenizer.train(scores.map((own) => scoreToEvents(own).text), presets.events());
  return MusicModel.create({ tokenizer, embed: 8, hidden: 12 });
}

Deno.test("every bar of events ends, and what is composed is read as it is", async () => {
  const model = await eventModel();
  const pieces = await model.compose({ bars: 5, count: 20, temperature: 2 });
  for (const { text, steps } of pieces) {
    const { problems } = eventsToScore(text);
    assertEquals([steps, problems], [5, []], text);
    assertEquals(text.split(" ").filter((token) => token === "Bar").length, text.includes("Pickup_") ? 6 : 5);
    // Each place has a pitch of a track once.
    for (const place of text.split(/Pos_\d+ |Bar/)) assert(place.split(" ").length < 40, text);
  }
  // The meter is the model's own choice, and stands before the key that is asked for.
  const inC = await model.compose({ bars: 1, count: 20, temperature: 2, key: "C" });
  for (const { text } of inC) assertMatch(text, /^Grid_\d+ (?:Meter_[24]\/4 )?Key_C (?!.*Key_)/);
  assert(inC.some(({ text }) => text.includes("Meter_")));
  const moved = await model.compose({ prime: "Grid_12 Meter_4/4 Tempo_100", bars: 1, key: "C" });
  assertMatch(moved[0].text, /^Grid_12 Meter_4\/4 Key_C Tempo_100 /);
  const prime = "Grid_12 Meter_4/4 Tempo_100 Pickup_12 Track_1 Program_0 Bar Pos_0 Track_1 Pitch_60 Vel_80 Dur_12";
  const [{ text, steps }] = await model.compose({ prime, bars: 2 });
  assertEquals([steps, text.split(" ").filter((token) => token === "Bar").length], [2, 3], text);
});

Deno.test("a beginning of events is moved to the key asked for, and its bars are those of the meter", async () => {
  const header = "Grid_12 Meter_4/4 Key_C Tempo_100 Track_1 Program_0";
  const notes = "Bar Pos_0 Chord_C Track_1 Pitch_60 Vel_80 Dur_12 Pos_36 Pitch_62 Vel_80 Dur_12";
  const words = ["Key_D", "Key_Am", "Key_Cm", "Chord_D", "Pitch_64", "Meter_3/4", "Meter_2/2", "Pos_48"];
  const tokenizer = await PipelineTokenizer.train([`${header} ${notes}`], presets.events({ words }));
  const model = MusicModel.create({ tokenizer, embed: 4, hidden: 4 });
  const prime = `${header} ${notes}`;
  const begins = async (asked: Parameters<MusicModel["compose"]>[0], expected: string): Promise<void> => {
    const [{ text }] = await model.compose({ prime, bars: 2, ...asked });
    assertEquals(text.slice(0, expected.length), expected);
  };
  await begins({}, prime);
  const inD = notes.replace("Pitch_62", "Pitch_64").replace("Pitch_60", "Pitch_62").replace("Chord_C", "Chord_D");
  await begins({ key: "D" }, `${header.replace("Key_C", "Key_D")} ${inD}`);
  await begins({ key: "Am" }, `${header.replace("Key_C", "Key_Am")} ${notes}`);
  await begins({ meter: "2/2" }, `${header.replace("4/4", "2/2")} ${notes}`);
  const rejects = (asked: Parameters<MusicModel["compose"]>[0], message: string): Promise<unknown> =>
    assertRejects(() => model.compose({ prime, bars: 2, ...asked }), RangeError, message);
  await rejects({ key: "Cm" }, "compose: expected a beginning that can be moved to Cm, found one in C");
  await rejects({ meter: "3/4" }, "compose: expected bars of 3/4 in the beginning, found bars of 4/4");
  const late = prime.replace("Pos_36", "Pos_48");
  await rejects(
    { prime: late },
    "expected a beginning of events, found events that mean nothing there: 1, in token 14",
  );
  const order = prime.replace("Vel_80 Dur_12", "Dur_12");
  await rejects(
    { prime: order },
    'expected music in the beginning, found "Dur_12" at token 12, where it is impossible',
  );
});

Deno.test("a model of events reads changes and chords at which no note begins", async () => {
  const notes = [0, 1440].map((start) => ({ pitch: 60, start, duration: 480, velocity: 80 }));
  const changes = [{ start: 480, tempo: 90 }, { start: 960, key: "D" }];
  const chords = [{ start: 1200, name: "D7" }];
  const score: Score = { meter: "4/4", tempo: 100, division: 480, changes, chords, tracks: [{ program: 0, notes }] };
  const { text } = scoreToEvents(score);
  assertMatch(text, /Dur_12 Pos_12 Tempo_90 Pos_24 Key_D Pos_30 Chord_D7 Pos_36 Pitch_60/);
  const model = MusicModel.create({
    tokenizer: await PipelineTokenizer.train([text], presets.events()),
    ...{ embed: 4, hidden: 4 },
  });
  assertEquals((await model.evaluate([text])).steps, 1);
});

Deno.test("a harmony has its melody's pickup and its changes of tempo, meter and key", () => {
  const changes = [{ start: 96, tempo: 80 }, { start: 192, meter: "3/4", key: "D" }];
  const like: Score = { tempo: 100, meter: "4/4", division: 96, pickup: 96, changes, tracks: [] };
  const { score } = readPiece(ROLLS, "60 . 62 . 64 . 65 .", { stepsPerQuarter: 1, like });
  assertEquals(score.division, 480);
  assertEquals(score.pickup, 480);
  assertEquals(score.changes, [{ start: 480, tempo: 80 }, { start: 960, meter: "3/4", key: "D" }]);
});
