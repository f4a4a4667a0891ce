import { assert, assertEquals, assertThrows } from "@std/assert";
import { findDuplicates } from "../../../tasks/mod.ts";
import { type LabelledText, labelsOf, splitTexts, treebankTokenizer } from "../../../mod.ts";
import { encodeForReading, encodeTexts, fingerprintOf, refuseManyLabels } from "../../../tasks/classification/texts.ts";

function labelled(...pairs: [text: string, label: string][]): LabelledText[] {
  return pairs.map(([text, label]) => ({ text, label }));
}

Deno.test("labelsOf lists numbers in ascending order, then words in order", () => {
  const texts = ["b", "10", "2", "-1", "a", "2"].map((label) => ({ text: "x", label }));
  assertEquals(labelsOf(texts), ["-1", "2", "10", "a", "b"]);
});

Deno.test("splitTexts stratifies by label and puts every text into one part", () => {
  const texts = Array.from(
    { length: 1000 },
    (_, i) => ({ text: `text ${i}`, label: i % 10 === 0 ? "rare" : "common" }),
  );
  const { train, valid, test } = splitTexts(texts, { validFraction: 0.2, testFraction: 0.1 });
  const count = (part: readonly LabelledText[] = []): number[] =>
    ["rare", "common"].map((label) => part.filter((text) => text.label === label).length);
  assertEquals([count(train), count(valid), count(test)], [[70, 630], [20, 180], [10, 90]]);
  const all = [...train, ...valid!, ...test!].map(({ text }) => text).sort();
  assertEquals(all, texts.map(({ text }) => text).sort());
  assertEquals(splitTexts(texts, { validFraction: 0.2, testFraction: 0.1 }), { train, valid, test });
  assert(splitTexts(texts, { validFraction: 0.2, testFraction: 0.1, seed: 2 }).test![0] !== test![0]);
});

Deno.test("splitTexts puts equal texts into the same part", () => {
  const texts = Array.from({ length: 300 }, (_, i) => ({ text: `Text  ${i % 60}`, label: String(i % 2) }));
  const corpus = splitTexts(texts, { validFraction: 0.3, testFraction: 0.2 });
  const { valid, test } = findDuplicates(corpus);
  assertEquals([valid, test], [0, 0]);
});

Deno.test("splitTexts throws an error for invalid shares and empty parts", () => {
  const texts = labelled(["a", "1"], ["b", "0"]);
  assertThrows(
    () => splitTexts(texts, { validFraction: 1 }),
    RangeError,
    "expected fractions of at least 0 whose sum is below 1",
  );
  assertThrows(
    () => splitTexts(texts, { validFraction: 0.1 }),
    RangeError,
    "expected more texts than 1 for training of each label, to have a valid part of 0.1, found 2 texts of 2 labels",
  );
});

Deno.test("findDuplicates ignores case and white space", () => {
  const corpus = {
    train: labelled(["a b", "1"], ["A  b", "0"], ["c", "1"]),
    valid: labelled(["c ", "1"], ["d", "1"]),
    test: labelled(["D", "0"], ["e", "0"], ["a b", "1"]),
  };
  assertEquals(findDuplicates(corpus), { train: 1, valid: 1, test: 2, contradictions: 2 });
});

Deno.test("texts are truncated to the limit, and an error names an empty text by number", () => {
  const tokenizer = treebankTokenizer(["a b c"]);
  const { ids, isTruncated } = encodeForReading("a b c a", tokenizer, 3);
  assertEquals([[...ids], isTruncated], [[1, 2, 3], true]);
  assertEquals(encodeForReading("a b c", tokenizer, 3).isTruncated, false);
  const texts = labelled(["a", "1"], [" \n", "0"]);
  assertThrows(
    () => encodeTexts(texts, tokenizer, ["0", "1"], 9, "test"),
    RangeError,
    "read the test texts: expected words in text 2",
  );
  const encoded = encodeTexts(labelled(["a b", "1"], ["c", "0"]), tokenizer, ["0", "1"], 1, "training");
  assertEquals([[...encoded.targets], encoded.truncated], [[1, 0], 1]);
});

Deno.test("an error names the text with an unknown label by number", () => {
  const texts = labelled(["a", "1"], ["b", "2"]);
  assertThrows(
    () => encodeTexts(texts, treebankTokenizer(["a b"]), ["0", "1"], 9, "test"),
    RangeError,
    'read the test texts: expected the labels 0, 1, found "2" in text 2',
  );
});

Deno.test("the fingerprint depends on every id, label and part", () => {
  const tokenizer = treebankTokenizer(["a b c"]);
  const encode = (...pairs: [string, string][]) => encodeTexts(labelled(...pairs), tokenizer, ["0", "1"], 9, "test");
  const base = encode(["a b", "1"], ["c", "0"]);
  const others = [
    [encode(["a c", "1"], ["c", "0"])],
    [encode(["a b", "0"], ["c", "0"])],
    [encode(["a", "1"], ["b c", "0"])],
    [base, encode(["a", "1"])],
    [undefined, base],
  ];
  const prints = [[base], ...others].map(fingerprintOf);
  assertEquals(new Set(prints).size, prints.length);
  assertEquals(fingerprintOf([encode(["a b", "1"], ["c", "0"])]), prints[0]);
});

