import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type BleuOptions,
  bleuStatistics,
  corpusBleu,
  scoreBleu,
  sentenceBleu,
  type Smoothing,
  sumBleuStatistics,
} from "../../../../tasks/translation/metrics/mod.ts";
import { babble } from "../../../support/command.ts";
import { HYPOTHESES, REFERENCES } from "./readme_example.ts";

const FIRST = REFERENCES.map(([first]) => first);

Deno.test("corpusBleu with two references matches sacreBLEU's tests", () => {
  const cases: [BleuOptions, number][] = [
    [{}, 48.530827],
    [{ tokenizer: "13a" }, 48.530827],
    [{ tokenizer: "none" }, 49.1919566],
    [{ tokenizer: "intl" }, 43.91623493],
    [{ smoothing: "none" }, 48.530827],
  ];
  for (const [options, expected] of cases) {
    assertAlmostEquals(corpusBleu(HYPOTHESES, REFERENCES, options).score, expected, 1e-8, JSON.stringify(options));
  }
  assertEquals(corpusBleu(["", "", ""], REFERENCES).score, 0);
});

Deno.test("corpusBleu returns the same components as sacreBLEU 2.6.0", () => {
  const found = corpusBleu(HYPOTHESES, REFERENCES);
  assertEquals([found.counts, found.totals], [[14, 7, 5, 3], [17, 14, 11, 8]]);
  assertEquals([found.hypothesisLength, found.referenceLength], [17, 18]);
  const figures = [...found.precisions, found.brevityPenalty, found.ratio];
  const expected = [82.3529411764706, 50, 45.45454545454545, 37.5, 0.9428731438548749, 0.9444444444444444];
  figures.forEach((figure, i) => assertAlmostEquals(figure, expected[i], 1e-12));
  const once = corpusBleu(HYPOTHESES, FIRST);
  assertEquals([once.counts, once.referenceLength, once.brevityPenalty], [[12, 6, 4, 3], 17, 1]);
  assertAlmostEquals(once.score, 45.06750632106114, 1e-10);
});

Deno.test("corpusBleu matches sacreBLEU 2.6.0 with other options", () => {
  const cases: [BleuOptions, number, number][] = [
    [{ tokenizer: "char" }, 72.61064153440596, 51.562779528311275],
    [{ smoothing: "add-k" }, 52.70109002482467, 49.69770530031035],
    [{ smoothing: "floor" }, 48.530827009929865, 45.06750632106114],
  ];
  for (const [options, several, one] of cases) {
    assertAlmostEquals(corpusBleu(HYPOTHESES, REFERENCES, options).score, several, 1e-10);
    assertAlmostEquals(corpusBleu(HYPOTHESES, FIRST, options).score, one, 1e-10);
  }
});

Deno.test("sentenceBleu matches sacreBLEU's tests with every smoothing", () => {
  const hypothesis = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";
  const reference = "producţia de zahăr brut se exprimă în zahăr alb;";
  const cases: [BleuOptions, number][] = [
    [{}, 8.493],
    [{ smoothing: "none" }, 0],
    [{ smoothing: "floor" }, 4.51688],
    [{ smoothing: "floor", smoothingValue: 0.1 }, 4.51688],
    [{ smoothing: "floor", smoothingValue: 0.5 }, 10.1],
    [{ smoothing: "add-k" }, 14.882],
    [{ smoothing: "add-k", smoothingValue: 1 }, 14.882],
    [{ smoothing: "add-k", smoothingValue: 2 }, 21.389],
    [{ tokenizer: "none" }, 7.347],
    [{ tokenizer: "intl" }, 8.493],
    [{ tokenizer: "char" }, 40.8759],
    [{ tokenizer: "char", lowercase: true }, 42.0267],
  ];
  for (const [options, expected] of cases) {
    assertAlmostEquals(sentenceBleu(hypothesis, reference, options).score, expected, 1e-3, JSON.stringify(options));
  }
  for (const smoothing of ["exp", "none", "floor", "add-k"] as const) {
    assertEquals(sentenceBleu("this is a cat", "okay thanks", { smoothing }).score, 0, "nothing matches");
  }
});

