import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Unigram as UnigramModel } from "../../../tokenizers/models/unigram.ts";
import type { TrainingProgress } from "../../../tokenizers/trainers/trainer.ts";
import { Unigram, type UnigramTrainerOptions } from "../../../tokenizers/trainers/unigram.ts";
import { countsOf, HUGS, PIECES, REPEATS } from "./corpora.ts";

/** The tokens and scores of npm:tokenizers 0.23.2 with its defaults. */
const REFERENCE: readonly (readonly [ReadonlyMap<string, number>, readonly (readonly [string, number])[]])[] = [
  [HUGS, [
    ["n", -1.4853189402340359],
    ["hug", -1.5607986910911626],
    ["pu", -1.8017024423078896],
    ["u", -2.358928930825279],
    ["p", -2.6757036657139546],
    ["s", -2.7202146001824516],
    ["b", -2.9702146001824516],
    ["g", -3.4033217772537423],
    ["h", -3.59011964430236],
    ["ug", -3.59011964430236],
  ]],
  [countsOf(REPEATS), [
    ["a", -1.5061397859414642],
    ["ab", -1.6191423621478933],
    ["aa", -1.7265237792558612],
    ["abab", -1.9081083688502438],
    ["b", -2.290872790911085],
    ["aaa", -2.290872790911085],
  ]],
];

/** A text of many word forms: stems and endings, each with a rank that determines its frequency. */
function wordForms(): Map<string, number> {
  const stems = ["walk", "talk", "jump", "play", "look", "work", "open", "clean", "paint", "learn", "visit", "follow"];
  const endings = ["", "s", "ed", "ing", "er", "ers", "able", "ings"];
  return new Map(
    stems.flatMap((stem, i) =>
      endings.map((ending, j) => [stem + ending, Math.ceil(200 / (i + 1) / (j + 1))] as const)
    ),
  );
}

function train(counts: ReadonlyMap<string, number>, options: UnigramTrainerOptions = {}): UnigramModel {
  return new Unigram(options).train(counts);
}

function logProbability(model: UnigramModel, counts: ReadonlyMap<string, number>): number {
  return [...counts].reduce((sum, [word, count]) => sum + count * model.logProbability(word), 0);
}

Deno.test("the reference's seeds lead to the reference's tokens and scores, to 9 digits", () => {
  for (const [counts, expected] of REFERENCE) {
    const { pieces } = train(counts, { seedEndings: false });
    assertEquals(pieces[0], ["<unk>", 0]);
    const scores = new Map(pieces.slice(1));
    assertEquals([...scores.keys()].sort(), expected.map(([token]) => token).sort());
    for (const [token, score] of expected) assertAlmostEquals(scores.get(token)!, score, 1e-9);
  }
});

Deno.test("the vocabulary has the requested size and all characters, most likely tokens first", () => {
  const counts = wordForms();
  const alphabet = new Set([...counts.keys()].join(""));
  for (const vocabSize of [alphabet.size + 1, 30, 45]) {
    const { pieces, vocabulary } = train(counts, { vocabSize });
    assertEquals(pieces.length, vocabSize);
    assert([...alphabet].every((character) => vocabulary.has(character)));
    assert(pieces.every(([, score], i) => i < 2 || score <= pieces[i - 1][1]));
  }
});

Deno.test("a size that was not asked for grows, so that half of it is left beside the characters", () => {
  const counts = wordForms();
  const alphabet = new Set([...counts.keys()].join(""));
  assertEquals(train(counts, { usualSize: 12 }).pieces.length, alphabet.size + 7);
  assertEquals(train(counts, { usualSize: 60 }).pieces, train(counts, { vocabSize: 60 }).pieces);
});

Deno.test("a larger vocabulary makes the text more likely", () => {
  const counts = wordForms();
  const values = [25, 30, 40, 60].map((vocabSize) => logProbability(train(counts, { vocabSize }), counts));
  assert(values.every((value, i) => i === 0 || value > values[i - 1]));
});

Deno.test("training finds stems and endings", () => {
  const { vocabulary } = train(wordForms(), { vocabSize: 50, seedEndings: true });
  for (const token of ["walk", "talk", "jump", "able", "ed"]) assert(vocabulary.has(token), token);
});

Deno.test("training does not depend on the order of the pieces and is repeatable", () => {
  const counts = wordForms();
  const once = train(counts, { vocabSize: 40 }).pieces;
  assertEquals(train(new Map([...counts].reverse()), { vocabSize: 40 }).pieces, once);
  assertEquals(train(countsOf(PIECES)).pieces, train(countsOf(PIECES)).pieces);
});

