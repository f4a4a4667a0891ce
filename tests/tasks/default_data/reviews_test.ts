import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { generateReviews, type Review, reviewCorpus } from "../../../tasks/default_data/reviews.ts";
import { Deriver, type Grammar, type Polarity } from "../../../tasks/default_data/reviews_derivation.ts";
import { REVIEW_GRAMMARS } from "../../../tasks/default_data/reviews_grammar.ts";

/** Every label with which the grammar of any subject can derive the sentence. */
function labelsOf(sentence: string): Review["label"][] {
  const text = sentence.slice(0, -1).toLowerCase().replace(/\ban\b/g, "a");
  const canMean = (polarity: Polarity) =>
    REVIEW_GRAMMARS.some((grammar) => endsOf(grammar, text, "sentence", polarity, 0, new Map()).includes(text.length));
  const labels: Review["label"][] = [];
  if (canMean(1)) labels.push("positive");
  if (canMean(-1)) labels.push("negative");
  return labels;
}

/** Returns the places at which a phrase that begins at `start` can end. */
function endsOf(
  grammar: Grammar,
  text: string,
  symbol: string,
  polarity: Polarity,
  start: number,
  known: Map<string, number[]>,
): number[] {
  const key = `${symbol} ${polarity} ${start}`;
  const before = known.get(key);
  if (before) return before;
  const { any = [], positive = [], negative = [] } = grammar[symbol];
  const ends = [...any, ...(polarity === 1 ? positive : negative)].flatMap((rule) => {
    let places = [start];
    for (const part of rule.split(/(\{-?\w+\})/)) {
      const slot = /^\{(-?)(\w+)\}$/.exec(part);
      const sign = (slot?.[1] ? -polarity : polarity) as Polarity;
      places = places.flatMap((place) => {
        if (slot) return endsOf(grammar, text, slot[2], sign, place, known);
        return text.startsWith(part.toLowerCase(), place) ? [place + part.length] : [];
      });
    }
    return places;
  });
  const distinct = [...new Set(ends)];
  known.set(key, distinct);
  return distinct;
}

function wordsOf({ text }: Review): string[] {
  return text.toLowerCase().match(/[\p{L}-]+/gu)!;
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}

Deno.test("the same seed gives the same reviews, and another seed different ones", () => {
  assertEquals(generateReviews(300, { seed: 3 }), generateReviews(300, { seed: 3 }));
  assertNotEquals(generateReviews(300, { seed: 3 }), generateReviews(300, { seed: 4 }));
  assertEquals(reviewCorpus(), reviewCorpus());
});

Deno.test("10,000 generated reviews are distinct, half of them positive, in random order", () => {
  const reviews = generateReviews(10_000);
  assertEquals(new Set(reviews.map(({ text }) => text.slice(0, -1))).size, 10_000);
  assertEquals(shareOf(reviews, ({ label }) => label === "positive"), 0.5);
  const changes = reviews.slice(1).filter(({ label }, i) => label !== reviews[i].label).length;
  assert(changes > 4800 && changes < 5200, `${changes} changes of label`);
});

Deno.test("capitals, punctuation and articles of sentences are correct", () => {
  for (const { text } of generateReviews(10_000)) {
    assert(/^[A-Z][\p{L}]*(?:[,;]? [\p{L}-]+)+[.!]$/u.test(text), text);
    assert(!/\ba [aeiou]|\ban [^aeiou]|\b(\w+) \1\b/i.test(text), text);
  }
});

Deno.test("labels depend on the order of the words", () => {
  const positive = [
    "It is not nearly as dull as I had feared.",
    "The film is even better than I had hoped.",
    "This novel is never dull.",
    "Nobody could call this meal anything but tasty.",
    "Here is a book without a single dull page.",
    "The plot is weak, but I loved every minute of the film.",
    "Despite the terrible battery, the phone is almost perfect.",
    "For all its flaws, it is hardly a disappointment.",
    "I expected a bore and got a delight.",
    "Nobody could say that the hotel was not clean.",
    "My sister hated the concert, but I can recommend it.",
    "It has more charm than flaws.",
  ];
  const negative = [
    "It is not nearly as good as I had hoped.",
    "The film is even worse than I had feared.",
    "This novel is never witty.",
    "Nobody could call this meal anything but bland.",
    "Here is a book without a single good page.",
    "Although the acting is superb, the film is a bore.",
    "The tour was a little dull!",
    "It is barely watchable, although the jokes are not bad.",
    "I expected a delight and got a bore.",
    "I had been told that the lecture was lively, which it was not.",
    "It lacks charm.",
    "It has more flaws than charm.",
  ];
  for (const sentence of positive) assertEquals([sentence, ...labelsOf(sentence)], [sentence, "positive"]);
  for (const sentence of negative) assertEquals([sentence, ...labelsOf(sentence)], [sentence, "negative"]);
  assertEquals(labelsOf("The hotel are perfect."), []);
});

