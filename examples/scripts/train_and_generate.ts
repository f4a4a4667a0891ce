// Trains a language model of characters and lets it write. Run it on the lines below, or on a text of yours:
// deno run --allow-read examples/scripts/train_and_generate.ts [FILE]

import { CharTokenizer, LanguageModel, splitText } from "@elman/elman";

const TEXT = `It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season
of Darkness, it was the spring of hope, it was the winter of despair.
`.repeat(12);

/** Trains on a file, or on the lines above, and prints the losses and a text. */
export async function main([file]: readonly string[] = []): Promise<void> {
  const text = file === undefined ? TEXT : await Deno.readTextFile(file);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), cell: "gru", embed: 16, hidden: 64 });
  const settings = { epochs: 8, batch: 8, bptt: 32, learningRate: 0.01, seed: 1 };
  for await (const event of model.fit(splitText(text, { validFraction: 0.1 }), settings)) {
    if (event.event !== "epoch") continue;
    console.log(
      `epoch ${event.epoch}: training loss ${event.loss.toFixed(2)}, validation ${event.validLoss?.toFixed(2)}`,
    );
  }
  const { text: written } = await model.complete("It was the ", { maxTokens: 120, temperature: 0.5, seed: 1 });
  console.log(`It was the ${written}`);
  // await model.save("models/times"), with --allow-write, keeps the model for generate_from_model.ts.
}

if (import.meta.main) await main(Deno.args);
