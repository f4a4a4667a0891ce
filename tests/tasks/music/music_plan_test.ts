import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { MUSIC_PLAN, musicTokenizer, readMusicData } from "../../../tasks/music/music_plan.ts";
import type { MusicCorpus } from "../../../tasks/music/corpus.ts";
import { writeMIDI } from "../../../tasks/data/music/mod.ts";
import { readMusic } from "../../../tasks/music/music_files.ts";
import { notationOf } from "../../../tasks/music/notations/mod.ts";
import { MusicModel } from "../../../tasks/music/mod.ts";
import { MUSIC_PROGRAM } from "../../../tasks/music/program.ts";
import { inTempDir } from "../../support/command.ts";
import { stepTokenizer } from "./made_music.ts";

/** Piano rolls of one step, each different. */
const ROLLS = Array.from({ length: 10 }, (_, i) => [[60 + i]]);

/** Reads piano rolls as training does. */
async function corpusOf(content: unknown): Promise<MusicCorpus> {
  return await inTempDir(async (directory) => {
    const data = `${directory}/rolls.json`;
    await Deno.writeTextFile(data, JSON.stringify(content));
    return (await readMusicData(complete(MUSIC_PLAN, { data }, "read"))).data.corpus;
  });
}

Deno.test("validation pieces are none of the training pieces when a file has no part for them", async () => {
  const { train, valid = [], test } = await corpusOf({ train: ROLLS });
  assertEquals([train.length, valid.length, test], [9, 1, undefined]);
  assertEquals(train.filter((piece) => valid.includes(piece)), []);
  const split = await corpusOf({ train: ROLLS.slice(0, 6), test: ROLLS.slice(6) });
  assertEquals([split.train.length, split.valid?.length, split.test?.length], [5, 1, 4]);
});

Deno.test("a file of another part is none of the part that is asked for, unless it has one part", async () => {
  await inTempDir(async (directory) => {
    const [data, other] = ["data", "other"].map((name) => `${directory}/${name}.json`);
    await Deno.writeTextFile(data, JSON.stringify(ROLLS));
    const testOf = async (content: unknown): Promise<number | undefined> => {
      await Deno.writeTextFile(other, JSON.stringify(content));
      return (await readMusicData(complete(MUSIC_PLAN, { data, test: other }, "read"))).data.corpus.test?.length;
    };
    assertEquals(await testOf(ROLLS.slice(0, 2)), 2);
    assertEquals(await testOf({ valid: ROLLS.slice(0, 3) }), 3);
    assertEquals(await testOf({ train: ROLLS, test: ROLLS.slice(0, 4) }), 4);
    const parts = { train: ROLLS, valid: ROLLS };
    const words = 'other.json: expected a part "test", found train, valid';
    await assertRejects(() => testOf(parts), RangeError, words);
    const model = MusicModel.create({ tokenizer: await stepTokenizer(55, 75), embed: 2, hidden: 2 });
    const plan = { data: other, stepsPerQuarter: null, transposeTest: 0 };
    await assertRejects(() => MUSIC_PROGRAM.evaluate(model, plan), RangeError, words);
  });
});

Deno.test("a file without training pieces is named", async () => {
  await assertRejects(
    () => corpusOf({ test: ROLLS }),
    RangeError,
    "rolls.json: expected at least 1 training piece, found only other parts",
  );
});

Deno.test("files of which none can be converted are refused with the reason", async () => {
  const notes = [{ pitch: 36, start: 0, duration: 480, velocity: 80 }];
  const drums = await writeMIDI({ tempo: 120, division: 480, tracks: [{ program: 0, isDrums: true, notes }] });
  await inTempDir(async (directory) => {
    for (const name of ["a.mid", "b.mid"]) await Deno.writeFile(`${directory}/${name}`, drums);
    const plan = complete(MUSIC_PLAN, { data: directory, notation: "steps" }, "read");
    const words = "expected at least 1 piece that can be converted, found pieces that cannot be converted: 2";
    await assertRejects(() => readMusicData(plan), RangeError, words);
  });
});

Deno.test("notes that move to the grid of events are counted", async () => {
  await inTempDir(async (directory) => {
    for (const name of ["a.mid", "b.mid"]) {
      const notes = [{ pitch: 60, start: 0, duration: name === "a.mid" ? 480 : 470, velocity: 80 }];
      const score = { meter: "2/4", tempo: 120, division: 480, tracks: [{ program: 0, notes }] };
      await Deno.writeFile(`${directory}/${name}`, await writeMIDI(score));
    }
    const { warnings } = await readMusicData(complete(MUSIC_PLAN, { data: directory }, "read"));
    assertEquals(warnings, ["as events: lengths moved to the grid: 1, in piece 2, track 1, tick 0"]);
  });
});

