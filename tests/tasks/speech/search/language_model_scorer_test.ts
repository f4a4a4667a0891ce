import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Engine } from "../../../../src/nn/mod.ts";
import { LanguageModel } from "../../../../tasks/language_modeling/model.ts";
import { labelsOf } from "../../../../tasks/speech/corpus.ts";
import { labelTexts } from "../../../../tasks/speech/search/label_texts.ts";
import { languageModelScorer } from "../../../../tasks/speech/search/language_model_scorer.ts";
import { searchPrefixes } from "../../../../tasks/speech/search/prefix_beam.ts";
import type { PrefixScorer } from "../../../../tasks/speech/search/scorer.ts";
import {
  CharTokenizer,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  WordTokenizer,
} from "../../../../tokenizers/mod.ts";
import { randomScores } from "./cases.ts";

const recognizer = CharTokenizer.train("abc ");
const TEXTS = labelTexts(recognizer);
const ACTION = "transcribe";
/** Log-probability of each character of an unknown word: one in the number of symbols. */
const SPELLED = -Math.log(4);

function modelOf(tokenizer: Tokenizer, endOfText: string | null = null): LanguageModel {
  return LanguageModel.create({
    tokenizer,
    endOfText,
    hidden: 6,
    layers: 2,
    initRange: 1,
    seed: 3,
    engine: new Engine(),
  });
}

/** Counts the rows that the network reads, unless a step repeats two earlier ones. */
function countSteps({ network }: LanguageModel): { readonly sizes: ReadonlySet<number>; readonly rows: number } {
  const forward = network.forward.bind(network);
  const counted = { sizes: new Set<number>(), rows: 0 };
  network.forward = (ids, T, B, state) => {
    counted.sizes.add(B);
    counted.rows += B;
    return forward(ids, T, B, state);
  };
  return counted;
}

