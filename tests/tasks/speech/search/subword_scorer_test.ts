import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Engine } from "../../../../src/nn/mod.ts";
import { lineFeedId } from "../../../../tasks/language_modeling/own_ids.ts";
import { LanguageModel } from "../../../../tasks/language_modeling/model.ts";
import { subwordModel } from "../../../../tasks/speech/search/subword_scorer.ts";
import { TokenPrefixes } from "../../../../tasks/speech/search/token_prefixes.ts";
import { PipelineTokenizer, presets, type Tokenizer } from "../../../../tokenizers/mod.ts";

const TEXTS = ["ab ca b", "ca ab ab", "b ca"];
/** Words of a long text; after some, a tokenizer does not cut. */
const WORDS = Array.from({ length: 90 }, (_, i) => ["ab", "ca", "b", "ba!", "c", "!!", "aab"][i * i % 7]);

/** The score of each word, from the tokens of the whole text with it and without it. */
function scoresOfWhole(prefixes: TokenPrefixes, tokenizer: Tokenizer): number[] {
  const scores = WORDS.map((_, k) => {
    const text = WORDS.slice(0, k + 1).join(" ");
    return prefixes.extend(prefixes.start, tokenizer.encodePrompt(text)).score;
  });
  return scores.map((score, k) => score - (scores[k - 1] ?? 0));
}

for (const kind of ["bpe", "unigram"] as const) {
  Deno.test(`words of a long text have the scores of the whole by ${kind} subwords, at constant memory`, async () => {
    const preset = presets[kind]({ vocabSize: kind === "bpe" ? 262 : 12 });
    const tokenizer = await PipelineTokenizer.train([...TEXTS, "ba! !!"], preset);
    const model = LanguageModel.create({ tokenizer, hidden: 6, initRange: 1, seed: 3, engine: new Engine() });
    const boundary = lineFeedId(tokenizer);
    using prefixes = new TokenPrefixes(model.network, boundary);
    const scorer = subwordModel(prefixes, tokenizer, boundary);
    const expected = scoresOfWhole(prefixes, tokenizer);
    let state = scorer.begin();
    const longest = WORDS.map((word, k) => {
      const added = scorer.add(state, word);
      assertAlmostEquals(added.score, expected[k], 1e-6, `word ${k}`);
      state = added.state;
      return Math.max(state.text.length, state.ids.length);
    });
    assert(Math.max(...longest) < 30, `${longest}`);
    assertEquals(state.text.trim().split(" ").at(-1), WORDS.at(-1));
  });
}
