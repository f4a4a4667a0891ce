// Times steps of language models of three sizes; run by `bench/distributed.ts` on several ranks. Arguments: the batch
// of all ranks or, with an `x` before it, of each; the number of threads of a rank; the modes.

import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { connectMPI } from "../../src/distributed/mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { median } from "../support.ts";

/** Steps after which ranks average their weights in the mode `local`. */
const SYNC_EVERY = 16;
const HIDDEN = [128, 256, 512];
const MODES: Readonly<Record<string, { readonly options: object; readonly first: number; readonly steps: number }>> = {
  // Steps without any exchange.
  alone: { options: { syncEvery: 1_000_000 }, first: 4, steps: 15 },
  float32: { options: { overlap: false }, first: 2, steps: 7 },
  overlap: { options: {}, first: 2, steps: 7 },
  bf16: { options: { gradientPrecision: "bf16", overlap: false }, first: 2, steps: 7 },
  // From one average to the next: the mean, since one step of them exchanges everything.
  local: { options: { syncEvery: SYNC_EVERY }, first: SYNC_EVERY, steps: SYNC_EVERY },
};

const communicator = connectMPI();
const [batch, threads, ...modes] = Deno.args;
const engine = new Engine({ threads: Number(threads) });
await engine.ready();
const text = generateReviews(1000).map(({ text }) => text).join("\n");
const tokenizer = CharTokenizer.train(text);
const whole = batch.startsWith("x") ? Number(batch.slice(1)) * communicator.size : Number(batch);

async function time(hidden: number, mode: string): Promise<{ parameters: number; milliseconds: number }> {
  const lm = LanguageModel.create({ tokenizer, embed: 64, hidden, layers: 2, dropout: 0, engine });
  const { options, first, steps } = MODES[mode];
  const settings = { epochs: 50, batch: whole, bptt: 8, maxSteps: first + steps, communicator, ...options };
  const times: number[] = [];
  for await (const event of lm.fit(text, settings)) {
    if (event.event === "step") times.push(performance.now());
  }
  return {
    parameters: lm.network.parameters().reduce((sum, { size }) => sum + size, 0),
    milliseconds: mode === "local"
      ? (times[first + steps - 1] - times[first - 1]) / steps
      : median(Array.from({ length: steps }, (_, i) => times[first + i] - times[first + i - 1])),
  };
}

const rows: object[] = [];
for (const hidden of HIDDEN) {
  for (const mode of modes) {
    const own = await time(hidden, mode);
    await communicator.barrier();
    rows.push({ mode, ...own });
  }
}
if (communicator.rank === 0) console.log(JSON.stringify({ name: communicator.name, size: communicator.size, rows }));
await communicator.close();