Deno.test("BLEU without tokenization and with floor smoothing matches sacreBLEU's tests", () => {
  const raw = { tokenizer: "none", smoothing: "floor", smoothingValue: 0.01, effectiveOrder: true } as const;
  const cases: [string[], string[], number][] = [
    [["this is a test", "another test"], ["ref1", "ref2"], 0],
    [["this is a test"], ["this is a test"], 100],
    [["this is a fest"], ["this is a test"], 22.3606797749979],
    [["test"], ["a test"], 36.78794411714425],
    [["a test"], ["a test"], 100],
    [["a little test"], ["a test"], 3.218297948685433],
  ];
  for (const [hypotheses, references, expected] of cases) {
    assertAlmostEquals(corpusBleu(hypotheses, references, raw).score, expected, 1e-8, hypotheses[0]);
  }
  const [hypothesis, reference] = ["am I am a character sequence", "I am a symbol string sequence a a"];
  const found = sentenceBleu(hypothesis, reference, { ...raw, smoothingValue: 0.1 });
  assertEquals([found.counts, found.totals], [[4, 2, 1, 0], [6, 5, 4, 3]]);
  assertAlmostEquals(found.score, 15.55722182, 1e-6);
  assertEquals(sentenceBleu(hypothesis, reference, { ...raw, smoothingValue: 0 }).score, 0);
});

Deno.test("scoreBleu matches sacreBLEU's tests, also for statistics without matches or tokens", () => {
  const score = (counts: number[], totals: number[], hypothesisLength: number, referenceLength: number): number =>
    scoreBleu({ counts, totals, hypothesisLength, referenceLength, references: 1 }, { smoothing: "floor" }).score;
  assertAlmostEquals(score([9, 7, 5, 3], [10, 8, 6, 4], 11, 11), 83.75922397, 1e-8);
  assertEquals(score([0, 0, 0, 0], [4, 4, 2, 1], 0, 1), 0);
  assertEquals(score([0, 0, 0, 0], [10, 11, 12, 0], 14, 10), 0);
  assertEquals(score([0, 0, 0, 0], [0, 0, 0, 0], 0, 0), 0);
});

Deno.test("a sentence shorter than four tokens has a BLEU, but a corpus of it has none, as in sacreBLEU 2.6.0", () => {
  assertEquals([corpusBleu(["a b"], ["a b"]).score, sentenceBleu("a b", "a b").score], [0, 100]);
  assertEquals(corpusBleu(["a b c"], ["a b d"]).score, 0);
  assertAlmostEquals(sentenceBleu("a b c", "a b d").score, 55.03212081491043, 1e-10);
  const each = HYPOTHESES.map((hypothesis, i) => sentenceBleu(hypothesis, REFERENCES[i]).score);
  [100, 14.794015674776452, 29.071536848410968].forEach((expected, i) => assertAlmostEquals(each[i], expected, 1e-10));
  assertAlmostEquals(sentenceBleu(HYPOTHESES[2], FIRST[2]).score, 15.619699684601283, 1e-10);
});

Deno.test("an empty hypothesis has a score and a brevity penalty of 0", () => {
  const silent = sentenceBleu("", "a test");
  assertEquals([silent.score, silent.brevityPenalty, silent.ratio], [0, 0, 0]);
  const both = sentenceBleu("", "");
  assertEquals([both.score, both.brevityPenalty, both.ratio], [0, 1, 0]);
  assertEquals(sentenceBleu("a test", "").score, 0);
});

