// Learns to recognize DNA with a motif, and shows which letters decide.
// deno run examples/scripts/classify_dna.ts

import { CharTokenizer, Classifier, type LabelledText } from "@elman/elman";
import { Random } from "@elman/elman/nn";

const MOTIF = "TATAAA";

/** Makes random sequences, every second one with the motif. */
function makeSequences(count: number, seed: number): LabelledText[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const letters = Array.from(random.uniform(24, 0, 4), (u) => "ACGT"[Math.floor(u)]);
    const [u] = random.uniform(1, 0, letters.length - MOTIF.length);
    if (i % 2 === 0) letters.splice(Math.floor(u), MOTIF.length, ...MOTIF);
    return { text: letters.join(""), label: i % 2 === 0 ? "promoter" : "other" };
  });
}

/** Trains, measures, and marks the letters of one sequence that matter. */
export async function main(): Promise<void> {
  const [train, valid, test] = [makeSequences(300, 1), makeSequences(60, 2), makeSequences(100, 3)];
  const tokenizer = CharTokenizer.train("ACGT");
  const sizes = { embed: 8, conv: MOTIF.length, filters: 16, hidden: 16 };
  const model = Classifier.create({ tokenizer, labels: ["promoter", "other"], alphabet: "dna", ...sizes });
  await model.fit({ train, valid }, { epochs: 7, learningRate: 0.02, seed: 1 });
  const { accuracy } = await model.evaluate(test);
  console.log(`${(accuracy * 100).toFixed(0)} % of ${test.length} new sequences are classified correctly`);

  const { text } = test[0];
  const { label, words } = await model.explain(text);
  const least = Math.max(...words.map(({ weight }) => weight)) / 5;
  console.log(`${text} ${label}`);
  console.log(words.map(({ weight }) => weight > least ? "^" : " ").join("").trimEnd());
}

if (import.meta.main) await main();
