// Trains a classifier that understands "not", and shows which words decide.
// deno run examples/scripts/classify_reviews.ts

import { Classifier, labelsOf, splitTexts, treebankTokenizer } from "@elman/elman";

const THINGS = ["film", "song", "story", "ending", "music", "plot", "cast", "book"];
const WORDS = { good: ["great", "fine", "moving", "clever"], bad: ["dull", "weak", "boring", "silly"] };

/**
 * Every thing with every word, with and without "not". Yours may come from `readLabelledTexts` of @elman/elman/data.
 */
const REVIEWS = Object.entries(WORDS).flatMap(([label, words]) =>
  THINGS.flatMap((thing) =>
    words.flatMap((word) => [
      { text: `The ${thing} was ${word}.`, label },
      { text: `The ${thing} was not ${word}.`, label: label === "good" ? "bad" : "good" },
    ])
  )
);

/** Trains, measures the model on reviews that it has not seen, and explains three. */
export async function main(): Promise<void> {
  const { train, valid } = splitTexts(REVIEWS, { validFraction: 0.2 });
  const tokenizer = treebankTokenizer(train.map(({ text }) => text));
  const model = Classifier.create({ tokenizer, labels: labelsOf(train), embed: 16, hidden: 16, wide: false });
  await model.fit({ train, valid }, { epochs: 20, learningRate: 0.02, batch: 8, seed: 1 });
  const { accuracy } = await model.evaluate(valid!);
  console.log(`${(accuracy * 100).toFixed(0)} % of ${valid!.length} new reviews are classified correctly`);

  for (const text of ["The film was clever.", "The film was not clever.", "The music was not boring."]) {
    const { label, confidence, words } = await model.explain(text);
    const weights = words.map(({ word, weight }) => `${word} ${weight.toFixed(1)}`);
    console.log(`${label} (${confidence.toFixed(2)}): ${weights.join(", ")}`);
  }
}

if (import.meta.main) await main();
