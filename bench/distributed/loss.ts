// The loss after equal steps of four ranks with float32 gradients, bfloat16 gradients, and averages of weights every
// few steps, and of one process whose batch is a rank's share, which is what a step of a rank between averages sees.
// Ranks of one process compute the same as ranks over MPI.

import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { createLocalCommunicators } from "../../src/distributed/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";

/** Ranks, steps and seeds of the comparison. */
export const [LOSS_RANKS, LOSS_STEPS, LOSS_SEEDS] = [4, 720, [1, 2, 3]];

/** The streams of all ranks together. */
const BATCH = 32;

const MODES: Readonly<
  Record<string, { readonly ranks?: number; readonly batch?: number; readonly [name: string]: unknown }>
> = {
  "float32 gradients": {},
  "bf16 gradients": { gradientPrecision: "bf16" },
  "--sync-every 4": { syncEvery: 4 },
  "--sync-every 16": { syncEvery: 16 },
  "one process, a quarter of the batch": { ranks: 1, batch: BATCH / LOSS_RANKS },
};

/** The validation losses of a mode, one for each seed. */
export interface Losses {
  readonly mode: string;
  readonly losses: readonly number[];
}

/** Trains small language models on a text, by default of generated reviews, and returns their losses. */
export async function measureLosses(path?: string): Promise<Losses[]> {
  const whole = path ? await Deno.readTextFile(path) : generateReviews(4000).map(({ text }) => text).join("\n");
  const text = whole.slice(0, 300_000);
  const [train, valid] = [text.slice(0, -10_000), text.slice(-10_000)];
  const tokenizer = CharTokenizer.train(text);
  const found: Losses[] = [];
  for (const [mode, { ranks = LOSS_RANKS, ...options }] of Object.entries(MODES)) {
    const losses: number[] = [];
    for (const seed of LOSS_SEEDS) {
      const settings = {
        epochs: 100,
        batch: BATCH,
        bptt: 16,
        learningRate: 0.005,
        maxSteps: LOSS_STEPS,
        seed,
        ...options,
      };
      const reports = await Promise.all(
        createLocalCommunicators(ranks).map(async (communicator) => {
          const lm = LanguageModel.create({ tokenizer, embed: 32, hidden: 64, dropout: 0, seed });
          await lm.fit(train, { ...settings, communicator });
          return communicator.rank === 0 ? (await lm.evaluate(valid)).loss : 0;
        }),
      );
      losses.push(reports[0]);
    }
    found.push({ mode, losses });
    console.error(mode, losses);
  }
  return found;
}