Deno.test("special tokens come first, after the unknown token unless it is one of them", () => {
  const specialTokens = ["[PAD]", "[UNK]", "[PAD]"];
  const known = train(HUGS, { specialTokens, unknownToken: "[UNK]" });
  assertEquals(known.pieces.slice(0, 2), [["[PAD]", 0], ["[UNK]", 0]]);
  assertEquals(known.unknownId, 1);
  const added = train(HUGS, { specialTokens, vocabSize: 11 });
  assertEquals(added.pieces.slice(0, 3).map(([token]) => token), ["<unk>", "[PAD]", "[UNK]"]);
  assertEquals([added.unknownId, added.pieces.length], [0, 11]);
  assertEquals(new Unigram({ specialTokens }).specialTokens, ["[PAD]", "[UNK]"]);
});

Deno.test("a special token that also occurs in the corpus is one token", () => {
  const { pieces } = train(HUGS, { specialTokens: ["hug", "u"] });
  assertEquals(new Set(pieces.map(([token]) => token)).size, pieces.length);
  assertEquals(pieces.slice(0, 3), [["<unk>", 0], ["hug", 0], ["u", 0]]);
});

Deno.test("characters only in the initial alphabet are as unlikely as the least likely token", () => {
  const least = train(HUGS).pieces.at(-1)![1];
  const scores = new Map(train(HUGS, { initialAlphabet: "xé😀" }).pieces);
  const added = ["x", "é", "😀"].map((character) => scores.get(character)!);
  for (const score of added) assertAlmostEquals(score, least, 1e-3);
  assertEquals(new Set(added).size, 3);
});

Deno.test("tokens respect the maximum length", () => {
  const counts = new Map([["😀😀😀😀😀😀😀😀", 5], ["abcdefabcdef", 9], ["abcdefg", 4]]);
  for (const maxPieceLength of [1, 3, 6]) {
    const longest = Math.max(...train(counts, { maxPieceLength }).pieces.slice(1).map(([token]) => [...token].length));
    assert(longest <= maxPieceLength && longest >= maxPieceLength / 2);
  }
});

Deno.test("training accepts any text", () => {
  const texts = ["a", "__proto__", "\u0000\u0000", "\ud83d\ud83d", "<unk><unk>", "👨‍👩‍👧", "x".repeat(3000)];
  for (const text of texts) {
    const model = train(new Map([[text, 2]]));
    const ids: number[] = [];
    model.tokenize(text, { push: (id) => ids.push(id) });
    assert(ids.length > 0 && (text === "<unk><unk>" || !ids.includes(0)), JSON.stringify(text.slice(0, 20)));
    assert(model.pieces.every(([, score]) => Number.isFinite(score)));
  }
});

Deno.test("progress rises to its total", () => {
  const reports: TrainingProgress[] = [];
  new Unigram({ vocabSize: 30 }).train(wordForms(), (progress) => reports.push(progress));
  const last = reports[reports.length - 1];
  assertEquals([last.stage, last.done], ["drop pieces", last.total]);
  const dropped = reports.filter(({ stage }) => stage === "drop pieces").map(({ done }) => done);
  assertEquals(dropped, dropped.toSorted((a, b) => a - b));
  assertEquals(reports[0], { stage: "find pieces", done: 0, total: 1 });
});

Deno.test("Unigram training rejects invalid options and counts", () => {
  assertThrows(() => train(new Map()), RangeError, "train a Unigram model: expected text, found none");
  assertThrows(() => train(new Map([["a", 0.5]])), RangeError, 'the count of "a"');
  assertThrows(
    () => train(HUGS, { vocabSize: 7 }),
    RangeError,
    "expected a vocabSize of at least 8, for the special tokens (1) and the characters (7), found 7",
  );
  assertEquals(train(HUGS, { vocabSize: 8 }).pieces.length, 8);
  const wrong: [UnigramTrainerOptions, string][] = [
    [{ vocabSize: 0 }, "vocabSize: expected an integer of at least 1"],
    [{ usualSize: 0 }, "usualSize: expected an integer of at least 1"],
    [{ maxPieceLength: 0 }, "maxPieceLength"],
    [{ seedSize: 1.5 }, "seedSize"],
    [{ subIterations: 0 }, "subIterations"],
    [{ shrinkingFactor: 1 }, "shrinkingFactor: expected a number between 0 and 1, found 1"],
    [{ shrinkingFactor: NaN }, "shrinkingFactor"],
    [{ specialTokens: [""] }, "specialTokens"],
    [{ initialAlphabet: ["ab"] }, 'initialAlphabet: expected single characters, found "ab"'],
  ];
  for (const [options, message] of wrong) assertThrows(() => new Unigram(options), RangeError, message);
});
