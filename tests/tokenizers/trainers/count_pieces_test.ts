import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { AlignedText } from "../../../tokenizers/aligned_text.ts";
import type { Normalizer } from "../../../tokenizers/normalizers/normalizer.ts";
import type { PreTokenizer } from "../../../tokenizers/pre_tokenizers/pre_tokenizer.ts";
import { countPieces } from "../../../tokenizers/trainers/count_pieces.ts";
import type { TrainingProgress } from "../../../tokenizers/trainers/trainer.ts";

/** Splits into the matches of a pattern and counts its calls. */
class Pieces implements PreTokenizer {
  readonly cutsBeforeSpaces: boolean;
  readonly #pattern: RegExp;
  splits = 0;

  constructor(pattern: RegExp, cutsBeforeSpaces: boolean) {
    this.#pattern = pattern;
    this.cutsBeforeSpaces = cutsBeforeSpaces;
  }

  split(text: AlignedText): AlignedText[] {
    this.splits++;
    return Array.from(text.text.matchAll(this.#pattern), (m) => text.slice(m.index, m.index + m[0].length));
  }

  toJSON(): unknown {
    return null;
  }
}

class Rewriting implements Normalizer {
  readonly isLocal = true;
  readonly #rewrite: (character: string) => string;

  constructor(rewrite: (character: string) => string) {
    this.#rewrite = rewrite;
  }

  normalize(text: AlignedText): AlignedText {
    return text.mapCharacters(this.#rewrite);
  }

  toJSON(): unknown {
    return null;
  }
}

const GPT2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const TEXTS = ["to be, or not to be\n", "", "  or  not\tto be  ", "é é", " to be", "\ud800 to\u00a0 be", "be\u0085 be"];

Deno.test("pieces are counted in order of first occurrence", async () => {
  const preTokenizer = new Pieces(/\S+/g, true);
  const counts = await countPieces(["b a b", "c b"], { preTokenizer });
  assertEquals([...counts], [["b", 3], ["a", 1], ["c", 1]]);
});

Deno.test("without parts, each text is one piece, and an empty text none", async () => {
  assertEquals([...await countPieces(["a b", "", "c", "a b"])], [["a b", 2], ["c", 1]]);
  assertEquals([...await countPieces("one text")], [["one text", 1]]);
  assertEquals([...await countPieces([])], []);
});

Deno.test("the normalizer runs first, and an emptied text is no piece", async () => {
  const normalizer = new Rewriting((c) => c === "x" ? "" : c.toUpperCase());
  assertEquals([...await countPieces(["ax", "a", "x"], { normalizer })], [["A", 2]]);
});

Deno.test("caching the stretches between spaces does not change the result", async () => {
  for (const normalizer of [undefined, new Rewriting((c) => c.toUpperCase())]) {
    const quick = await countPieces(TEXTS, { normalizer, preTokenizer: new Pieces(GPT2, true) });
    const slow = await countPieces(TEXTS, { normalizer, preTokenizer: new Pieces(GPT2, false) });
    assertEquals([...quick], [...slow]);
  }
});

Deno.test("stretches account for normalizers that add or remove white space", async () => {
  for (
    const rewrite of [
      (c: string) => c === " " ? "_" : c,
      (c: string) => c === "e" ? " " : c,
      (c: string) => c === "o" ? "" : c,
      (c: string) => c === " " ? "" : c,
    ]
  ) {
    const normalizer = new Rewriting(rewrite);
    for (const pattern of [/\S+/g, GPT2]) {
      const quick = await countPieces(TEXTS, { normalizer, preTokenizer: new Pieces(pattern, true) });
      const slow = await countPieces(TEXTS, { normalizer, preTokenizer: new Pieces(pattern, false) });
      assertEquals([...quick], [...slow]);
    }
  }
});

Deno.test("repeated words are not split again, unless spaces do not separate pieces", async () => {
  const texts = Array.from({ length: 100 }, () => "to be or not to be");
  const quick = new Pieces(/\S+/g, true);
  const slow = new Pieces(/\S+/g, false);
  const counted = await Promise.all([quick, slow].map((preTokenizer) => countPieces(texts, { preTokenizer })));
  assertEquals([...counted[0]], [...counted[1]]);
  assertEquals([quick.splits, slow.splits], [5, 100]);
});

Deno.test("the cache is bounded, and clearing it does not change the result", async () => {
  const preTokenizer = new Pieces(/\S+/g, true);
  const word = (i: number): string => `${i}${"x".repeat(1000)}`;
  const texts = Array.from({ length: 6000 }, (_, i) => `a ${word(i % 5000)}`);
  const counts = await countPieces(texts, { preTokenizer });
  assertEquals(counts.get("a"), 6000);
  assertEquals([counts.get(word(999)), counts.get(word(1000))], [2, 1]);
  assertEquals(counts.size, 5001);
  assert(preTokenizer.splits > 5001, `${preTokenizer.splits} cuts: all was remembered`);
});

Deno.test("countPieces accepts sync and async iterables", async () => {
  const preTokenizer = new Pieces(GPT2, true);
  const expected = await countPieces(TEXTS, { preTokenizer });
  const generator = function* (): Iterable<string> {
    yield* TEXTS;
  };
  const later = async function* (): AsyncIterable<string> {
    for (const text of TEXTS) {
      await Promise.resolve();
      yield text;
    }
  };
  assertEquals([...await countPieces(generator(), { preTokenizer })], [...expected]);
  assertEquals([...await countPieces(later(), { preTokenizer })], [...expected]);
  assertEquals([...await countPieces(new Blob(["to be"]).stream().pipeThrough(new TextDecoderStream()))], [[
    "to be",
    1,
  ]]);
});

Deno.test("progress names the stage, at most ten times a second", async () => {
  const heard: TrainingProgress[] = [];
  const start = performance.now();
  await countPieces(Array.from({ length: 50_000 }, (_, i) => `${i % 7}`), { onProgress: (p) => heard.push(p) });
  assertEquals(heard[0], { stage: "count pieces", done: 0, total: undefined });
  assertEquals(heard.at(-1), { stage: "count pieces", done: 50_000, total: 50_000 });
  const most = 2 + (performance.now() - start) / 100;
  assert(heard.length <= most, `${heard.length} reports, expected at most ${most}`);
});

Deno.test("a megabyte without spaces is one stretch", async () => {
  const text = "ab".repeat(2 ** 19);
  const preTokenizer = new Pieces(/\S+/g, true);
  const counts = await countPieces([text, text], { preTokenizer });
  assertStrictEquals(counts.get(text), 2);
});
