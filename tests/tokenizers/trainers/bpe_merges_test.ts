import { assert, assertEquals } from "@std/assert";
import { learnMerges } from "../../../tokenizers/trainers/bpe_merges.ts";
import { bpeSettings, type BPETrainerOptions } from "../../../tokenizers/trainers/bpe_settings.ts";
import { ProgressReporter } from "../../../tokenizers/trainers/progress_reporter.ts";
import { countsOf } from "./corpora.ts";
import { naiveMerges, textbookMerges } from "./naive_bpe.ts";
import { compareVocabularies, learnInOrderOf } from "./reference_order.ts";

Deno.test("merges equal a naive version of the reference's, on 1,000 random corpora with every option", () => {
  const random = generator(1);
  let reused = 0;
  for (let run = 0; run < 1000; run++) {
    const corpus = randomCorpus(random);
    const options = randomOptions(random);
    const naive = naiveMerges(corpus, options);
    const { vocabulary, merges } = learn(corpus, options);
    const what = JSON.stringify([[...corpus], options]);
    assertEquals([...vocabulary], naive.tokens.map((token, id): [string, number] => [token, id]), what);
    assertEquals(merges, naive.merges, what);
    reused += naive.reused;
  }
  assert(reused > 100, `the corpora have only ${reused} tokens that are spelled in two ways`);
});

Deno.test("merges equal the textbook algorithm's if no token is spelled in two ways", () => {
  const random = generator(2);
  let compared = 0;
  for (let run = 0; run < 400; run++) {
    const corpus = randomCorpus(random);
    const naive = textbookMerges(corpus, { vocabSize: 20 });
    if (naive.reused > 0) continue;
    compared++;
    assertEquals(learn(corpus, { vocabSize: 20 }).merges, naive.merges, JSON.stringify([...corpus]));
  }
  assert(compared > 100, `only ${compared} corpora compared`);
});

Deno.test("merges do not depend on the order of the pieces", () => {
  const random = generator(3);
  for (let run = 0; run < 50; run++) {
    const corpus = randomCorpus(random);
    const options = randomOptions(random);
    const once = learn(corpus, options);
    const backwards = learn(new Map([...corpus].reverse()), options);
    assertEquals([...backwards.vocabulary], [...once.vocabulary]);
    assertEquals(backwards.merges, once.merges);
  }
});

Deno.test("WordPiece vocabularies equal those of npm:tokenizers, given its order of prefixed characters", () => {
  const counts = countsOf("dab cab bad dad add cad abba dabba badad");
  const runs = [
    "a b c d ##a ##d ##b ##ad ##ab bad dab ##ba ad ab cad cab dad badad dabba add abba",
    "a b c d ##a ##b ##d ##ad ##ab bad dab ##ba ab ad cad cab dad badad dabba abba add",
    "a b c d ##d ##a ##b ##ad ##ab bad dab ##ba ad ab cad cab dad badad dabba add abba",
  ].map((tokens) => new Map(tokens.split(" ").map((token, id) => [token, id])));
  for (const reference of runs) {
    const difference = compareVocabularies(reference, learnInOrderOf(reference, counts).vocabulary);
    assertEquals(difference, { missing: [], extra: [], moved: [] });
  }
  assertEquals(compareVocabularies(runs[0], runs[1]).moved, ["##d", "##b", "ad", "ab", "add", "abba"]);
});

function learn(corpus: ReadonlyMap<string, number>, options: BPETrainerOptions): ReturnType<typeof learnMerges> {
  return learnMerges(corpus, bpeSettings(options, "train"), new ProgressReporter(undefined), "train");
}

/** Uniform integers below the argument (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

function randomCorpus(random: (below: number) => number): Map<string, number> {
  const alphabet = random(2) === 0 ? ["a", "b"] : ["a", "b", "é", "😀", "#"];
  const corpus = new Map<string, number>();
  for (let i = random(12) + 1; i > 0; i--) {
    const length = random(3) === 0 ? random(30) + 1 : random(7) + 1;
    const piece = Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
    corpus.set(piece, random(5) + 1);
  }
  return corpus;
}

function randomOptions(random: (below: number) => number): BPETrainerOptions {
  const some = <T>(value: T): T | undefined => random(3) === 0 ? value : undefined;
  return {
    vocabSize: 25 + random(150),
    minCount: some(random(5)),
    specialTokens: some(["<s>", "ab", "b"]),
    limitAlphabet: some(random(4) + 1),
    initialAlphabet: some("xyé"),
    continuingSubwordPrefix: some("##"),
    endOfWordSuffix: some("</w>"),
    maxTokenLength: some(random(6) + 1),
  };
}