Deno.test("no sentence can be derived with both labels", () => {
  for (const { text, label } of generateReviews(300)) assertEquals([text, ...labelsOf(text)], [text, label]);
});

Deno.test("a derivation negates polarity, lists its combinations, and repeats no word", () => {
  const grammar: Grammar = {
    clause: { any: ["neither {-word} nor {-word}"] },
    word: { positive: ["fine"], negative: ["poor", "weak"] },
  };
  const deriver = new Deriver(grammar, []);
  const numbers = [0, 0, 0.9];
  assertEquals(deriver.derive("clause", 1, () => numbers.shift()!), {
    text: "neither poor nor weak",
    pairs: ["neither _ nor _ | poor", "neither _ nor _ | weak"],
  });
  assertEquals(deriver.derive("clause", -1, () => 0), undefined);
  assertThrows(() => deriver.derive("verb", 1, () => 0), RangeError, "derive: expected rules for 1 verb, found none");
});

Deno.test("train, valid and test are balanced and share no sentences, and train has all words of test", () => {
  for (const seed of [1, 2, 3]) {
    const { train, valid, test } = reviewCorpus({ seed });
    assertEquals([train.length, valid.length, test.length], [6000, 600, 600]);
    for (const part of [train, valid, test]) assertEquals(shareOf(part, ({ label }) => label === "positive"), 0.5);
    const sentences = [...train, ...valid, ...test].map(({ text }) => text.slice(0, -1));
    assertEquals(new Set(sentences).size, 7200);
    const words = new Set(train.flatMap(wordsOf));
    assert(words.size > 500, `${words.size} words`);
    assertEquals(test.flatMap(wordsOf).filter((word) => !words.has(word)), []);
  }
});

Deno.test("test sentences combine phrases and words in ways that train and valid do not", () => {
  const combined = (reviews: readonly Review[]) =>
    Map.groupBy(
      reviews.flatMap(({ text }) => [
        ...text.matchAll(/\b(?:very|rather|remarkably|truly|decidedly|surprisingly) (?!than|liked|a )[\p{L}-]+/gu),
      ]),
      ([phrase]) => phrase.split(" ")[1],
    );
  const { train, valid, test } = reviewCorpus({ train: 30_000, valid: 3000, test: 3000 });
  const [inTrain, inValid, inTest] = [train, valid, test].map(combined);
  const frequent = [...combined(generateReviews(30_000, { seed: 2 }))].filter(([, uses]) => uses.length >= 15);
  const reserved = frequent.map(([word]) => word).filter((word) => !inTrain.has(word));
  assert(reserved.length > 0.02 * frequent.length, `${reserved} of ${frequent.length}`);
  assert(reserved.length < 0.2 * frequent.length, `${reserved} of ${frequent.length}`);
  assertEquals(reserved.filter((word) => inValid.has(word)), []);
  assertEquals(reserved.filter((word) => !inTest.has(word)), []);
});

Deno.test("words without their order do not determine the label: naive Bayes stays below 85 %", () => {
  const { train, valid, test } = reviewCorpus();
  const counts = { positive: new Map<string, number>(), negative: new Map<string, number>() };
  for (const review of train) {
    const own = counts[review.label];
    for (const word of new Set(wordsOf(review))) own.set(word, (own.get(word) ?? 0) + 1);
  }
  const logOdds = (word: string) =>
    Math.log(((counts.positive.get(word) ?? 0) + 1) / ((counts.negative.get(word) ?? 0) + 1));
  const isRight = (review: Review) => {
    const sum = wordsOf(review).reduce((sum, word) => sum + logOdds(word), 0);
    return (sum > 0) === (review.label === "positive");
  };
  for (const part of [valid, test]) {
    const accuracy = shareOf(part, isRight);
    assert(accuracy > 0.5 && accuracy < 0.85, `accuracy ${accuracy}`);
  }
});

Deno.test("impossible counts are refused", () => {
  assertEquals(generateReviews(0), []);
  assertThrows(() => generateReviews(1.5), RangeError, "reviews: expected a whole number of sentences, found 1.5");
  assertThrows(() => generateReviews(-1), RangeError, "found -1");
  assertThrows(() => reviewCorpus({ train: 0 }), RangeError, "found no new one after 600 in 1000 draws");
});
