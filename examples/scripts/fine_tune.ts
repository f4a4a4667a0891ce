// Goes on training a model with a little new text, and compares it with a model of that text alone.
// deno run examples/scripts/fine_tune.ts

import { CharTokenizer, LanguageModel } from "@elman/elman";
import { extendTokenizer } from "@elman/elman/tokenizers";

const TIMES = `It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season
of Darkness, it was the spring of hope, it was the winter of despair.
`.repeat(8);
const START = "At 7:30 it was the worst of weathers, at 8:15 it was the season of tea, at 9:00 it was time for hope.\n";
const REST = "At 6:45 it was the best of weathers, at 7:30 it was the spring of tea.\n";

/** Prints the loss on the rest of a diary before and after training on its beginning. */
export async function main(): Promise<void> {
  const base = LanguageModel.create({ tokenizer: CharTokenizer.train(TIMES), hidden: 48, embed: 16 });
  await base.fit(TIMES, { epochs: 8, batch: 8, bptt: 32, learningRate: 0.01, seed: 1 });

  // New symbols get ids after the old ones, whose weights are kept. LanguageModel.load would read a saved model.
  const tokenizer = extendTokenizer(base.tokenizer, CharTokenizer.train(START + REST));
  const tuned = LanguageModel.fromLanguageModel(base, { tokenizer });
  console.log(`${tokenizer.size - base.tokenizer.size} new symbols; nats per character of the rest:`);
  console.log(`before ${(await tuned.evaluate(REST)).loss.toFixed(2)}`);
  const alone = LanguageModel.create({ tokenizer, hidden: 48, embed: 16 });
  for (const [name, model] of Object.entries({ "fine-tuned": tuned, "alone": alone })) {
    await model.fit(START, { epochs: 20, batch: 1, bptt: 32, learningRate: 0.003, seed: 1 });
    console.log(`${name} ${(await model.evaluate(REST)).loss.toFixed(2)}`);
  }
}

if (import.meta.main) await main();
