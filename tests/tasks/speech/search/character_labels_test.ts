// A tokenizer of bytes divides characters into several labels; searches see them whole.

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Engine } from "../../../../src/nn/mod.ts";
import { LanguageModel } from "../../../../tasks/language_modeling/model.ts";
import { labelsOf } from "../../../../tasks/speech/corpus.ts";
import { CharacterLabels, NOTHING } from "../../../../tasks/speech/search/character_labels.ts";
import { planSearch, type SearchOptions } from "../../../../tasks/speech/search/mod.ts";
import { unwritableWords } from "../../../../tasks/speech/unknown_symbols.ts";
import { CharTokenizer, PipelineTokenizer, presets } from "../../../../tokenizers/mod.ts";

const bytes = await PipelineTokenizer.train(["né né né ab ab ab"], presets.bpe({ vocabSize: 261 }));
const SAID = "né 日本 ab";
const WORDS = ["né", "ab", "日本"];
const CLASSES = bytes.size + 1;

/** Searches in frames that say a text for certain. */
async function found(
  said: string,
  options: SearchOptions,
): Promise<{ readonly text: string; readonly score: number }> {
  const frames = [...labelsOf(bytes, said)].flatMap((label) => [label, 0]);
  const values = new Float32Array(frames.length * CLASSES).fill(-30);
  frames.forEach((label, t) => values[t * CLASSES + label] = 0);
  using plan = planSearch("transcribe", options, { tokenizer: bytes, blank: 0 });
  const [{ labels, score }] = await plan.search(
    { values, frames: frames.length, classes: CLASSES },
    () => Promise.resolve(),
  );
  return { text: bytes.decode(labels.map(({ label }) => label - 1)), score };
}

Deno.test("a character of several labels becomes a label when its last byte is read", () => {
  const labels = new CharacterLabels(bytes);
  let [open, text, steps] = [NOTHING, "", 0];
  for (const label of labelsOf(bytes, SAID)) {
    const added = labels.follow(open, label);
    open = added.open;
    text += added.label === undefined ? "" : labels.texts[added.label];
    steps++;
  }
  assertEquals([text, steps > [...SAID].length], [SAID, true]);
  assertEquals(new CharacterLabels(CharTokenizer.train("né ")).hasParts, false);
});

Deno.test("a lexicon has words of characters that are divided into bytes", async () => {
  assertEquals(unwritableWords(bytes, WORDS), []);
  assertEquals((await found(SAID, { lexicon: WORDS })).text, SAID);
  assertEquals((await found(SAID, { lexicon: ["né", "日", "ab"], beam: 50 })).text.includes("本"), false);
  assertEquals((await found("ab 日", { lexicon: WORDS })).text, "ab ");
});

Deno.test("a model of characters scores characters that are divided into bytes, and need not know every byte", async () => {
  const model = LanguageModel.create({
    ...{ tokenizer: CharTokenizer.train("\n néab日本"), hidden: 6, layers: 1, initRange: 1, engine: new Engine() },
  });
  const { text, score } = await found(SAID, { lm: model, lmWeight: 1, prune: 5 });
  const [alone] = await model.score([`${SAID}\n`]);
  assertEquals(text, SAID);
  assertAlmostEquals(score, alone.logprob, 1e-4);
});
