// The program in Python beside an exported model of music. Needs a Python: the one that the environment variable PYTHON
// names, or python3.

import { Engine, Random } from "@elman/elman/nn";
import { PipelineTokenizer, presets, type Tokenizer } from "@elman/elman/tokenizers";
import { assert, assertEquals } from "@std/assert";
import { placeProgram } from "../../tasks/music/feature_program.ts";
import { type MusicRules, notationOf } from "../../tasks/music/notations/mod.ts";
import { groupsOf, PieceWindows } from "../../tasks/music/piece_window.ts";
import { TUNES } from "../tasks/music/made_music.ts";
import { HAS_PYTHON, runPython } from "./python.ts";

const SCRIPT = `import json, sys, music_features as own
pieces, places = json.load(sys.stdin), []
for piece in pieces:
    reader = own.Reader()
    for token in piece:
        places.append([sorted(reader.possible()), int(reader.starts_group())])
        reader.read(token)
print(json.dumps([places, [own.inputs(piece) for piece in pieces]]))`;

const TUPLETS = "M:6/8 K:G B:2 @2 (3 B1 A1 G1 [DG]3 z3 | @1 (2 A3 B3 ^c2 - ^c1 d3 |]";
const EVENTS = "Grid_4 Meter_3/4 Key_C Tempo_120 Pickup_4 Track_1 Program_0 Track_2 Drums_0 " +
  "Bar Pos_0 Chord_C Track_1 Pitch_60 Vel_80 Dur_4 Track_2 Pitch_36 Vel_60 Dur_1 " +
  "Pos_4 Tempo_90 Pos_6 Pitch_38 Vel_80 Dur_1 Pos_8";

const random = new Random(2, { engine: new Engine() });

/** Draws a piece of up to `most` tokens, each of those that are possible, the end last of all. */
function draw(rules: MusicRules, most: number): Int32Array {
  const reader = rules.start();
  const ids: number[] = [];
  for (const chance of random.uniform(most)) {
    const allowed = new Uint8Array(rules.vocabSize);
    reader.allow(allowed);
    const all = [...allowed.keys()].filter((id) => allowed[id] === 1);
    const possible = all.length > 1 ? all.filter((id) => id !== rules.begin) : all;
    if (possible.length === 0) break;
    ids.push(possible[Math.floor(chance * possible.length)]);
    reader.read(ids.at(-1)!);
  }
  return Int32Array.from(ids);
}

/** The tokens that are possible at each place of a piece, and whether a group begins there. */
function placesOf(rules: MusicRules, ids: Int32Array): [number[], number][] {
  const reader = rules.start();
  return Array.from(ids, (id) => {
    const allowed = new Uint8Array(rules.vocabSize);
    reader.allow(allowed);
    const place: [number[], number] = [[...allowed.keys()].filter((id) => allowed[id] === 1), +reader.startsGroup];
    reader.read(id);
    return place;
  });
}

async function check(folder: string, tokenizer: Tokenizer, texts: readonly string[]): Promise<void> {
  const notation = notationOf("test", tokenizer);
  const { rules, end } = notation;
  const known = texts.map((text) => Int32Array.from([...tokenizer.encode(text), ...end === undefined ? [] : [end]]));
  const pieces = [...known, ...Array.from({ length: 8 }, () => draw(rules, 100))];
  await Deno.writeTextFile(`${folder}/music_features.py`, placeProgram(notation));
  const given = pieces.map((ids) => [...ids]);
  const [places, inputs] = await runPython(folder, SCRIPT, given) as [unknown, number[][][]];
  assertEquals(places, pieces.flatMap((ids) => placesOf(rules, ids)));
  for (const [p, ids] of pieces.entries()) {
    const starts = groupsOf(rules, ids);
    const window = new PieceWindows(rules, [{ ids, starts }]).next(starts.length - 1);
    const { ids: before, features, rows, inside } = window;
    const expected = [before, features, ...rules.insideFeatures === 0 ? [] : [rows, inside]];
    assertEquals(inputs[p].map((values) => values.flat()), expected.map((values) => [...values]));
  }
  assert(pieces.reduce((sum, ids) => sum + ids.length, 0) > 200);
}

Deno.test(
  { name: "the program in Python describes the places of music as its readers do", ignore: !HAS_PYTHON },
  async () => {
    const folder = await Deno.makeTempDir();
    await check(folder, await PipelineTokenizer.train(["."], presets.steps({ lowest: 60, highest: 67 })), [
      "60 64 . 60 64 . . 62 . 67 .",
      `${"61 63 . ".repeat(40)}60 .`,
    ]);
    const tunes = [...TUNES.slice(0, 6), TUPLETS];
    await check(folder, await PipelineTokenizer.train(tunes, presets.abc()), tunes);
    await check(folder, await PipelineTokenizer.train([EVENTS], presets.events()), [EVENTS]);
    await Deno.remove(folder, { recursive: true });
  },
);
