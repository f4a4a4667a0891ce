import { assert, assertEquals, assertThrows } from "@std/assert";
import { BPE } from "../../../tokenizers/trainers/bpe.ts";
import type { BPETrainerOptions } from "../../../tokenizers/trainers/bpe_settings.ts";
import type { TrainingProgress } from "../../../tokenizers/trainers/trainer.ts";
import { countsOf, HUGS, PIECES, REPEATS } from "./corpora.ts";

interface BPEJSON {
  vocab: Record<string, number>;
  merges: [string, string][];
}

function train(counts: ReadonlyMap<string, number>, options: BPETrainerOptions = {}) {
  const model = new BPE(options).train(counts);
  const { merges } = model.toJSON() as BPEJSON;
  return {
    tokens: [...model.vocabulary.keys()],
    ids: [...model.vocabulary.values()],
    merges: merges.map((m) => m.join(" ")),
  };
}

Deno.test("merges equal a hand calculation: ug 20, un 16, hug 15, ...", () => {
  const { tokens, ids, merges } = train(HUGS);
  // u g 10 + 5 + 5; u n 12 + 4; h ug 10 + 5; p un 12; then p ug, hug s (5 each: the smaller first id wins), b un 4.
  assertEquals(merges, ["u g", "u n", "h ug", "p un", "p ug", "hug s", "b un"]);
  assertEquals(tokens.slice(7), ["ug", "un", "hug", "pun", "pug", "hugs", "bun"]);
  assertEquals(ids, tokens.map((_, id) => id));
});

Deno.test("merges of a small text equal those of npm:tokenizers", () => {
  const { tokens, merges } = train(countsOf(PIECES));
  assertEquals(tokens.slice(0, 24).join(""), "'?KMacdefhilmnorstuvzéï😀");
  assertEquals(
    merges,
    ("a t,t h,th e,c at,i e,K at,M at,a n,a u,a ï,d e,d u,d ie,f at,h s,h at,i s,l an,m at,n aï,o n,s at,s ie,t e,v e,z e," +
      "é lan,😀 😀,th at,Kat ze,Mat te,au f,de r,hs t,naï ve,sie hst").split(","),
  );
});

Deno.test("merges of repetitions equal those of npm:tokenizers", () => {
  const { tokens, merges } = train(countsOf(REPEATS));
  assertEquals(tokens, ["a", "b", "aa", "ab", "abab", "aaa", "aab", "aaaa", "aaab", "aaaaa", "abababab"]);
  assertEquals(merges, ["a a", "a b", "ab ab", "aa a", "aa b", "aa aa", "aa ab", "aa aaa", "abab abab"]);
});

Deno.test("a smaller vocabulary is a prefix of a larger one", () => {
  const large = train(countsOf(PIECES));
  const small = train(countsOf(PIECES), { vocabSize: 40 });
  assertEquals(small.tokens, large.tokens.slice(0, 40));
  assertEquals(small.merges, large.merges.slice(0, 16));
});

Deno.test("special tokens come first, without duplicates, and are not learned from", () => {
  const { tokens, merges } = train(HUGS, { specialTokens: ["<s>", "__proto__", "<s>", "u"], vocabSize: 11 });
  assertEquals(tokens, ["<s>", "__proto__", "u", "b", "g", "h", "n", "p", "s", "ug", "un"]);
  assertEquals(merges, ["u g", "u n"]);
  assertEquals(new BPE({ specialTokens: ["<s>", "<s>"] }).specialTokens, ["<s>"]);
});

Deno.test("minCount stops the merges", () => {
  assertEquals(train(HUGS, { minCount: 12 }).merges, ["u g", "u n", "h ug", "p un"]);
  assertEquals(train(HUGS, { minCount: 13 }).merges, ["u g", "u n", "h ug"]);
});

Deno.test("limitAlphabet keeps the most frequent characters, ties by code point", () => {
  // u 36, g 20, p 17, n 16, h 15, s 5, b 4
  assertEquals(train(HUGS, { limitAlphabet: 3 }).tokens, ["g", "p", "u", "ug", "pu", "pug"]);
  assertEquals(train(countsOf("dcba"), { limitAlphabet: 2 }).tokens, ["a", "b", "ba"]);
});

