import type { LanguageModel } from "@elman/elman";
import type { NextToken, Sampling } from "./messages.ts";

/** The probabilities of the tokens that may follow a prompt, the likeliest first; the unknown token never does. */
export async function nextTokens(
  model: LanguageModel,
  prompt: string,
  { temperature, topK }: Sampling,
): Promise<NextToken[]> {
  const options = { maxTokens: 1, logprobs: model.tokenizer.size, ignoreEnd: true, unknown: "skip", seed: 1 } as const;
  const { logprobs = [] } = await model.complete(prompt, options);
  const top = logprobs[0].top.filter(({ id }) => id !== model.tokenizer.unknownId).slice(0, topK ?? undefined);
  const weights = top.map(({ logprob }) => Math.exp((logprob - top[0].logprob) / temperature));
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  return top.map(({ token }, i) => ({ text: token, probability: weights[i] / sum }));
}
