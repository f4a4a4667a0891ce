// Language models of words charge a word while it is spelled, by the likeliest one that begins so.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Engine } from "../../../../src/nn/mod.ts";
import { LanguageModel } from "../../../../tasks/language_modeling/model.ts";
import { labelsOf } from "../../../../tasks/speech/corpus.ts";
import { labelTexts } from "../../../../tasks/speech/search/label_texts.ts";
import { languageModelScorer } from "../../../../tasks/speech/search/language_model_scorer.ts";
import { NGramModel, ngramScorer } from "../../../../tasks/speech/search/ngram_model.ts";
import { searchPrefixes } from "../../../../tasks/speech/search/prefix_beam.ts";
import type { PrefixScorer } from "../../../../tasks/speech/search/scorer.ts";
import { CharTokenizer, WordTokenizer } from "../../../../tokenizers/mod.ts";

const SYMBOLS = CharTokenizer.train("abc ");
const TEXTS = labelTexts(SYMBOLS);

/** A model of words and pairs, in which "b a" is less likely than by back-off. */
function pairs(unknown?: number): NGramModel {
  const logs = {
    ab: -6,
    cb: -1,
    b: -3,
    a: -2,
    "<s>": -99,
    "</s>": -1,
    ...unknown !== undefined && { "<unk>": unknown },
  };
  return new NGramModel([
    { logs: new Map(Object.entries(logs)), backoffs: new Map([["b", -0.5], ["ab", 0.25]]) },
    { logs: new Map([["<s> ab", -4], ["b a", -7], ["ab cb", -0.1], ["cb </s>", -0.2]]), backoffs: new Map() },
  ]);
}

function words(): LanguageModel {
  const tokenizer = WordTokenizer.train("ab cb\nb a\n");
  return LanguageModel.create({ tokenizer, hidden: 6, initRange: 1, seed: 3, engine: new Engine() });
}

/** The scores of the symbols of a text, each prepared as in a search, and that of its end. */
function scoresOf<S>(scorer: PrefixScorer<S>, text: string): number[] {
  let state = scorer.begin();
  const scores = Array.from(labelsOf(SYMBOLS, text), (label) => {
    scorer.prepare?.([state]);
    const next = scorer.extend(state, label);
    state = next.state;
    return next.score;
  });
  return [...scores, scorer.end(state)];
}

const SCORERS: readonly (readonly [name: string, make: () => PrefixScorer<unknown>])[] = [
  ["n-grams", () => ngramScorer("test", pairs(), TEXTS) as PrefixScorer<unknown>],
  ["n-grams with an unknown word", () => ngramScorer("test", pairs(-0.01), TEXTS) as PrefixScorer<unknown>],
  ["a network", () => languageModelScorer("test", words(), TEXTS) as unknown as PrefixScorer<unknown>],
];

for (const [name, make] of SCORERS) {
  Deno.test(`no symbol raises the score of a text, by ${name}, known words or not`, () => {
    const scorer = make();
    for (const text of ["ab cb", "b a", "a b ab", "abc", "bb a", "cab ab", "ab ca cb"]) {
      const scores = scoresOf(scorer, text);
      for (const score of scores) assert(score < 1e-9, `${text}: ${scores}`);
    }
  });
}

Deno.test("the bound of words that begin so is at most 0, also if a factor of shorter n-grams is above 1", () => {
  // Almost all texts go on with "cb", after "ab" fewer.
  const model = new NGramModel([
    { logs: new Map([["ab", -4], ["cb", -0.1], ["c", -4]]), backoffs: new Map([["ab", 1]]) },
    { logs: new Map([["ab cb", -0.5]]), backoffs: new Map() },
  ]);
  assertEquals([["ab"], []].map((context) => model.most(context, "c")), [0, -0.1]);
  assertEquals([model.most(["ab"], "a"), model.most(["ab"], "b")], [-3, -Infinity]);
  const scores = scoresOf(ngramScorer("test", model, TEXTS), "ab cb");
  assert(scores.every((score) => score <= 0), `${scores}`);
  assertAlmostEquals(scores.reduce((sum, score) => sum + score), model.score(["ab", "cb"]));
});

Deno.test("a model knows the words that it scores, be it as the unknown one", () => {
  assertEquals([pairs().knows("ab"), pairs().knows("ca"), pairs(-1).knows("ca")], [true, false, true]);
});

Deno.test("a word's first letter is charged what the likeliest word that begins so costs, its end the rest", () => {
  // The word "a" is likelier than "ab"; the end follows by back-off.
  const expected = [-2, -2, 0.25 - 1];
  scoresOf(ngramScorer("test", pairs(), TEXTS), "ab").forEach((score, i) => assertAlmostEquals(score, expected[i]));
  const scores = scoresOf(languageModelScorer("test", words(), TEXTS), "cb");
  assert(scores[0] < -0.1 && Math.abs(scores[1]) < 1e-9, `${scores}`);
});

for (const [name, make] of SCORERS.slice(0, 2)) {
  Deno.test(`a beam of 1 finds the likely word although an unlikely one sounds better at first, by ${name}`, () => {
    // "ab" is heard a little better than "cb".
    const frames = [{ "": 0.05, a: 0.5, b: 0.02, c: 0.4, " ": 0.03 }, {
      "": 0.05,
      a: 0.02,
      b: 0.9,
      c: 0.02,
      " ": 0.01,
    }];
    const logs = frames.flatMap((frame) => TEXTS.map((text) => Math.log(frame[text as "a"])));
    const scores = { values: Float32Array.from(logs), frames: frames.length, classes: TEXTS.length };
    const found = [1, 100].map((beam) => {
      const [{ labels }] = searchPrefixes(scores, { blank: 0, beam, prune: Infinity, scorer: make() });
      return SYMBOLS.decode(labels.map(({ label }) => label - 1));
    });
    assertEquals(found, ["cb", "cb"]);
  });
}
