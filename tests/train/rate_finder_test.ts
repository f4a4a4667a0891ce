import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { babble } from "../support/command.ts";

const TEXT = babble(1200);
const CORPUS = { train: TEXT.slice(0, 1000), valid: TEXT.slice(1000) };
const TOKENIZER = CharTokenizer.train(TEXT);

Deno.test("the rate rises evenly on a logarithmic scale, around the optimizer's usual one, and the model stays as it is", async () => {
  using model = LanguageModel.create({ tokenizer: TOKENIZER, embed: 4, hidden: 8, dropout: 0.1 });
  const before = model.toBytes();
  const { steps, suggested } = await model.findRate(CORPUS, { batch: 4, bptt: 16, clipNorm: null });
  assertEquals(model.toBytes(), before);
  assertAlmostEquals(steps[0].rate, 0.002 / 1000, 1e-12);
  const ratios = steps.slice(1).map(({ rate }, i) => Math.log(rate / steps[i].rate));
  for (const ratio of ratios) assertAlmostEquals(ratio, Math.log(1e6) / 299, 1e-9);
  assertEquals(steps[0].smooth, steps[0].loss);
  const best = steps.reduce((best, step) => step.smooth < best.smooth ? step : best);
  assert(best.smooth < 0.9 * steps[0].smooth);
  assertEquals(suggested, 0.1 * best.rate);
  // The same model and data give the same losses.
  assertEquals((await model.findRate(CORPUS, { batch: 4, bptt: 16, clipNorm: null })).steps, steps);
});

Deno.test("the search ends early when the loss is far above its lowest", async () => {
  using model = LanguageModel.create({ tokenizer: TOKENIZER, cell: "rnn", embed: 4, hidden: 8 });
  const { steps } = await model.findRate(CORPUS, { batch: 4, bptt: 16, optimizer: "sgd", clipNorm: null });
  assert(steps.length < 300, `${steps.length}`);
  assert(steps.every(({ loss }) => Number.isFinite(loss)));
});
