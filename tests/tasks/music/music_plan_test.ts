import { assertEquals, assertRejects } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { MUSIC_PLAN, readMusicData } from "../../../tasks/music/music_plan.ts";
import type { MusicCorpus } from "../../../tasks/music/corpus.ts";
import { inTempDir } from "../../support/command.ts";

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

Deno.test("a file without training pieces is named", async () => {
  await assertRejects(
    () => corpusOf({ test: ROLLS }),
    RangeError,
    "rolls.json: expected at least 1 training piece, found only other parts",
  );
});
