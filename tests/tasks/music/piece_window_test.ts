import { assertEquals } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { SETTINGS } from "../../../tasks/music/hyperparameters.ts";
import { MusicLearning } from "../../../tasks/music/learning.ts";
import { MusicModel } from "../../../tasks/music/mod.ts";
import { notationOf } from "../../../tasks/music/notations/mod.ts";
import { type GroupedPiece, groupsOf, PieceWindows, WindowMemory } from "../../../tasks/music/piece_window.ts";
import { stepTokenizer } from "./made_music.ts";

const TOKENIZER = await stepTokenizer(60, 63);
const NOTATION = notationOf("test", TOKENIZER);
const { rules } = NOTATION;

function grouped(text: string): GroupedPiece {
  const ids = TOKENIZER.encode(text);
  return { ids, starts: groupsOf(rules, ids) };
}

Deno.test("a window in the memory of another is as in memory of its own", () => {
  const memory = new WindowMemory();
  const full = "60 61 62 63 .";
  const large = new PieceWindows(rules, [grouped(`${full} ${full} ${full}`), grouped(full)], memory).next(3);
  const pieces = [grouped("60 62 . 61 . . 63 ."), grouped("60 .")];
  const [own, fresh] = [new PieceWindows(rules, pieces, memory), new PieceWindows(rules, pieces)];
  for (let i = 0; i < 2; i++) {
    const window = own.next(2);
    assertEquals(window, fresh.next(2));
    for (const name of ["ids", "features", "rows", "inside", "bans", "targets", "pieces"] as const) {
      assertEquals(window[name].buffer === large[name].buffer, true, name);
    }
  }
});

Deno.test("the largest window has the most rows of the layers and the most logits, whichever need more memory", () => {
  const train = [". ".repeat(10), "60 61 62 63 . ".repeat(8)].map((text) => TOKENIZER.encode(text));
  const settings = complete(SETTINGS, { batch: 1, bptt: 16, transpose: 0 }, "test");
  const largest = (hidden: number): number => {
    const { network } = MusicModel.create({ tokenizer: TOKENIZER, embed: 2, hidden });
    const learning = new MusicLearning(network, NOTATION, { train, valid: undefined }, settings);
    return learning.batch(0, learning.largestBatch).tokens;
  };
  // 8 steps of five tokens, or 10 of one.
  assertEquals([1, 200].map(largest), [40, 10]);
});
