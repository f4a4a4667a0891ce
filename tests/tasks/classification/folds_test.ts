import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { foldTexts, samenessOf } from "../../../tasks/classification/folds.ts";
import type { LabelledText } from "../../../mod.ts";
import { seededRandom } from "../../support/random.ts";

/** Texts with labels of given counts; the labels alternate as long as there are texts of them. */
function textsOf(counts: Readonly<Record<string, number>>): LabelledText[] {
  const all = Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => ({ place: i, text: `${label} ${i}`, label }))
  );
  return all.sort((a, b) => a.place - b.place).map(({ text, label }) => ({ text, label }));
}

function spread(counts: readonly number[]): number {
  return Math.max(...counts) - Math.min(...counts);
}

Deno.test("every text is in one fold, and all sizes and each label's counts differ by at most 1", () => {
  const cases: Record<string, number>[] = [{ a: 2, b: 2 }, { a: 7, b: 13, c: 5 }, { a: 101, b: 11 }, {
    a: 30,
    b: 30,
    c: 31,
  }];
  for (const counts of cases) {
    const texts = textsOf(counts);
    for (let k = 2; k <= Math.min(...Object.values(counts)); k++) {
      const folds = foldTexts(texts, { folds: k });
      assertEquals(folds.flat().sort((a, b) => a - b), [...texts.keys()]);
      assertEquals(folds.length, k);
      assert(spread(folds.map((fold) => fold.length)) <= 1, `${k} folds of ${JSON.stringify(counts)}`);
      for (const label of Object.keys(counts)) {
        assert(spread(folds.map((fold) => fold.filter((i) => texts[i].label === label).length)) <= 1);
      }
      for (const fold of folds) assertEquals(fold, fold.toSorted((a, b) => a - b));
    }
  }
});

Deno.test("equal texts share a fold, whatever their case, white space and labels", () => {
  const random = seededRandom(3);
  const texts = Array.from({ length: 200 }, (_, i) => {
    const word = Math.floor(random() * 60);
    return { text: i % 3 ? `A  text ${word}` : ` a Text ${word}\n`, label: random() < 0.1 ? "rare" : `${word % 2}` };
  }).concat(Array.from({ length: 5 }, (_, i) => ({ text: `only ${i}`, label: "rare" })));
  const folds = foldTexts(texts, { folds: 5 });
  const foldOf = new Map<number, number>(folds.flatMap((fold, k) => fold.map((i) => [i, k])));
  const byText = Map.groupBy(texts.keys(), (i) => texts[i].text.trim().toLowerCase().replaceAll(/\s+/g, " "));
  for (const group of byText.values()) assertEquals(new Set(group.map((i) => foldOf.get(i))).size, 1);
  assert([...byText.values()].some(({ length }) => length > 5));
  assert(spread(folds.map(({ length }) => length)) <= 10, `${folds.map(({ length }) => length)}`);
});

Deno.test("the two strands of DNA share a fold, but those of protein do not", () => {
  const key = samenessOf("dna");
  assertEquals(key("acg t"), key("ACGT"));
  assertEquals(key("AACG"), key("CGTT"));
  assertNotEquals(key("AACG"), key("GCAA"));
  assertEquals(samenessOf("rna")("AACG"), samenessOf("rna")("CGUU"));
  assertNotEquals(samenessOf("protein")("AACG"), samenessOf("protein")("CGTT"));
  const texts = ["AACG", "CGTT", "GGGA", "TCCC"].map((text) => ({ text, label: "x" }));
  const folds = foldTexts(texts, { folds: 2, keyOf: key }).map((fold) => fold.map((i) => texts[i].text));
  assertEquals(new Set(folds.map((fold) => fold.join())), new Set(["AACG,CGTT", "GGGA,TCCC"]));
});

Deno.test("the folds depend on the seed alone", () => {
  const texts = textsOf({ a: 20, b: 30 });
  assertEquals(foldTexts(texts, { folds: 4 }), foldTexts(texts, { folds: 4, seed: 1 }));
  assertNotEquals(foldTexts(texts, { folds: 4 }), foldTexts(texts, { folds: 4, seed: 2 }));
});

Deno.test("more folds than different texts of the rarest label are refused", () => {
  const texts = textsOf({ a: 9, b: 3 }).concat({ text: "B  0", label: "b" });
  foldTexts(texts, { folds: 3 });
  const refused = 'expected at most 3, the different texts of the rarest label, "b", found 4 folds';
  assertThrows(() => foldTexts(texts, { folds: 4 }), RangeError, refused);
  // A label all of whose texts have another label too could be missing in training.
  const shared = [...texts, { text: "a 0", label: "c" }];
  assertThrows(
    () => foldTexts(shared, { folds: 2 }),
    RangeError,
    "expected at most 0, the different texts of the rarest",
  );
  assertThrows(() => foldTexts(texts, { folds: 1 }), RangeError, "expected folds to be a whole number of at least 2");
});
