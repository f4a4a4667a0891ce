import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, PipelineTokenizer, presets } from "../../../../tokenizers/mod.ts";
import { labelsOf } from "../../../../tasks/speech/corpus.ts";
import { labelTexts } from "../../../../tasks/speech/search/label_texts.ts";
import { Lexicon, readLexicon } from "../../../../tasks/speech/search/lexicon.ts";
import { PrefixSearch, searchPrefixes } from "../../../../tasks/speech/search/prefix_beam.ts";
import { randomScores } from "./cases.ts";

const tokenizer = CharTokenizer.train("abc ");
const TEXTS = labelTexts(tokenizer);

/** The number of labels of a text that a lexicon admits, and whether it may end there. */
function admitted(lexicon: Lexicon, labels: Iterable<number>): [count: number, isWhole: boolean] {
  let [state, count] = [lexicon.begin(), 0];
  for (const label of labels) {
    const next = lexicon.extend(state, label);
    if (next.score === -Infinity) break;
    [state, count] = [next.state, count + 1];
  }
  return [count, lexicon.end(state) === 0];
}

Deno.test("a lexicon admits beginnings of its words, and a space after whole words only", () => {
  const lexicon = new Lexicon("transcribe", ["ab", "abc", "c"], TEXTS);
  const cases: [text: string, count: number, isWhole: boolean][] = [
    ["", 0, true],
    ["ab", 2, true],
    ["abc c", 5, true],
    ["ab ", 3, true],
    ["a b", 1, false],
    ["abb", 2, true],
    ["ab  c", 3, true],
    [" ab", 0, true],
    ["ba", 0, true],
    ["cc", 1, true],
    ["c a", 3, false],
  ];
  for (const [text, count, isWhole] of cases) {
    assertEquals(admitted(lexicon, labelsOf(tokenizer, text)), [count, isWhole], JSON.stringify(text));
  }
});

Deno.test("symbols that hold several characters and a space are followed character by character", async () => {
  const words = "abab cab abab cab cab abab";
  const pieces = await PipelineTokenizer.train([words], presets.unigram({ vocabSize: 20 }));
  const lexicon = new Lexicon("transcribe", ["abab", "cab"], labelTexts(pieces));
  const labels = labelsOf(pieces, words);
  assertEquals(admitted(lexicon, labels), [labels.length, true]);
});

Deno.test("a search with a lexicon finds texts of its words only", () => {
  const scores = randomScores({ frames: 12, classes: 5, seed: 6 });
  const lexicon = new Lexicon("transcribe", ["ab", "ca"], TEXTS);
  const options = { blank: 0, beam: 30, prune: Infinity, nBest: 5 };
  const found = searchPrefixes(scores, { ...options, scorer: lexicon });
  assertEquals(found.length, 5);
  for (const { labels } of found) {
    const text = tokenizer.decode(labels.map(({ label }) => label - 1));
    assertEquals(text.replaceAll(/\b(?:ab|ca)\b/g, "").trim(), "", text);
  }
});

Deno.test("a word that the sound does not finish is cut off, and streams hold it back until then", () => {
  const lexicon = new Lexicon("transcribe", ["ab", "cab", "cabbac"], TEXTS);
  const options = { blank: 0, beam: 8, prune: 5, scorer: lexicon, lexicon };
  const cases = [["ab ca", "ab "], ["ca", ""], ["ab cabba", "ab cab"], ["ab cab", "ab cab"], ["cab ab ", "cab ab "]];
  for (const [said, expected] of cases) {
    // Each label is certain and has a blank after it.
    const frames = [...labelsOf(tokenizer, said)].flatMap((label) => [label, 0]);
    const values = new Float32Array(frames.length * 5).fill(-20);
    frames.forEach((label, t) => values[t * 5 + label] = 0);
    const textOf = (labels: readonly number[]): string => tokenizer.decode(labels.map((label) => label - 1));
    const [{ labels }] = searchPrefixes({ values, frames: frames.length, classes: 5 }, options);
    assertEquals(textOf(labels.map(({ label }) => label)), expected);
    const search = new PrefixSearch(options);
    let found = "";
    for (let t = 0; t < frames.length; t++) {
      search.push({ values: values.subarray(5 * t, 5 * t + 5), frames: 1, classes: 5 });
      found += textOf(search.takeCertain());
      assertEquals(expected.startsWith(found), true, found);
    }
    assertEquals(found + textOf(search.end()[0].labels.map(({ label }) => label)), expected);
  }
});

Deno.test("a lexicon leaves out words that the recognizer cannot write and needs one that it can", () => {
  const lexicon = new Lexicon("transcribe", ["ax", "ab"], TEXTS);
  assertEquals(admitted(lexicon, labelsOf(tokenizer, "ab")), [2, true]);
  const expected = "transcribe: expected a lexicon of words in the recognizer's symbols, found";
  assertThrows(() => new Lexicon("transcribe", ["AB", "xy"], TEXTS), RangeError, `${expected} 2 words such as "AB"`);
  assertThrows(() => new Lexicon("transcribe", [], TEXTS), RangeError, `${expected} none`);
});

Deno.test("readLexicon reads the words of a list or a pronunciation dictionary once each", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, ";;; comment\nA\tAH\nA(2)  EY\nEIGHT EY T\n\nEIGHT(2) AE T\n(OH)\nSIX\n");
    assertEquals(await readLexicon(path), ["A", "EIGHT", "(OH)", "SIX"]);
    await Deno.writeTextFile(path, ";;; comment\n");
    await assertRejects(() => readLexicon(path), RangeError, "expected words, found none");
  } finally {
    await Deno.remove(path);
  }
});
