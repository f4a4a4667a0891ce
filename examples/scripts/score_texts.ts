// Chooses the likelier of two sentences, and shows the word that makes the other one unlikely.
// deno run examples/scripts/score_texts.ts

import { LanguageModel, WordTokenizer } from "@elman/elman";

const SUBJECTS = [["the dog", "the dogs"], ["a child", "children"], ["the bird", "birds"], ["my friend", "my friends"]];
const VERBS = [["sleeps", "sleep"], ["runs", "run"], ["sings", "sing"], ["waits", "wait"]];
const PLACES = ["in the garden", "near the house", "by the river"];
const LINES = SUBJECTS.flatMap((subject) =>
  VERBS.flatMap((verb) => PLACES.flatMap((place) => [0, 1].map((i) => `${subject[i]} ${place} ${verb[i]} .`)))
);

/** Learns that verbs agree with subjects from most sentences, and judges pairs that it has not seen. */
export async function main(): Promise<void> {
  const text = LINES.filter((_, i) => i % 11 !== 5).join("\n").concat("\n").repeat(10);
  const model = LanguageModel.create({ tokenizer: WordTokenizer.train(text), embed: 16, hidden: 32 });
  await model.fit(text, { epochs: 12, batch: 8, bptt: 24, learningRate: 0.02, seed: 1 });

  const questions = [["the birds", "sings", "sing"], ["my friend", "waits", "wait"], ["children", "runs", "run"]];
  for (const [subject, ...verbs] of questions) {
    const sentences = verbs.map((verb) => `${subject} near the house ${verb} .`);
    const scores = await model.score(sentences, { logprobs: 3 });
    const [better, worse] = scores[0].logprob > scores[1].logprob ? [0, 1] : [1, 0];
    const factor = Math.exp(scores[better].logprob - scores[worse].logprob);
    const { top } = scores[worse].logprobs!.find(({ token }) => token.trim() === verbs[worse])!;
    const expected = top.map(({ token, logprob }) => `${token.trim()} ${Math.exp(logprob).toFixed(2)}`);
    console.log(`"${sentences[better]}" is ${factor.toFixed(0)} times as likely`);
    console.log(`  instead of "${verbs[worse]}", the model expected: ${expected.join(", ")}`);
  }
}

if (import.meta.main) await main();
