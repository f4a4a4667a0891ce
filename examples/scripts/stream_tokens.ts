// Prints a text while it is generated, stops it from outside, and continues it from where it stopped.
// deno run examples/scripts/stream_tokens.ts

import { LanguageModel, WordTokenizer } from "@elman/elman";

const TEXT = "the cat saw the dog and the dog saw the cat and the bird saw the dog and the cat saw the bird and "
  .repeat(20);

/** Trains on the words above, then generates in two parts. */
export async function main(): Promise<void> {
  const model = LanguageModel.create({ tokenizer: WordTokenizer.train(TEXT), embed: 8, hidden: 24 });
  await model.fit(TEXT, { epochs: 12, batch: 4, bptt: 16, learningRate: 0.02, seed: 1 });

  const stop = new AbortController();
  const generation = model.generate("the cat", { maxTokens: 1000, seed: 1, signal: stop.signal });
  const pieces = ["the cat"];
  try {
    for await (const piece of generation) {
      pieces.push(piece); // a page would append it, a server would send it
      if (pieces.length === 10) stop.abort();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  console.log(pieces.join(""), `(stopped after ${generation.tokens} words)`);

  // The state is the network's whole memory of the text, so nothing is read again.
  const rest = await model.complete("", { state: generation.state, maxTokens: 8, seed: 2 });
  console.log(`...${rest.text}`);
}

if (import.meta.main) await main();
