import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FeatureReader, featuresFor, type LinearFeatures } from "../../../../tasks/classification/linear/features.ts";
import {
  countColumns,
  RowsBuilder,
  type SparseRows,
  takeRows,
} from "../../../../tasks/classification/linear/sparse_rows.ts";
import { treebankTokenizer, treebankWords } from "../../../../tasks/classification/treebank_tokenizer.ts";

const NONE: LinearFeatures = { words: 0, shapes: false, letters: null, positions: null, buckets: 2 ** 20 };

function read(features: Partial<LinearFeatures>, ...texts: string[]): SparseRows {
  return new FeatureReader({ ...NONE, ...features }).read(texts);
}

/** The number of features of each text. */
function counts(features: Partial<LinearFeatures>, ...texts: string[]): number[] {
  return [...read(features, ...texts).starts].map((start, i, starts) => starts[i + 1] - start).slice(0, -1);
}

/** The features of each text. */
function sets(features: Partial<LinearFeatures>, ...texts: string[]): Set<number>[] {
  const { starts, columns } = read(features, ...texts);
  return texts.map((_, row) => new Set(columns.subarray(starts[row], starts[row + 1])));
}

Deno.test("texts with spaces have n-grams of words and letters, others n-grams of symbols", () => {
  const ofWords: LinearFeatures = { ...NONE, words: 3, letters: [2, 6], gaps: 3, openings: true };
  assertEquals(featuresFor(["acgt", "a fine film"]), ofWords);
  assertEquals(featuresFor(["a fine film", "A dull one"]), { ...ofWords, shapes: true });
  const ofSymbols: LinearFeatures = { ...NONE, letters: [1, 6], gaps: 4 };
  assertEquals(featuresFor(["acgt", "acg "]), ofSymbols);
  const names = featuresFor(["abcdefgh", "ijklmnopqrs"]);
  assertEquals(names, { ...ofSymbols, gaps: 0, marks: true }, "the ends of names tell more than those of sequences");
  assertEquals(featuresFor([" acgt", "ACCA"]), { ...ofSymbols, positions: 4, regions: 10 });
  // A few texts of another length do not matter.
  const mixed = (others: number): string[] => [...Array(100 - others).fill("acgt"), ...Array(others).fill("acg")];
  assertEquals([10, 11].map((others) => featuresFor(mixed(others)).positions), [4, null]);
});

Deno.test("any power of 2 of buckets halves those of the next one, down to a single bucket", () => {
  const text = "a fine film, and a long one";
  let wider = sets({ words: 3, letters: [2, 6] }, text)[0];
  for (let buckets = 2 ** 19; buckets >= 1; buckets /= 2) {
    const [own] = sets({ words: 3, letters: [2, 6], buckets }, text);
    assertEquals(own, new Set([...wider].map((bucket) => bucket >> 1)));
    wider = own;
  }
  assertEquals([...wider], [0]);
});

Deno.test("n-grams of words include marks at the ends, and do not depend on case", () => {
  // 5 words with the marks: 5 + 4 + 3 n-grams; "film film" has 3 different words and the pairs and triples around them.
  assertEquals(counts({ words: 3 }, "a fine film", "film film"), [12, 8]);
  const [lower, upper, reversed] = sets({ words: 2 }, "a fine film", "A FINE film", "film fine a");
  assertEquals(lower, upper);
  assertEquals(lower.intersection(reversed).size, 5); // The words alone.
});

Deno.test("the first words count with later ones where texts are as short as questions", () => {
  const of = (words: number): string => "word ".repeat(words);
  assertEquals([[14, 14], [14, 16], [2, 40]].map((texts) => featuresFor(texts.map(of)).openings), [true, false, false]);
});

Deno.test("symbols have gaps if there are few different ones", () => {
  const of = (symbols: number): string =>
    String.fromCodePoint(...Array.from({ length: symbols }, (_, i) => 0x4e00 + i));
  assertEquals([16, 17].map((symbols) => featuresFor([of(symbols), of(2)]).gaps), [4, 0]);
});

Deno.test("marks tell the ends of texts without words from the rest", () => {
  // Of "<ab>", 3 pairs, of which one is that of "ab".
  assertEquals(counts({ letters: [2, 2] }, "ab"), [1]);
  assertEquals(counts({ letters: [2, 2], marks: true }, "ab"), [3]);
  const [own, other] = sets({ letters: [3, 3], marks: true }, "ivanov", "ovanes");
  // Only "van" is in both: "<iv" and "ov>" are the ends of one, and "ova" is no "ov>".
  assertEquals(own.intersection(other).size, 1);
});

Deno.test("pairs of words with others between are the same for any number of them", () => {
  // "<a", "<b", "<c", "ac", "a>", "b>" and "<>" in 5 parts with up to 3 between: 3 + 2 + 1 pairs.
  assertEquals(counts({ words: 1, gaps: 3 }, "a b c"), [5 + 6]);
  const pairs = (text: string): Set<number> => {
    return sets({ words: 1, gaps: 3 }, text)[0].difference(sets({ words: 1 }, text)[0]);
  };
  const [near, far, adjacent] = ["who x wrote", "who x y wrote", "who wrote"].map(pairs);
  // The beginning with "x", "who" with "wrote", and "x" with the end.
  assertEquals(near.intersection(far).difference(adjacent).size, 3);
  assertEquals(pairs("a").size, 1); // The two ends.
});

Deno.test("triplets of letters with others between differ by their number", () => {
  // 8 letters: two triplets with 1 letter between at 2 places, with 2 letters at 1 place.
  assertEquals(counts({ letters: [1, 1], gaps: 4 }, "aaaaaaaa", "aaaaaa"), [1 + 2, 1]);
  const [one, other, two] = sets({ gaps: 4 }, "acgtaca", "acgcaca", "acgttaca");
  assertEquals([one, two.size], [other, 3]);
  assertEquals(one.intersection(two).size, 0);
});