Deno.test("titles of tunes in Latin-1 are kept", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/tune.abc`;
    const title = "L'\u00e9t\u00e9 \u00e0 No\u00ebl, la for\u00eat";
    await Deno.writeFile(path, Uint8Array.from(`X:1\nT:${title}\nM:4/4\nK:D\nD8|]\n`, (c) => c.charCodeAt(0)));
    const { music } = await readMusic(path);
    assertEquals(music.kind === "tunes" && music.tunes[0].title, title);
  });
});

Deno.test("the tune that a model in the folder has composed is none of the data", async () => {
  await inTempDir(async (directory) => {
    await Deno.mkdir(`${directory}/model`);
    const tune = { tempo: 120, division: 1, tracks: [] };
    await Deno.writeFile(`${directory}/model/tune.mid`, await writeMIDI(tune));
    for (const name of ["config.json", "SHA256SUMS"]) await Deno.writeTextFile(`${directory}/model/${name}`, "{}");
    await Deno.writeTextFile(`${directory}/a.abc`, "X:1\nM:4/4\nK:D\nD8|]\n");
    const { music, problems } = await readMusic(directory);
    assertEquals([music.kind, problems], ["tunes", []]);
  });
});

Deno.test("files of a folder that cannot be read are counted, and MIDI files in RIFF are read", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/midi`;
    const note = (start: number) => ({ pitch: 60, start, duration: 480, velocity: 80 });
    const score = (start: number) => ({ tempo: 120, division: 1, tracks: [{ program: 0, notes: [note(start)] }] });
    await Deno.mkdir(path);
    const midi = await writeMIDI(score(0));
    const size = new Uint8Array(Uint32Array.of(midi.length).buffer);
    const riff = [..."RIFF\0\0\0\0RMIDdata"].map((c) => c.charCodeAt(0));
    await Deno.writeFile(`${path}/a.rmi`, Uint8Array.from([...riff, ...size, ...midi]));
    await Deno.writeFile(`${path}/b.mid`, await writeMIDI(score(2 ** 27)));
    await Deno.writeFile(`${path}/c.mid`, midi);
    await Deno.writeTextFile(`${path}/d.mid`, "no music");
    await Deno.writeFile(`${path}/e.mid`, await writeMIDI({ ...score(0), tracks: [] }));
    for (const notation of ["steps", "events"] as const) {
      const { data, warnings } = await readMusicData(complete(MUSIC_PLAN, { data: path, notation }, "read"));
      assertEquals(data.corpus.train.length + data.corpus.valid!.length, 2);
      assertMatch(
        warnings[0],
        /files that cannot be read: 2, the first in read .*d\.mid: expected one that begins with MThd/,
      );
      assertMatch(warnings[1], /pieces that cannot be converted: 1, in piece 2: .*expected at most \d+ /);
    }
  });
});

Deno.test("a tokenizer of events knows the events of transposed pieces", async () => {
  const header = "Grid_4 Meter_4/4 Key_C Tempo_120 Track_1 Program_0 Track_2 Drums_0";
  const piece = `${header} Bar Pos_0 Chord_Am7 Track_1 Pitch_60 Vel_80 Dur_4 Track_2 Pitch_36 Vel_80 Dur_1`;
  const tokenizer = await musicTokenizer({ corpus: { train: [piece] }, notation: "events", isGenerated: false });
  const { transpose } = notationOf("test", tokenizer);
  const moved = Array.from({ length: 13 }, (_, i) => transpose(tokenizer.encode(piece), i - 6));
  const keys = moved.map((ids) => ids && /Key_(\S+)/.exec(tokenizer.decode(ids))?.[1]);
  assertEquals(keys, ["F#", "G", "Ab", "A", "Bb", "B", "C", "Db", "D", "Eb", "E", "F", "F#"]);
  assertEquals(tokenizer.unknownSymbols("Pitch_54 Pitch_66 Pitch_35"), ["Pitch_35"]);
});

Deno.test("a tokenizer of tunes knows every token of a large collection", async () => {
  // More tokens than the preset keeps.
  const rests = Array.from({ length: 30_000 }, (_, i) => `z${i + 1}`);
  const train = [`M:4/4 K:C B:1 @1 ${rests.join(" ")} |]`];
  const tokenizer = await musicTokenizer({ corpus: { train }, notation: "abc", isGenerated: false });
  assertEquals(tokenizer.size > rests.length, true);
});
