import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Lattice } from "../../../tokenizers/models/lattice.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { allSegmentations } from "./all_segmentations.ts";

const PIECES = ["a", "b", "ab", "ba", "aba", "abab", "😀", "😀a", "bb"];
const SCORES = Float64Array.of(-1.5, -2, -2.2, -3, -3.1, -4.3, -2.5, -3.3, -4.1);
const TEXTS = ["", "a", "z", "abab", "aabbaz", "z😀ab😀", "😀aba\ud83d", "\ude00bzzab", "ababababa", "bbzabba"];

/** Log-sum-exp. */
function logSum(scores: readonly number[]): number {
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
}

Deno.test("best finds the highest score of all segmentations", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const text of TEXTS) {
    const all = allSegmentations(text, PIECES, SCORES).sort((a, b) => b.score - a.score);
    const { pieces, score } = lattice.best(text);
    assertAlmostEquals(score, all[0].score, 1e-12);
    assertEquals(pieces, all[0].pieces);
  }
});

Deno.test("best, divided, finds the highest score except that of the whole text", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const text of ["abab", "aba", "😀a", "bb"]) {
    const all = allSegmentations(text, PIECES, SCORES).filter(({ pieces }) => pieces.length > 2);
    const { score } = lattice.best(text, true);
    assertAlmostEquals(score, Math.max(...all.map(({ score }) => score)), 1e-12);
  }
});

Deno.test("best breaks ties by the longest last piece", () => {
  const lattice = new Lattice(["a", "aa", "aaa"], Float64Array.of(-1, -2, -3));
  assertEquals(lattice.best("aaaaa").pieces, [1, 2, 2, 5]);
  const exact = new Lattice(["ab", "c", "a", "bc"], Float64Array.of(-2, -2, -2, -2));
  assertEquals(exact.best("abc").pieces, [2, 1, 3, 3]);
});

Deno.test("in single precision, sums are rounded after each piece, as in SentencePiece", () => {
  const pieces = ["a", "aa", "aaa", "b", "ab", "ba", "bb"];
  const random = new SeededRandom(1);
  const [single, double] = [new Set<string>(), new Set<string>()];
  for (let round = 0; round < 200; round++) {
    const cost = Math.fround(-3 - random.next());
    const scores = Float64Array.from(pieces, (piece) => Math.fround(piece.length * cost));
    const text = Array.from({ length: 40 }, () => random.next() < 0.5 ? "a" : "b").join("");
    const found = new Lattice(pieces, scores, { precision: "single" }).best(text).pieces;
    assertEquals(found, bestInSinglePrecision(text, pieces, scores));
    single.add(`${round}: ${found}`);
    double.add(`${round}: ${new Lattice(pieces, scores).best(text).pieces}`);
  }
  assertNotEquals(single, double);
});

/** SentencePiece's search: a sum replaces the rounded best one if it is greater before it is rounded itself. */
function bestInSinglePrecision(text: string, pieces: readonly string[], scores: Float64Array): number[] {
  const best = Array.from({ length: text.length + 1 }, () => ({ total: -Infinity, id: -1, start: -1 }));
  best[0].total = 0;
  for (let start = 0; start < text.length; start++) {
    for (const [id, piece] of pieces.entries()) {
      const end = start + piece.length;
      const total = best[start].total + scores[id];
      if (!text.startsWith(piece, start) || !(total > best[end].total)) continue;
      best[end] = { total: Math.fround(total), id, start };
    }
  }
  const found: number[] = [];
  for (let end = text.length; end > 0; end = best[end].start) found.unshift(best[end].id, end);
  return found;
}

Deno.test("a piece with the score -Infinity never matches", () => {
  const lattice = new Lattice(["a", "b", "ab"], Float64Array.of(-1, -Infinity, -9));
  assertEquals(lattice.best("ab").pieces, [2, 2]);
  assertEquals(lattice.best("b"), { pieces: [-1, 1], score: -19 });
});

Deno.test("nBest finds the highest scores in order, and at most all of them", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const text of TEXTS) {
    const all = allSegmentations(text, PIECES, SCORES).sort((a, b) => b.score - a.score);
    for (const count of [0, 1, 2, 5, 1000]) {
      const found = lattice.nBest(text, count);
      assertEquals(found.length, Math.min(count, all.length));
      found.forEach(({ score }, i) => assertAlmostEquals(score, all[i].score, 1e-12));
      assertEquals(new Set(found.map(({ pieces }) => pieces.join())).size, found.length);
    }
  }
});

Deno.test("nBest terminates if very many segmentations are equally good", () => {
  const lattice = new Lattice(["a", "aa"], Float64Array.of(-1, -2));
  const found = lattice.nBest("a".repeat(5000), 20);
  assertEquals(new Set(found.map(({ pieces }) => pieces.join())).size, 20);
  assertEquals(found.map(({ score }) => score), new Array(20).fill(-5000));
});

Deno.test("logSum equals the sum over all segmentations", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const text of TEXTS) {
    const all = allSegmentations(text, PIECES, SCORES);
    assertAlmostEquals(lattice.logSum(text), logSum(all.map(({ score }) => score)), 1e-12);
  }
});

Deno.test("addExpected counts each piece of each segmentation by its probability", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const text of TEXTS) {
    const all = allSegmentations(text, PIECES, SCORES);
    const total = logSum(all.map(({ score }) => score));
    const expected = new Float64Array(PIECES.length);
    for (const { pieces, score } of all) {
      for (let i = 0; i < pieces.length; i += 2) {
        if (pieces[i] >= 0) expected[pieces[i]] += 3 * Math.exp(score - total);
      }
    }
    const found = new Float64Array(PIECES.length);
    assertAlmostEquals(lattice.addExpected(text, 3, found), total, 1e-12);
    found.forEach((count, id) => assertAlmostEquals(count, expected[id], 1e-12));
  }
});

Deno.test("sample draws by the tempered probabilities, to within 0.02 in 4,000 draws", () => {
  const lattice = new Lattice(PIECES, SCORES);
  for (const alpha of [0, 0.3, 1, 2]) {
    const text = "zabab😀a";
    const all = allSegmentations(text, PIECES, SCORES);
    const total = logSum(all.map(({ score }) => alpha * score));
    const random = new SeededRandom(7);
    const draws = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const drawn = lattice.sample(text, alpha, random).pieces.join();
      draws.set(drawn, (draws.get(drawn) ?? 0) + 1);
    }
    for (const { pieces, score } of all) {
      assertAlmostEquals((draws.get(pieces.join()) ?? 0) / 4000, Math.exp(alpha * score - total), 0.02);
    }
    assertEquals([...draws.keys()].every((drawn) => all.some(({ pieces }) => pieces.join() === drawn)), true);
  }
});

Deno.test("arrays grow for longer pieces and texts", () => {
  const long = "ab".repeat(250);
  const lattice = new Lattice(["a", "b", long], Float64Array.of(-1, -1, -5));
  assertEquals(lattice.best("a" + long).pieces, [0, 1, 2, 501]);
  assertAlmostEquals(lattice.logSum(long), -5, 1e-12);
});

Deno.test("a piece that is half a surrogate pair does not match inside a character", () => {
  const lattice = new Lattice(["\ud83d", "\ude00", "a"], Float64Array.of(-1, -1, -1));
  assertEquals(lattice.best("😀a").pieces, [-1, 2, 2, 3]);
  assertEquals(lattice.nBest("😀a", 9).length, 1);
  assertEquals(lattice.best("\ude00\ud83d").pieces, [1, 1, 0, 2]);
});
