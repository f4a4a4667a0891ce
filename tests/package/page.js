// Script of a page bundled from the package: trains a small model and sends the result to the server.

import { CharTokenizer, LanguageModel } from "@elman/elman";

async function train() {
  const text = "to be or not to be, that is the question. ".repeat(20);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 32, seed: 1 });
  const losses = [];
  for await (const { event, loss } of model.fit(text, { epochs: 20, batch: 4, bptt: 16, learningRate: 0.01 })) {
    if (event === "epoch") losses.push(loss);
  }
  const { text: written } = await model.complete("to be", { maxTokens: 20, temperature: 0 });
  return { first: losses[0], last: losses.at(-1), text: written };
}

const report = await train().catch((error) => ({ failure: String(error) }));
await fetch("report", { method: "POST", body: JSON.stringify(report) });
