/**
 * Measures the memory of a training run over 2,000 steps: `deno run --allow-read bench/memory.ts`. Prints the engine's
 * memory and the resident set of the process at some steps; both must stay constant after the second.
 */
import { CharTokenizer, Engine, LanguageModel } from "../mod.ts";

const STEPS = 2000;
const SHOWN = [2, 12, 100, 500, 1000, 1500, STEPS];

if (import.meta.main) {
  const text = Array.from({ length: 40000 }, (_, i) => "abcdefghij klmnop\n"[(i * i + 7 * i) % 18]).join("");
  const tokenizer = CharTokenizer.train(text);
  const model = LanguageModel.create({ tokenizer, hidden: 64, layers: 2, dropout: 0.2 });
  for await (const event of model.fit(text, { epochs: 1000, maxSteps: STEPS, batch: 16, bptt: 32 })) {
    if (event.event !== "step" || !SHOWN.includes(event.step)) continue;
    const rss = (Deno.memoryUsage().rss / 2 ** 20).toFixed(1);
    const engine = (Engine.default().memory.bytes / 2 ** 20).toFixed(1);
    console.log(`step ${event.step}: engine ${engine} MiB, resident ${rss} MiB`);
  }
}