Deno.test("the first word, and the first two, are features with each later one", () => {
  // "who wrote it": "who" with "wrote", "it" and the end, "who wrote" with "it" and the end.
  assertEquals(counts({ words: 1, openings: true }, "who wrote it", "who", ""), [5 + 5, 3 + 1, 2]);
  const of = (text: string): Set<number> => {
    return sets({ words: 1, openings: true }, text)[0].difference(sets({ words: 1 }, text)[0]);
  };
  assertEquals(of("who wrote it all").intersection(of("who read it all")).size, 3); // "who" with "it", "all", the end.
});

Deno.test("shapes stand for words that begin with capitals", () => {
  const [paris, rome, who] = sets({ words: 2, shapes: true }, "in Paris", "in Rome", "in WHO");
  // Of 7 n-grams of words, those without the name are the same; of 7 n-grams with shapes, all.
  assertEquals([paris.size, paris.intersection(rome).size, paris.intersection(who).size], [14, 4 + 7, 4 + 4]);
});

Deno.test("n-grams of letters stay within words, and occur once however often a word does", () => {
  // "<ab>" has 3 pairs and 2 triples.
  assertEquals(counts({ words: 1, letters: [2, 3] }, "ab", "ab ab"), [3 + 5, 3 + 5]);
  const [one, two] = sets({ words: 1, letters: [2, 3] }, "ab cd", "cd ab");
  assertEquals(one, two);
});

Deno.test("n-grams in regions are the same for a motif that moves a few letters, and differ far away", () => {
  const at = (place: number): string => `${"t".repeat(place)}aca${"t".repeat(37 - place)}`;
  const inRegions = (text: string): Set<number> => {
    const [all, plain] = sets({ positions: 40, regions: 10 }, text, "t".repeat(40));
    return all.difference(plain).difference(sets({ positions: 40 }, text)[0]);
  };
  const [here, near, far] = [12, 14, 30].map((place) => inRegions(at(place)));
  assert(here.intersection(near).size > 0);
  assertEquals([far.size > 0, here.intersection(far).size], [true, 0]);
});

Deno.test("letters at positions differ from place to place, and only in texts of the right length", () => {
  // 3 letters and 2 pairs at positions.
  assertEquals(counts({ positions: 3 }, "aaa", "aab", "aaaa"), [5, 5, 0]);
  const [aaa, aab] = sets({ positions: 3 }, "aaa", "aab");
  assertEquals(aaa.intersection(aab).size, 3);
});

Deno.test("each kind of features has the same squared norm", () => {
  const x = read({ letters: [1, 2], positions: 4 }, "acgt");
  assertEquals(x.columns.length, 7 + 7);
  for (const value of x.values) assertAlmostEquals(value, 1 / Math.sqrt(14), 1e-6);
  const uneven = read({ words: 1, letters: [2, 3] }, "ab");
  const squares = [...uneven.values].map((value) => value * value);
  assertAlmostEquals(squares.reduce((a, b) => a + b), 1, 1e-6);
  assertEquals(new Set(squares.map((square) => square.toFixed(4))), new Set(["0.1667", "0.1000"]));
});

Deno.test("fewer buckets are a division of more buckets", () => {
  const texts = ["the film is fine", "the plot is thin"];
  const wide = read({ words: 3, letters: [2, 4] }, ...texts);
  const narrow = read({ words: 3, letters: [2, 4], buckets: 2 ** 16 }, ...texts);
  const bucketsOf = ({ starts, columns }: SparseRows, row: number): Set<number> =>
    new Set(columns.subarray(starts[row], starts[row + 1]));
  for (const row of [0, 1]) {
    assertEquals(new Set([...bucketsOf(wide, row)].map((column) => column >> 4)), bucketsOf(narrow, row));
  }
  assert(narrow.columns.every((column) => column < 2 ** 16));
});

Deno.test("rows add up values in equal columns, and can be taken out and counted", () => {
  const builder = new RowsBuilder();
  builder.add([1, 4, 4, 7], [1, 2, 3, 4]);
  builder.add([], []);
  builder.add([4], [6]);
  const x = builder.build();
  assertEquals([[...x.starts], [...x.columns], [...x.values]], [[0, 3, 3, 4], [1, 4, 7, 4], [1, 5, 4, 6]]);
  assertEquals(countColumns(x, 8), 3);
  const taken = takeRows(x, [2, 1]);
  assertEquals([[...taken.starts], [...taken.columns]], [[0, 1, 1], [4]]);
});

Deno.test("the words of the features are those of the treebank tokenizer", () => {
  const text = "It’s a so-so film... isn't IT?! DON'T 3.5 stars, -lrb- “Ünïcode” don'ts";
  const tokenizer = treebankTokenizer([text]);
  assertEquals(treebankWords(text).map((word) => word.toLowerCase()), [...tokenizer.encoding(text).tokens]);
});

Deno.test("many and long rows are the same as in one piece", () => {
  const builder = new RowsBuilder();
  const rows = Array.from({ length: 60 }, (_, i) => Array.from({ length: i === 40 ? 9000 : i * 7 % 300 }, (_, k) => k));
  rows.forEach((columns, i) => builder.add(columns, columns.map(() => i)));
  const { starts, columns, values } = builder.build();
  assertEquals([...columns], rows.flat());
  assertEquals([...values], rows.flatMap((own, i) => own.map(() => i)));
  assertEquals([...starts].slice(1), rows.map((_, i) => rows.slice(0, i + 1).flat().length));
});