Deno.test("13a treats detached and attached punctuation alike and unescapes entities", () => {
  const [attached, detached] = ["Prices rose 3.5% to $1,200.", "Prices rose 3.5 % to $ 1,200 ."];
  assertEquals(corpusBleu([attached], [detached]).score, 100);
  assertAlmostEquals(corpusBleu([attached], [detached], { tokenizer: "none" }).score, 12.975849993980741, 1e-10);
  assertEquals(corpusBleu(["&quot;Q&amp;A&quot; is &lt;b&gt;"], ['"Q&A" is <b>']).score, 100);
});

Deno.test("BLEU is case-sensitive unless texts are lowercased", () => {
  const [hypothesis, reference] = ["THE CAT SAT ON a mat", "the cat sat on a mat"];
  assert(corpusBleu([hypothesis], [reference]).score < 50);
  assertEquals(corpusBleu([hypothesis], [reference], { lowercase: true }).score, 100);
});

Deno.test("the reference length is the closest one, the shorter in a tie", () => {
  const lengthOf = (...references: string[]): number => bleuStatistics("a b c d", references).referenceLength;
  assertEquals(lengthOf("a", "a b c d e f"), 6);
  assertEquals(lengthOf("a b c d e", "a b c"), 3);
  assertEquals(lengthOf("a b c", "a b c d e"), 3);
  // Counts are clipped to the maximum in any one reference, not to the sum.
  assertEquals(bleuStatistics("a a a a", ["a a b", "a c"]).counts, [2, 1, 0, 0]);
});

Deno.test("the signature of BLEU lists its options", () => {
  assertEquals(
    corpusBleu(HYPOTHESES, FIRST).signature,
    "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:elman",
  );
  assertEquals(
    sentenceBleu("a", ["a", "b"], { tokenizer: "char", lowercase: true, smoothing: "floor" }).signature,
    "nrefs:2|case:lc|eff:yes|tok:char|smooth:floor[0.10]|version:elman",
  );
  const { signature } = corpusBleu(["a", "b"], ["a", ["b", "c"]], { smoothing: "add-k", smoothingValue: 0.5 });
  assertEquals(signature, "nrefs:var|case:mixed|eff:no|tok:13a|smooth:add-k[0.50]|version:elman");
});

Deno.test("identical texts score 100, order does not matter, and summed statistics give the corpus score", () => {
  const references = babble(20_000).split("\n");
  const hypotheses = references.map((text, i) => text.replace("cat", "dog").slice(0, i % 3 === 0 ? 20 : undefined));
  assertEquals(corpusBleu(references, references).score, 100);
  const whole = corpusBleu(hypotheses, references);
  assert(whole.score > 10 && whole.score < 90);
  assertEquals(corpusBleu(hypotheses.toReversed(), references.toReversed()), whole);
  const half = hypotheses.length >> 1;
  const statistics = hypotheses.map((hypothesis, i) => bleuStatistics(hypothesis, references[i]));
  const halves = [statistics.slice(0, half), statistics.slice(half)].map(sumBleuStatistics);
  assertEquals(scoreBleu(sumBleuStatistics(halves)), whole);
});

Deno.test("BLEU throws an error for different counts, no sentences, no references and invalid smoothing", () => {
  const refuse = (f: () => unknown, message: string): void => void assertThrows(f, RangeError, message);
  refuse(
    () => corpusBleu(["a", "b", "c"], ["a", "b"]),
    "compute BLEU: expected as many references as hypotheses, found 3 hypotheses and 2 references",
  );
  refuse(() => corpusBleu([], []), "expected at least one hypothesis, found none");
  refuse(() => corpusBleu(["a"], [[]]), "expected at least one reference for each sentence, found none");
  refuse(() => sentenceBleu("a", []), "expected at least one reference for each sentence, found none");
  refuse(() => sumBleuStatistics([]), "expected at least one sentence, found none");
  refuse(() => sentenceBleu("a", "a", { smoothing: "log" as Smoothing }), "expected a smoothing of exp, floor, add-k");
  refuse(() => sentenceBleu("a", "a", { smoothing: "floor", smoothingValue: -1 }), "of at least 0, found -1");
});