Deno.test("equal texts stand in several parts if too few texts differ", () => {
  const texts = Array.from({ length: 400 }, (_, i) => ({ text: "xyz"[i % 3], label: i % 2 ? "a" : "b" }));
  const corpus = splitTexts(texts, { validFraction: 0.1 });
  assertEquals([corpus.train.length, corpus.valid?.length], [360, 40]);
  assertEquals(findDuplicates(corpus).valid, 40);
});

Deno.test("many labels with few texts each are split by the share of all texts, and each label is trained on", () => {
  for (const [labels, each] of [[12, 4], [100, 2], [30, 3], [3, 2]]) {
    const texts = Array.from({ length: labels * each }, (_, i) => ({ text: `text ${i}`, label: `${i % labels}` }));
    const corpus = splitTexts(texts, { validFraction: 0.1, testFraction: 0.1 });
    const share = Math.max(1, Math.round(texts.length * 0.1));
    assertEquals([corpus.valid?.length, corpus.test?.length], [share, share]);
    assertEquals(labelsOf(corpus.train).length, labels);
    assertEquals(findDuplicates(corpus), { train: 0, valid: 0, test: 0, contradictions: 0 });
  }
});

Deno.test("groups of equal texts that are larger than a label's share go where they fit", () => {
  const texts = Array.from({ length: 80 }, (_, i) => ({ text: `text ${i >> 2}`, label: `${(i >> 2) % 4}` }));
  const corpus = splitTexts(texts, { validFraction: 0.1 });
  assertEquals([corpus.train.length, corpus.valid?.length], [72, 8]);
  assertEquals(findDuplicates(corpus).valid, 0);
});

Deno.test("a label that occurs once is trained on", () => {
  const texts = [...Array.from({ length: 50 }, (_, i) => `${i}`), "a", "a", "b"].map((label, i) => ({
    text: `text ${i}`,
    label,
  }));
  const { train, valid } = splitTexts(texts, { validFraction: 0.5 });
  assertEquals([train.length, valid?.map(({ label }) => label)], [52, ["a"]]);
  assertEquals(labelsOf(train).length, 52);
});

Deno.test("a label makes up for one of copies only as far as twice its share, and keeps half of its texts", () => {
  const copies = Array.from({ length: 200 }, (_, i) => ({ text: `copy ${i % 5}`, label: "copies" }));
  const others = Array.from({ length: 25 }, (_, i) => ({ text: `text ${i}`, label: "others" }));
  /** The fewest training texts and the most validation texts of the other label; either label may come first. */
  const extremes = (fractions: Parameters<typeof splitTexts>[1]): number[] => {
    const found = Array.from({ length: 12 }, (_, seed) => splitTexts([...copies, ...others], { ...fractions, seed }));
    const counts = found.map(({ train, valid = [] }) =>
      [train, valid].map((part) => part.filter(({ label }) => label === "others").length)
    );
    return [Math.min(...counts.map(([train]) => train)), Math.max(...counts.map(([, valid]) => valid))];
  };
  // Their share is 3 of 25 texts; no group of 40 copies fits into the share of 20.
  assertEquals(extremes({ validFraction: 0.1 }), [19, 6]);
  // Of 17 for training, 9 stay there.
  assertEquals(extremes({ validFraction: 0.15, testFraction: 0.15 })[0], 9);
  // A single group may be larger, since copies stay together.
  const pairs = Array.from({ length: 200 }, (_, i) => ({ text: `pair ${i % 20}`, label: `${i % 10}` }));
  const split = splitTexts(pairs, { validFraction: 0.1 });
  assertEquals([split.valid?.length, findDuplicates(split).valid], [20, 0]);
});

Deno.test("a label that makes up for one of copies fills both parts, so that copies stay together", () => {
  for (
    const { each, testFraction, validFraction } of [
      { each: 100, testFraction: 0.45, validFraction: 0.05 },
      { each: 3, testFraction: 0.33, validFraction: 0.33 },
    ]
  ) {
    const copies = Array.from({ length: each }, () => ({ text: "copy", label: "copies" }));
    const others = Array.from({ length: each }, (_, i) => ({ text: `text ${i}`, label: "others" }));
    // Either label may come first, one of copies seldom.
    for (let seed = 0; seed < 100; seed++) {
      const corpus = splitTexts([...copies, ...others], { testFraction, validFraction, seed });
      assertEquals(findDuplicates(corpus), { train: each - 1, valid: 0, test: 0, contradictions: 0 });
      const [valid, test] = [corpus.valid!.length, corpus.test!.length];
      assert(valid >= Math.round(each * validFraction) && test >= Math.round(each * testFraction), `${valid}, ${test}`);
    }
  }
});

Deno.test("more labels than fit into memory with each other, or as sets of labels, are refused with the counts", () => {
  const labels = (count: number) => ({ labels: Array.from({ length: count }, (_, i) => `${i}`), multiLabel: false });
  // The linear model reads a part of so many texts.
  refuseManyLabels("fit", 10_000_000, labels(8192));
  assertThrows(
    () => refuseManyLabels("fit", 60_000, labels(20_000)),
    RangeError,
    "fit: expected at most 8,192 labels, of which any two are counted together, found 20,000 labels",
  );
  assertThrows(
    () => refuseManyLabels("fit", 60_000, { ...labels(20_000), multiLabel: true }),
    RangeError,
    "fit: expected at most 536,870,912 pairs of a text and a label, for which training keeps numbers, found " +
      "1,200,000,000: 60,000 texts and 20,000 labels",
  );
});
