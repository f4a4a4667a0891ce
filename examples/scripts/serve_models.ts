// Answers HTTP requests with two models, as OpenAI's interface does, and asks itself.
// deno run --allow-net=127.0.0.1 examples/scripts/serve_models.ts serve
// Without `serve`, it opens no port and only shows two answers.

import { CharTokenizer, Classifier, labelsOf, LanguageModel, treebankTokenizer } from "@elman/elman";
import { ModelServer } from "@elman/elman/serve";

const TEXT = "to be, or not to be, that is the question: ".repeat(30);
const REVIEWS = [["a fine film", "good"], ["a fine song", "good"], ["a dull film", "bad"], ["a dull song", "bad"]]
  .map(([text, label]) => ({ text, label }));

/** Trains both models and returns their server. */
async function makeServer(): Promise<ModelServer> {
  const hamlet = LanguageModel.create({ tokenizer: CharTokenizer.train(TEXT), hidden: 32 });
  await hamlet.fit(TEXT, { epochs: 4, batch: 4, bptt: 24, learningRate: 0.01, seed: 1 });
  const tokenizer = treebankTokenizer(REVIEWS.map(({ text }) => text));
  const reviews = Classifier.create({ tokenizer, labels: labelsOf(REVIEWS), embed: 8, hidden: 8 });
  await reviews.fit(REVIEWS, { epochs: 20, learningRate: 0.02, seed: 1 });
  return new ModelServer({ hamlet, reviews }, {
    maxNewTokens: 200,
    log: ({ path, status }) => console.log(status, path),
  });
}

/** Serves both models, or shows two answers. */
export async function main([mode]: readonly string[] = []): Promise<void> {
  const server = await makeServer();
  if (mode === "serve") return void Deno.serve({ hostname: "127.0.0.1", port: 8000 }, server.fetch);
  const ask = async (path: string, body: object): Promise<void> => {
    const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await server.fetch(new Request(`http://127.0.0.1:8000${path}`, options));
    console.log(JSON.stringify(await response.json()));
  };
  await ask("/v1/completions", { model: "hamlet", prompt: "to be, or", max_tokens: 20, temperature: 0 });
  await ask("/v1/classify", { model: "reviews", input: "a fine song" });
  await server.shutDown();
}

if (import.meta.main) await main(Deno.args);
