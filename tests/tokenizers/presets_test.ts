import { assert, assertEquals, assertThrows } from "@std/assert";
import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
import { tokenizerContract } from "./contract.ts";

/** The lines of a text with their line ends. */
function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

await tokenizerContract(
  "preset bpe",
  (corpus) => PipelineTokenizer.train(lines(corpus), presets.bpe({ vocabSize: 400 })),
  { canonical: (text) => text.toWellFormed() },
);

await tokenizerContract(
  "preset unigram",
  (corpus) => PipelineTokenizer.train(lines(corpus), presets.unigram({ vocabSize: 500 })),
  { unknown: { text: "ŧo beŋ ŧ", symbols: ["ŧ", "ŋ"] } },
);

/** A text with one space between words. */
function spaced(text: string): string {
  return text.split("\n").map((line) => line.split(/\p{White_Space}+/u).filter((word) => word !== "").join(" ")).join(
    "\n",
  );
}

await tokenizerContract(
  "preset events",
  (corpus) => PipelineTokenizer.train(lines(corpus), presets.events()),
  { canonical: spaced, unknown: { text: "ŧo beŋ ŧ", symbols: ["ŧo", "beŋ", "ŧ"] } },
);

Deno.test("preset abc: a token is a note, and tunes decode to themselves", async () => {
  const tune =
    "M:6/8 K:Ador B:2 |: @2 \"Am7\" A2 ^g/2 _B,3/2 - [Ac^e]3 z | [1 @1 (3:2:3 c' d'/4 __e :| [K:Emix] :: || |]\n";
  const tokenizer = await PipelineTokenizer.train([tune], presets.abc({ words: ["K:D"], specialTokens: ["<pad>"] }));
  assertEquals(tokenizer.tokens.slice(0, 3), ["<unk>", "<pad>", "K:D"]);
  assertEquals(tokenizer.encode(tune).includes(0), false);
  assertEquals(tokenizer.encoding(tune).tokens, [...tune.trim().split(" "), "\n"]);
  const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
  for (const text of [tune, tune.repeat(3), tune.trim()]) assertEquals(copy.decode(copy.encode(text)), text);
  assertEquals(
    copy.encoding('"Am7"A2^g/2_B,3/2-[Ac^e]3z|[K:Emix]::K:D|:').tokens,
    '"Am7" A2 ^g/2 _B,3/2 - [Ac^e]3 z | [K:Emix] :: K:D |:'.split(" "),
  );
  assertEquals([...copy.encode("B4")], [0]);
});

Deno.test("preset steps: every pitch has a token, in order, whatever the corpus", async () => {
  const tokenizer = await PipelineTokenizer.train(["60 ."], presets.steps({ lowest: 48, highest: 72 }));
  assertEquals(tokenizer.size, 28);
  assertEquals(tokenizer.tokens[2], "48");
  assertEquals([...tokenizer.encode("48 72 . .\n47 49 .\n")], [2, 26, 1, 1, 27, 0, 3, 1, 27]);
  const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
  assertEquals(copy.decode(copy.encode("48  72 . .\n49 .\n")), "48 72 . .\n49 .\n");
  for (const [lowest, highest] of [[60, 59], [-1, 60], [0, 128], [0.5, 60]]) {
    assertThrows(
      () => presets.steps({ lowest, highest }),
      RangeError,
      `the lowest first, found ${lowest} and ${highest}`,
    );
  }
});

Deno.test("preset wordpiece: decoding puts one space between words and preserves line ends", async () => {
  const corpus = "to be, or not to be\nthat is the question\n".repeat(3);
  const tokenizer = await PipelineTokenizer.train(lines(corpus), presets.wordpiece({ vocabSize: 80 }));
  const ids = tokenizer.encode("to be,  not\t\n\nthe end to");
  assertEquals(tokenizer.decode(ids), "to be , not\n\nthe [UNK] to");
  const decoder = tokenizer.decoder();
  const pieces = [...ids].map((id) => decoder.push(id));
  assertEquals(pieces.join("") + decoder.flush(), tokenizer.decode(ids));
  assertEquals(tokenizer.unknownSymbols("to 漢字 be zz"), ["漢", "字", "zz"]);
  const cut = tokenizer.boundary("to be, not th");
  assertEquals("to be, not th".slice(cut), " th");
});

Deno.test("presets: special tokens come first and count toward the vocabulary size", async () => {
  const corpus = lines("to be, or not to be\nthat is the question\n".repeat(30));
  const special = { specialTokens: ["<pad>", "[UNK]", "<unk>"] };
  for (const [name, first] of [["bpe", "<pad>"], ["wordpiece", "[UNK]"], ["unigram", "<unk>"]] as const) {
    const vocabSize = name === "bpe" ? 270 : 30;
    const tokenizer = await PipelineTokenizer.train(corpus, presets[name]({ vocabSize, ...special }));
    assertEquals(tokenizer.tokens[0], first);
    // A unigram model can be smaller: rarely used pieces are dropped.
    if (name === "unigram") assert(tokenizer.size <= vocabSize);
    else assertEquals(tokenizer.size, vocabSize);
    for (const token of special.specialTokens) {
      assertEquals([...tokenizer.encode(token)], [tokenizer.id(token)]);
      assertEquals(tokenizer.decode([tokenizer.id(token)!], { skipSpecialTokens: true }), "");
    }
  }
});

Deno.test("preset kmer: k-mers outside the corpus are unknown, and overlapping ones decode to the sequence", async () => {
  for (const [k, stride] of [[1, 1], [3, 1], [4, 2], [3, 3]]) {
    const tokenizer = await PipelineTokenizer.train(lines("ACGTTGCA\nGGATCC\n"), presets.kmer({ k, stride }));
    const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
    const ids = copy.encode("ACGTTGCA");
    assertEquals(ids, tokenizer.encode("ACGTTGCA"));
    assertEquals(ids.length, Math.floor((8 - k) / stride) + 1);
    assertEquals(ids.includes(copy.unknownId!), false);
    assertEquals(copy.decode(ids), "ACGTTGCA".slice(0, (ids.length - 1) * stride + k));
    assertEquals([...copy.encode("N".repeat(k))], [0]);
    assertEquals(copy.encode("A".repeat(k - 1)).length, 0);
  }
  const limited = await PipelineTokenizer.train(["AAAACAAAT"], presets.kmer({ k: 2, vocabSize: 2 }));
  assertEquals(limited.tokens, ["<unk>", "AA"]);
});

Deno.test("the line break counts toward the vocabulary size of tunes and events", async () => {
  const text = "Bar Pos_0 Pitch_60 Vel_80 Dur_4";
  for (const preset of [presets.abc, presets.events]) {
    const tokenizer = await PipelineTokenizer.train([text], preset({ vocabSize: 5, words: ["Bar"] }));
    assertEquals([tokenizer.size, tokenizer.tokens.at(-1)], [5, "\n"]);
    const few = () => preset({ vocabSize: 3, words: ["Bar", "Pos_0"] });
    assertThrows(few, RangeError, "preset: vocabSize: expected an integer of at least 4, found 3");
  }
});

Deno.test("a vocabulary of WordPiece has room for its unknown token and the line break", () => {
  for (const name of ["vocabSize", "usualSize"]) {
    const message = `choose a WordPiece preset: ${name}: expected an integer of at least 2, found 1`;
    assertThrows(() => presets.wordpiece({ [name]: 1 }), RangeError, message);
  }
});
