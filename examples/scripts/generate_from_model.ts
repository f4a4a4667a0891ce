// Writes with a saved language model: the likeliest continuation, several drawn ones, and how sure the model was.
// deno run --allow-read examples/scripts/generate_from_model.ts MODEL_DIRECTORY [PROMPT]

import { LanguageModel } from "@elman/elman";

/** Loads the model in a directory and continues a prompt in several ways. */
export async function main([directory, prompt = "The "]: readonly string[]): Promise<void> {
  const model = await LanguageModel.load(directory);
  const greedy = await model.complete(prompt, { temperature: 0, maxTokens: 40 });
  console.log(`likeliest: ${prompt}${greedy.text}`);

  // Several prompts are continued side by side, in little more time than one.
  const drawn = await model.completeAll([prompt, prompt, prompt], {
    topP: 0.9,
    temperature: 0.8,
    maxTokens: 40,
    seed: 1,
  });
  for (const { text } of drawn) console.log(`drawn: ${prompt}${text}`);

  const best = await model.complete(prompt, { bestOf: 8, maxTokens: 40, stop: ".", seed: 1 });
  console.log(
    `best of 8: ${prompt}${best.text} (${best.score!.toFixed(2)} nats per token, ended by ${best.finishReason})`,
  );

  const { logprobs } = await model.complete(prompt, { maxTokens: 5, logprobs: 3, seed: 1 });
  for (const { token, logprob, top } of logprobs!) {
    const others = top.map(({ token, logprob }) => `${JSON.stringify(token)} ${Math.exp(logprob).toFixed(2)}`);
    console.log(
      `${JSON.stringify(token)} had probability ${Math.exp(logprob).toFixed(2)}; likeliest: ${others.join(", ")}`,
    );
  }
}

if (import.meta.main) {
  if (Deno.args.length > 0) await main(Deno.args);
  else console.error("generate_from_model: expected a model's directory, such as models/brown-gru");
}
