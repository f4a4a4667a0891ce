import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type ChrfOptions,
  chrfStatistics,
  corpusChrf,
  scoreChrf,
  sentenceChrf,
  sumChrfStatistics,
} from "../../../../tasks/translation/metrics/mod.ts";
import { babble } from "../../../support/command.ts";
import { HYPOTHESES, REFERENCES } from "./readme_example.ts";

const FIRST = REFERENCES.map(([first]) => first);

Deno.test("chrF of short texts matches sacreBLEU's tests", () => {
  const cases: [string[], string[], number][] = [
    [["a"], ["a"], 100],
    [[""], ["reference"], 0],
    [["a b c"], ["a b c"], 100],
    [["a b c"], ["abc"], 100],
    [[""], ["c"], 0],
    [["a", "b"], ["a", "c"], 50],
    [["aa"], ["ab"], 25],
  ];
  for (const [hypotheses, references, expected] of cases) {
    assertAlmostEquals(corpusChrf(hypotheses, references, { beta: 3 }).score, expected, 1e-10, hypotheses[0]);
  }
  assertEquals([sentenceChrf("a", "").score, sentenceChrf("", "").score], [0, 0]);
});

Deno.test("chrF with white space matches sacreBLEU's tests", () => {
  const cases = [
    [
      "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
      "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
      67.3481606,
    ],
    [
      "risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
      "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
      65.2414427,
    ],
  ] as const;
  for (const [hypothesis, reference, expected] of cases) {
    assertAlmostEquals(sentenceChrf(hypothesis, reference, { beta: 3, whitespace: true }).score, expected, 1e-6);
  }
});

Deno.test("corpusChrf matches sacreBLEU 2.6.0 with one or two references", () => {
  const cases: [ChrfOptions, string, several: number, one: number][] = [
    [{}, "chrF2", 59.72751782684763, 50.043063606582294],
    [{ wordOrder: 2 }, "chrF2++", 59.15310444399262, 51.7309698503746],
    [{ lowercase: true }, "chrF2", 60.02302725455764, 50.043063606582294],
    [{ whitespace: true }, "chrF2", 65.8764867358276, 54.41334637570895],
    [{ charOrder: 3, wordOrder: 1, beta: 1 }, "chrF1+", 69.20961926739707, 63.00158260723888],
  ];
  for (const [options, name, several, one] of cases) {
    const found = corpusChrf(HYPOTHESES, REFERENCES, options);
    assertEquals(found.name, name);
    assertAlmostEquals(found.score, several, 1e-10, JSON.stringify(options));
    assertAlmostEquals(corpusChrf(HYPOTHESES, FIRST, options).score, one, 1e-10, JSON.stringify(options));
  }
});

Deno.test("sentenceChrf matches sacreBLEU 2.6.0 and uses the best of several references", () => {
  const cases: [ChrfOptions, number[]][] = [
    [{}, [100, 35.34635301425291, 51.87740799504779]],
    [{ wordOrder: 2 }, [100, 29.14513880802484, 52.00714394858371]],
  ];
  for (const [options, expected] of cases) {
    HYPOTHESES.forEach((hypothesis, i) => {
      assertAlmostEquals(sentenceChrf(hypothesis, REFERENCES[i], options).score, expected[i], 1e-10);
      const each = REFERENCES[i].map((reference) => sentenceChrf(hypothesis, reference, options).score);
      assertEquals(sentenceChrf(hypothesis, REFERENCES[i], options).score, Math.max(...each));
    });
  }
});

Deno.test("chrF++ splits one punctuation mark off each word, the last first, as sacreBLEU 2.6.0 does", () => {
  const plus = { wordOrder: 2 };
  assertAlmostEquals(sentenceChrf("(hi) there, you!", "(hi ) there , you !", plus).score, 92.8760571045801, 1e-10);
  assertAlmostEquals(sentenceChrf("“Yes,” (he) said…", "'Yes', he said!", plus).score, 19.86859704536673, 1e-10);
  assertAlmostEquals(
    sentenceChrf("Prices rose 3.5% to $1,200.", "Prices rose 3.5 % to $ 1,200 .", plus).score,
    92.01286305167949,
    1e-10,
  );
  assertAlmostEquals(sentenceChrf("a b c", "a b d", plus).score, 46.66666666666666, 1e-10);
});

Deno.test("chrF compares code points, lowercased if requested, as sacreBLEU 2.6.0 does", () => {
  const [hypothesis, reference] = ["Žluťoučký kůň \u{1f600}", "žluťoučký kůň \u{1f600}\u{1f600}"];
  assertAlmostEquals(sentenceChrf(hypothesis, reference).score, 83.69464817082437, 1e-10);
  assertAlmostEquals(sentenceChrf(hypothesis, reference, { lowercase: true }).score, 92.75504182616072, 1e-10);
});

Deno.test("the signature of chrF lists its options", () => {
  assertEquals(
    corpusChrf(HYPOTHESES, FIRST).signature,
    "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:elman",
  );
  assertEquals(
    corpusChrf(["a", "b"], ["a", ["b", "c"]], { wordOrder: 2, charOrder: 4, lowercase: true, whitespace: true })
      .signature,
    "nrefs:var|case:lc|eff:yes|nc:4|nw:2|space:yes|version:elman",
  );
});

Deno.test("identical texts score 100, order does not matter, and summed statistics give the corpus score", () => {
  const references = babble(20_000).split("\n");
  const hypotheses = references.map((text, i) => text.replace("cat", "dog").slice(0, i % 3 === 0 ? 20 : undefined));
  for (const options of [{}, { wordOrder: 2 }]) {
    assertEquals(corpusChrf(references, references, options).score, 100);
    const whole = corpusChrf(hypotheses, references, options);
    assert(whole.score > 10 && whole.score < 95);
    assertEquals(corpusChrf(hypotheses.toReversed(), references.toReversed(), options), whole);
    const statistics = hypotheses.map((hypothesis, i) => chrfStatistics(hypothesis, references[i], options));
    assertEquals(scoreChrf(sumChrfStatistics(statistics), options), whole);
  }
});

Deno.test("chrF throws an error for different counts, no sentences, no references and invalid options", () => {
  const refuse = (f: () => unknown, message: string): void => void assertThrows(f, RangeError, message);
  refuse(() => corpusChrf(["a"], ["a", "b"]), "compute chrF: expected as many references as hypotheses, found 1");
  refuse(() => corpusChrf([], []), "expected at least one hypothesis, found none");
  refuse(() => sentenceChrf("a", []), "expected at least one reference for each sentence, found none");
  refuse(() => sumChrfStatistics([]), "expected at least one sentence, found none");
  refuse(() => sentenceChrf("a", "a", { charOrder: 0 }), "expected a whole character order of at least 1, found 0");
  refuse(() => sentenceChrf("a", "a", { wordOrder: 0.5 }), "expected a whole word order of at least 0, found 0.5");
  refuse(() => sentenceChrf("a", "a", { beta: 0 }), "expected a beta above 0, found 0");
});
