import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readARPA } from "../../../../tasks/speech/search/arpa.ts";
import { labelTexts } from "../../../../tasks/speech/search/label_texts.ts";
import { ngramScorer } from "../../../../tasks/speech/search/ngram_model.ts";
import { CharTokenizer } from "../../../../tokenizers/mod.ts";
import { labelsOf } from "../../../../tasks/speech/corpus.ts";

/** The probabilities of two words after each other, with a back-off to those of one. */
const TRIGRAMS = `Some words about the model.

\\data\\
ngram 1=5
ngram 2=4
ngram 3=1

\\1-grams:
-1.0\t<unk>\t0
-99\t<s>\t-0.3
-0.7\t</s>
-0.5\tred\t-0.2
-0.6\tcar\t-0.4

\\2-grams:
-0.1\t<s> red\t-0.15
-0.25 red car -0.05
-0.35\tcar </s>
-0.8\tred </s>

\\3-grams:
-0.02\t<s> red car

\\end\\
`;

async function withFile<T>(contents: string | Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".lm" });
  try {
    await Deno.writeFile(path, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

async function gzip(text: string): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(new Response(text).body!.pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );
}

const LOG_10 = Math.log(10);

Deno.test("an n-gram model backs off to shorter n-grams, as the formula says", async () => {
  const model = await withFile(TRIGRAMS, readARPA);
  assertEquals([model.order, [...model.words]], [3, ["<unk>", "<s>", "</s>", "red", "car"]]);
  const cases: [words: string[], log10: number][] = [
    // "<s> red", "<s> red car", and "red car </s>" by the back-off of "red car" and "car </s>".
    [["red", "car"], -0.1 - 0.02 + (-0.05 - 0.35)],
    // "car" by the back-off of "<s>"; "<s> car" has no back-off, so "car </s>" follows at once.
    [["car"], -0.3 - 0.6 - 0.35],
    [["red"], -0.1 - 0.15 - 0.8],
    // The unknown word: "<s> red" backs off, "red" backs off; the end: nothing has a back-off but the unigram.
    [["red", "bus"], -0.1 + (-0.15 - 0.2 - 1) - 0.7],
    [[], -0.3 - 0.7],
  ];
  for (const [words, log10] of cases) assertAlmostEquals(model.score(words), log10 * LOG_10, 1e-12);
});

Deno.test("a compressed file gives the same model", async () => {
  const plain = await withFile(TRIGRAMS, readARPA);
  const unpacked = await withFile(await gzip(TRIGRAMS), readARPA);
  assertEquals(unpacked.score(["red", "car", "bus"]), plain.score(["red", "car", "bus"]));
});

Deno.test("without an unknown word, other words are excluded; unigrams need no context", async () => {
  const text = "\\data\\\nngram 1=2\n\n\\1-grams:\n-0.5 red\n-inf car\n\\end\\\n";
  const model = await withFile(text, readARPA);
  assertAlmostEquals(model.score(["red", "red"]), -LOG_10, 1e-12);
  assertEquals([model.score(["bus"]), model.score(["red", "car"])], [-Infinity, -Infinity]);
});

Deno.test("words may have no-break and ideographic spaces", async () => {
  const text = "\\data\\\nngram 1=2\n\n\\1-grams:\n-0.5 10\u00a0km\n -0.25\t東京\u3000駅\t-0.1 \n\\end\\\n";
  const model = await withFile(text, readARPA);
  assertEquals([...model.words], ["10\u00a0km", "東京\u3000駅"]);
  assertAlmostEquals(model.score(["東京\u3000駅"]), -0.25 * LOG_10, 1e-12);
});

Deno.test("a word is scored by its first letter if no likelier one begins so", async () => {
  const model = await withFile(TRIGRAMS, readARPA);
  const tokenizer = CharTokenizer.train("red car");
  const scorer = ngramScorer("transcribe", model, labelTexts(tokenizer));
  const scores: number[] = [];
  let state = scorer.begin();
  for (const label of labelsOf(tokenizer, "red car")) {
    const next = scorer.extend(state, label);
    scores.push(next.score / LOG_10);
    state = next.state;
  }
  assertEquals(scores.map((score) => +score.toFixed(9)), [-0.1, 0, 0, 0, -0.02, 0, 0]);
  assertAlmostEquals(scorer.end(state), (-0.05 - 0.35) * LOG_10, 1e-12);
});

Deno.test("without an unknown word, a word that the model lacks is spelled, at a price for each character", async () => {
  const model = await withFile("\\data\\\nngram 1=2\n\n\\1-grams:\n-0.5 red\n-1.5 car\n\\end\\\n", readARPA);
  const tokenizer = CharTokenizer.train("red ca");
  const scorer = ngramScorer("transcribe", model, labelTexts(tokenizer));
  let state = scorer.begin();
  let sum = 0;
  for (const label of labelsOf(tokenizer, "red ear")) {
    const next = scorer.extend(state, label);
    [state, sum] = [next.state, sum + next.score];
  }
  assertAlmostEquals(sum + scorer.end(state), (-0.5 - 1.5) * LOG_10 - 3 * Math.log(6), 1e-12);
});

Deno.test("a word that no known one begins with pays for its letters at once, also if there is an unknown word", async () => {
  const model = await withFile(TRIGRAMS, readARPA);
  const tokenizer = CharTokenizer.train("red car");
  const scorer = ngramScorer("transcribe", model, labelTexts(tokenizer));
  const scores: number[] = [];
  let state = scorer.begin();
  for (const label of labelsOf(tokenizer, "crd ")) {
    const next = scorer.extend(state, label);
    scores.push(next.score);
    state = next.state;
  }
  const [unknown, letter] = [model.score(["bus"]) - model.end(model.add(model.begin(), "bus").state), -Math.log(6)];
  // "c" may begin "car", by the back-off of "<s>".
  const car = (-0.3 - 0.6) * LOG_10;
  const expected = [car, unknown + 2 * letter - car, letter, 0];
  scores.forEach((score, i) => assertAlmostEquals(score, expected[i], 1e-12));
});

Deno.test("a space at the start or after another one is excluded", async () => {
  const model = await withFile(TRIGRAMS, readARPA);
  const tokenizer = CharTokenizer.train("red car");
  const scorer = ngramScorer("transcribe", model, labelTexts(tokenizer));
  const [space] = labelsOf(tokenizer, " ");
  assertEquals(scorer.extend(scorer.begin(), space).score, -Infinity);
  const red = labelsOf(tokenizer, "red ").reduce((state, label) => scorer.extend(state, label).state, scorer.begin());
  assertEquals(scorer.extend(red, space).score, -Infinity);
});

Deno.test("a model whose words the recognizer cannot write is refused in one line", async () => {
  const model = await withFile(TRIGRAMS, readARPA);
  assertThrows(
    () => ngramScorer("transcribe", model, labelTexts(CharTokenizer.train("RED CAR"))),
    RangeError,
    'transcribe: expected a language model of words in the recognizer\'s symbols, found 2 words such as "red"; ' +
      'it writes "RED"',
  );
});

const DAMAGED: [name: string, change: (text: string) => string, message: string][] = [
  [
    "no beginning",
    (text) => text.replace("\\data\\", "data"),
    "expected an n-gram model in the ARPA format, with a line \\data\\, found none",
  ],
  ["no end", (text) => text.replace("\\end\\\n", ""), "expected \\end\\ after line 23, found the end of the file"],
  ["a wrong count", (text) => text.replace("ngram 2=4", "ngram 2=5"), "expected 5 2-grams before line 21, found 4"],
  ["no counts", (text) => text.replaceAll(/ngram .*\n/g, ""), 'such as ngram 1=20 on line 5, found "\\\\1-grams:"'],
  [
    "a missing part",
    (text) => text.replace("\\2-grams:\n", "\\3-grams:\n"),
    'expected \\2-grams: on line 15, found "\\\\3-',
  ],
  ["a wrong order", (text) => text.replace("ngram 2", "ngram 4"), 'such as ngram 2=20 on line 5, found "ngram 4=4"'],
  ["a word for a number", (text) => text.replace("-0.25 red", "x red"), 'expected a logarithm on line 17, found "x"'],
  ["a missing word", (text) => text.replace("red car\n\n", "red\n\n"), "expected a logarithm, 3 words and perhaps"],
];

for (const [name, change, message] of DAMAGED) {
  Deno.test(`an ARPA file with ${name} is refused in one line`, async () => {
    const error = await withFile(change(TRIGRAMS), (path) => assertRejects(() => readARPA(path), SyntaxError));
    assertEquals(
      [(error as Error).message.includes(message), (error as Error).message.split("\n").length],
      [true, 1],
      (error as Error).message,
    );
  });
}