Deno.test("initialAlphabet adds characters that the corpus lacks", () => {
  assertEquals(train(countsOf("b"), { initialAlphabet: "ca😀" }).tokens, ["a", "b", "c", "😀"]);
  assertEquals(train(countsOf("b"), { initialAlphabet: new Set(["a"]), limitAlphabet: 1 }).tokens, ["a"]);
});

Deno.test("a prefix marks tokens that continue a word, a suffix those that end one", () => {
  const prefixed = train(countsOf("ab ab cab"), { continuingSubwordPrefix: "##" });
  assertEquals(prefixed.tokens, ["a", "b", "c", "##a", "##b", "ab", "ca", "cab"]);
  assertEquals(prefixed.merges, ["a ##b", "c ##a", "ca ##b"]);
  const suffixed = train(countsOf("ab ab cab b"), { endOfWordSuffix: "</w>" });
  assertEquals(suffixed.tokens, ["a", "b", "c", "b</w>", "ab</w>", "cab</w>"]);
  const both = train(countsOf("ab b"), { continuingSubwordPrefix: "_", endOfWordSuffix: "." });
  assertEquals(both.tokens, ["a", "b", "b.", "_b.", "ab."]);
});

Deno.test("maxTokenLength limits all tokens except pairs of characters", () => {
  const counts = countsOf("abcd abcd abc ab");
  assertEquals(train(counts).tokens.slice(4), ["ab", "abc", "abcd"]);
  assertEquals(train(counts, { maxTokenLength: 4 }).tokens.slice(4), ["ab", "abc"]);
  assertEquals(train(counts, { maxTokenLength: 1 }).tokens.slice(4), ["ab", "cd"]);
});

Deno.test("unpaired surrogates are ordinary characters", () => {
  assertEquals(train(new Map([["\udc00a\ud800", 2]])).tokens.slice(0, 3), ["a", "\ud800", "\udc00"]);
});

Deno.test("training accepts a piece of one megabyte", () => {
  let state = 1;
  const letter = (): string =>
    String.fromCharCode(97 + ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 28));
  const text = Array.from({ length: 2 ** 20 }, letter).join("");
  assertEquals(train(new Map([[text, 1]]), { vocabSize: 500 }).tokens.length, 500);
  assertEquals(train(new Map([["a".repeat(2 ** 20), 1]])).tokens.length, 21);
});

Deno.test("progress names the stages, at most ten times a second", () => {
  const heard: TrainingProgress[] = [];
  const start = performance.now();
  new BPE().train(countsOf(PIECES), (progress) => heard.push(progress));
  const most = 6 + (performance.now() - start) / 100;
  assertEquals([...new Set(heard.map(({ stage }) => stage))], ["spell pieces", "count pairs", "merge"]);
  assertEquals(heard.at(-1), { stage: "merge", done: 60, total: 60 });
  assert(heard.length <= most, `${heard.length} reports, expected at most ${most}`);
});

Deno.test("BPE training rejects invalid options and counts, with the numbers", () => {
  const refused: [() => unknown, string][] = [
    [
      () => train(HUGS, { vocabSize: 6 }),
      "expected a vocabSize of at least 7, the special tokens and the alphabet, found 6",
    ],
    [() => train(new Map()), "expected text, found none"],
    [() => train(new Map([["a", 0]])), 'the count of "a": expected an integer of at least 1, found 0'],
    [() => train(new Map([["a", NaN]])), 'the count of "a": expected an integer of at least 1, found NaN'],
    [() => train(HUGS, { vocabSize: 0 }), "vocabSize: expected an integer of at least 1, found 0"],
    [() => train(HUGS, { minCount: -1 }), "minCount: expected an integer of at least 0, found -1"],
    [() => train(HUGS, { minCount: 1.5 }), "minCount: expected an integer of at least 0, found 1.5"],
    [() => train(HUGS, { limitAlphabet: 0 }), "limitAlphabet: expected an integer of at least 1, found 0"],
    [() => train(HUGS, { maxTokenLength: 0 }), "maxTokenLength: expected an integer of at least 1, found 0"],
    [() => train(HUGS, { initialAlphabet: ["ab"] }), 'initialAlphabet: expected single characters, found "ab"'],
    [() => train(HUGS, { specialTokens: [""] }), 'specialTokens: expected nonempty tokens, found ""'],
  ];
  for (const [attempt, message] of refused) assertThrows(attempt, RangeError, message);
});
