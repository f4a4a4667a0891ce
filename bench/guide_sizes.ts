/**
 * The table of `docs/guide/3_sizes.md`: the best validation loss of character LSTMs of several sizes on several amounts of a text, each trained
 * until it stops improving.
 *
 *     deno run --allow-read --allow-ffi --allow-env=ELMAN_BLAS bench/guide_sizes.ts input.txt
 *
 * `input.txt` is tiny Shakespeare; its last 50,000 characters are the validation text of every run.
 * @module
 */
import { CharTokenizer, Engine, LanguageModel } from "@elman/elman";

const AMOUNTS = [10_000, 50_000, 200_000];
const HIDDEN = [32, 128, 384];

const text = await Deno.readTextFile(Deno.args[0]);
const tokenizer = CharTokenizer.train(text);
const valid = text.slice(-50_000);
const engine = new Engine({ blas: "auto" });
console.log(`characters | hidden | parameters | best epoch | training loss there | validation loss (${engine.gemm})`);
for (const amount of AMOUNTS) {
  for (const hidden of HIDDEN) {
    const lm = LanguageModel.create({ tokenizer, cell: "lstm", hidden, engine });
    const parameters = [...lm.network.parameters()].reduce((sum, { size }) => sum + size, 0);
    const corpus = { train: text.slice(0, amount), valid };
    const { best, seconds } = await lm.fit(corpus, { epochs: 60, patience: 2, batch: 16, learningRate: 0.004 });
    const losses = [best?.loss, best?.validLoss].map((loss) => loss?.toFixed(2)).join(" | ");
    console.log(`${amount} | ${hidden} | ${parameters} | ${best?.epoch} | ${losses} | ${seconds.toFixed(0)} s`);
  }
}