/** The score of each label of a text, and that of its end. */
function scoresOf<S>(scorer: PrefixScorer<S>, text: string): number[] {
  let state = scorer.begin();
  const scores = Array.from(labelsOf(recognizer, text), (label) => {
    scorer.prepare?.([state]);
    const next = scorer.extend(state, label);
    state = next.state;
    return next.score;
  });
  return [...scores, scorer.end(state)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function assertClose(found: readonly number[], expected: readonly number[]): void {
  assertEquals(found.length, expected.length);
  found.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
}

Deno.test("a model of characters scores each label, and the line feed at the end", async () => {
  const model = modelOf(CharTokenizer.train("\n abcd"));
  const scorer = languageModelScorer(ACTION, model, TEXTS);
  const [score] = await model.score(["ab ca\n"], { logprobs: 1 });
  assertClose(scoresOf(scorer, "ab ca"), score.logprobs!.map(({ logprob }) => logprob));
});

Deno.test("a model of characters does not score the space with which symbols begin at the start of a text", async () => {
  const words = await PipelineTokenizer.train(["abab cab abab cab"], presets.unigram({ vocabSize: 12 }));
  const model = modelOf(CharTokenizer.train("\n abc"));
  const scorer = languageModelScorer(ACTION, model, labelTexts(words), words.unknownId! + 1);
  let [state, found] = [scorer.begin(), 0];
  for (const label of labelsOf(words, "cab abab")) {
    const next = scorer.extend(state, label);
    [state, found] = [next.state, found + next.score];
  }
  const [score] = await model.score(["cab abab\n"]);
  assertAlmostEquals(found + scorer.end(state), score.logprob, 1e-5);
});

Deno.test("a model of documents scores the end of the text", async () => {
  const model = modelOf(CharTokenizer.train(" abc", { specials: ["<eos>"] }), "<eos>");
  const [score] = await model.score(["cab"], { logprobs: 1 });
  assertClose(
    scoresOf(languageModelScorer(ACTION, model, TEXTS), "cab"),
    score.logprobs!.map(({ logprob }) => logprob),
  );
});

Deno.test("without a token before texts, the first label and the end are not predicted", async () => {
  const model = modelOf(CharTokenizer.train(" abc"));
  const [score] = await model.score(["cab"], { logprobs: 1 });
  const found = scoresOf(languageModelScorer(ACTION, model, TEXTS), "cab");
  assertClose(found, [0, ...score.logprobs!.map(({ logprob }) => logprob), 0]);
});

Deno.test("a model of words scores a word as it begins, and an unknown one as its unknown token and its letters", async () => {
  const model = modelOf(WordTokenizer.train("ab ca\nca b\n"));
  const scorer = languageModelScorer(ACTION, model, TEXTS);
  for (
    const { text, unknown, scored } of [
      { text: "ab ca", unknown: 0, scored: [0, 3, 5] },
      // No known word begins with "cc".
      { text: "cc ca b", unknown: 2, scored: [0, 1, 3, 6, 7] },
    ]
  ) {
    const [score] = await model.score([text], { logprobs: 1 });
    const scores = scoresOf(scorer, text);
    assertAlmostEquals(sum(scores), score.logprob + unknown * SPELLED, 1e-5);
    assertEquals(scores.flatMap((value, i) => Math.abs(value) < 1e-9 ? [] : [i]), scored);
  }
  const strict = modelOf(WordTokenizer.train("ab ca\n", { unknown: false }));
  assertEquals(scoresOf(languageModelScorer(ACTION, strict, TEXTS), "b")[0], -Infinity);
});

Deno.test("a label that ends a word and begins an unknown one is scored before the network reads the word", async () => {
  const texts = ["", "ab", " b", "b", " c"];
  for (const unknown of [true, false]) {
    const model = modelOf(WordTokenizer.train("ab ca\n", { unknown }));
    const steps = countSteps(model);
    const scorer = languageModelScorer(ACTION, model, texts);
    const first = scorer.extend(scorer.begin(), 1);
    const begun = scorer.extend(first.state, 2);
    assertEquals([begun.score > -Infinity, steps.rows], [unknown, 1]);
    if (!unknown) continue;
    // Its letters are charged at once, its token when it goes on.
    scorer.prepare!([begun.state]);
    const whole = scorer.extend(begun.state, 3);
    const [score] = await model.score(["ab bb"]);
    const scores = [first, begun, whole].map(({ score }) => score);
    assertAlmostEquals(sum(scores) + scorer.end(whole.state), score.logprob + 2 * SPELLED, 1e-5);
    assert(begun.score < SPELLED + 1e-9 && whole.score < SPELLED, `${scores}`);
  }
});

for (const kind of ["bpe", "unigram"] as const) {
  Deno.test(`a model of ${kind} subwords scores a word when it ends, as its tokens`, async () => {
    const texts = ["ab ca b", "ca ab ab", "b ca"];
    const preset = presets[kind]({ vocabSize: kind === "bpe" ? 262 : 10 });
    const tokenizer = await PipelineTokenizer.train(texts, preset);
    const model = modelOf(tokenizer);
    const scorer = languageModelScorer(ACTION, model, TEXTS);
    for (const text of texts) {
      const scores = scoresOf(scorer, text);
      const [score] = await model.score([kind === "bpe" ? `${text}\n` : text], { logprobs: 1 });
      assertAlmostEquals(sum(scores), score.logprob, 1e-4);
      assertEquals(scores.slice(0, 2).includes(0), true);
    }
  });
}

for (const kind of ["char", "word"] as const) {
  Deno.test(`a search with a model of ${kind}s ranks texts by what the model scores for each alone`, async () => {
    const model = modelOf(kind === "char" ? CharTokenizer.train("\n abc") : WordTokenizer.train("ab ca\nca b a\n"));
    const scores = randomScores({ frames: 10, classes: 5, seed: 8 });
    const scorer = languageModelScorer(ACTION, model, TEXTS);
    const found = searchPrefixes(scores, { blank: 0, beam: 10, prune: Infinity, nBest: 10, scorer });
    const texts = found.map(({ labels }) => recognizer.decode(labels.map(({ label }) => label - 1)));
    const alone = await model.score(texts.map((text) => kind === "char" ? text + "\n" : text || "\n"));
    assertEquals(found.length, 10);
    found.forEach(({ score, logProbability }, i) => {
      const unknown = kind === "char"
        ? []
        : texts[i].split(" ").filter((word) => !["ab", "ca", "b", "a"].includes(word));
      const spelled = unknown.join("").length * SPELLED;
      assertAlmostEquals(score, logProbability + alone[i].logprob + spelled, 1e-4, texts[i]);
    });
  });
}

Deno.test("prefixes of a frame are read side by side, each once", () => {
  const model = modelOf(CharTokenizer.train("\n abc"));
  const steps = countSteps(model);
  const scorer = languageModelScorer(ACTION, model, TEXTS);
  const [start] = [scorer.begin()];
  const states = [1, 2, 3, 4].map((label) => scorer.extend(start, label).state);
  scorer.prepare!(states);
  scorer.prepare!(states);
  for (const state of states) for (const label of [1, 2, 3, 4]) scorer.extend(state, label);
  assertEquals([[...steps.sizes], steps.rows], [[1, 4], 5]);
});

Deno.test("more prefixes than a step reads have the scores of each alone", () => {
  const model = modelOf(CharTokenizer.train("\n abc"));
  const [together, alone] = [0, 1].map(() => languageModelScorer(ACTION, model, TEXTS));
  const grow = (scorer: typeof alone): ReturnType<typeof alone.begin>[] => {
    let states = [scorer.begin()];
    for (let k = 0; k < 3; k++) {
      states = states.flatMap((state) => [1, 2, 3, 4, 1].map((label) => scorer.extend(state, label).state));
    }
    return states;
  };
  const [many, single] = [grow(together), grow(alone)];
  together.prepare!(many);
  assertEquals(many.length, 125);
  assertEquals(many.map((state) => together.extend(state, 2).score), single.map((one) => alone.extend(one, 2).score));
});

Deno.test("a model with other symbols is refused in one line", () => {
  const cases: [tokenizer: Tokenizer, message: string][] = [
    [
      CharTokenizer.train("\nABC "),
      'expected a language model that knows all symbols of the recognizer, found one without "a", "b", "c"; it knows "A"',
    ],
    [CharTokenizer.train("ab ", { unknown: true }), 'found one without "c"'],
    [
      WordTokenizer.train("ABBA CAB"),
      'expected a language model of words in the recognizer\'s symbols, found 2 words such as "ABBA"; it writes "abba"',
    ],
  ];
  for (const [tokenizer, message] of cases) {
    assertThrows(() => languageModelScorer(ACTION, modelOf(tokenizer), TEXTS), RangeError, message);
  }
});

Deno.test("a symbol for unknown ones is excluded", () => {
  const texts = labelTexts(CharTokenizer.train("abc ", { unknown: true }));
  const scorer = languageModelScorer(ACTION, modelOf(CharTokenizer.train("\nabc ")), texts, 1);
  assertEquals([texts[1], scorer.extend(scorer.begin(), 1).score], ["<unk>", -Infinity]);
});
