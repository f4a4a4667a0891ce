// What a page of a run shows when it asks a model of music.

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { readABC } from "../../../tasks/data/music/abc/mod.ts";
import { MusicModel } from "../../../tasks/music/mod.ts";
import { MUSIC_PROGRAM } from "../../../tasks/music/program.ts";
import { stepTokenizer, TUNE_TOKENIZER } from "./made_music.ts";

const { answer } = MUSIC_PROGRAM.asking!;

Deno.test("a model of tunes answers with a tune in ABC that goes on from the beginning, another for each seed", async () => {
  const model = MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 8, hidden: 12 });
  const first = await answer(model, "", 1);
  assertEquals(readABC(first).tunes.length, 1);
  assertEquals(await answer(model, " \n", 1), first);
  assertNotEquals(await answer(model, "", 2), first);
  const beginning = "X:1\nM:3/4\nL:1/8\nK:G\nG2 A2 B2 | c2 d2 e2 |\n";
  const found = await answer(model, beginning, 1);
  const [tune] = readABC(found).tunes;
  assertEquals([tune.meter, tune.key.name], ["3/4", "G"]);
  assert(/G2 A2 B2 ?\| ?c2 d2 e2/.test(found), found);
  await assertRejects(
    () => answer(model, beginning + "\n" + beginning.replace("X:1", "X:2"), 1),
    RangeError,
    "one piece",
  );
});

Deno.test("a model of piano rolls answers with a text of its notation", async () => {
  const model = MusicModel.create({ tokenizer: await stepTokenizer(50, 70), embed: 8, hidden: 12 });
  const found = await answer(model, "[[[60, 64], [60]]]", 1);
  assert(found.startsWith("60 64 . 60 . ") || found.startsWith("64 60 . 60 . "), found.slice(0, 40));
});
