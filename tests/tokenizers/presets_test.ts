import { assert, assertEquals } from "@std/assert";
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
