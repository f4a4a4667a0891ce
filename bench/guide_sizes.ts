/**
 * The tables of `docs/guide/`: the best validation loss of character LSTMs of several sizes on several amounts of a
 * text, each trained until it stops improving, and with `cells` that of the three cells at one size, the LSTM also with
 * open forget gates.
 *
 *     deno run --allow-read --allow-ffi --allow-env=ELMAN_BLAS bench/guide_sizes.ts input.txt
 *     deno run --allow-read --allow-ffi --allow-env=ELMAN_BLAS bench/guide_sizes.ts input.txt cells
 *
 * `input.txt` is tiny Shakespeare, https://github.com/karpathy/char-rnn/blob/master/data/tinyshakespeare/input.txt; its
 * last 50,000 characters are the validation text of every run.
 * @module
 */
import { CharTokenizer, Engine, LanguageModel } from "@elman/elman";
import { type Cell, LSTM } from "@elman/elman/nn";

const AMOUNTS = [10_000, 50_000, 200_000];
const HIDDEN = [32, 128, 384];

const [path = "input.txt", table] = Deno.args;
const text = await Deno.readTextFile(path).catch((error) => {
  console.error(`Cannot read ${path}: ${error.message}; chapter 2, docs/guide/2_cells.md, says where to get the text.`);
  Deno.exit(1);
});
const tokenizer = CharTokenizer.train(text);
const valid = text.slice(-50_000);
const engine = new Engine({ blas: "auto" });

async function measure(cell: Cell, amount: number, hidden: number, forgetBias?: number): Promise<void> {
  const lm = LanguageModel.create({ tokenizer, cell, hidden, engine });
  const { rnn } = lm.network;
  if (forgetBias !== undefined && rnn instanceof LSTM) rnn.initialiseForgetBias(forgetBias);
  const parameters = [...lm.network.parameters()].reduce((sum, { size }) => sum + size, 0);
  const corpus = { train: text.slice(0, amount), valid };
  const settings = { epochs: 60, patience: 2, batch: 16, learningRate: 0.004, schedule: "constant" } as const;
  const { best, steps, seconds } = await lm.fit(corpus, settings);
  const losses = [best?.loss, best?.validLoss].map((loss) => loss?.toFixed(2)).join(" | ");
  const speed = `${(1000 * seconds / steps).toFixed(1)} ms per step | ${seconds.toFixed(0)} s`;
  console.log(
    `${cell} | ${forgetBias ?? "-"} | ${amount} | ${hidden} | ${parameters} | ${best?.epoch} | ${losses} | ${speed}`,
  );
}

console.log(
  `cell | forget bias | characters | hidden | parameters | best epoch | training and validation loss of that epoch (${engine.gemm})`,
);
if (table === "cells") {
  for (const cell of ["rnn", "lstm", "gru"] as const) await measure(cell, 200_000, 128);
  await measure("lstm", 200_000, 128, 3);
} else {
  for (const amount of AMOUNTS) for (const hidden of HIDDEN) await measure("lstm", amount, hidden);
}
