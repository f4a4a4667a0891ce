import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { affine, mul, sum, tensor } from "../../src/nn/mod.ts";
import type { Batch } from "../../src/train/mod.ts";
import { searchRate } from "../../src/train/rate_finder.ts";
import { completeSettings, TRAIN_SETTINGS } from "../../src/train/settings.ts";
import { babble } from "../support/command.ts";
import { Quadratic } from "./quadratic.ts";

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

/** Learns to map 1 to 2.5 and to 3.5 in turn; the losses are squared errors less a constant. */
class Lowered extends Quadratic {
  #by: number;

  constructor(by: number) {
    super({ time: 0 }, { step: 0, validation: 0 });
    this.#by = by;
  }

  override batch(_epoch = 0, index = 0): Batch {
    const target = index % 2 === 0 ? 2.5 : 3.5;
    const loss = () => {
      const error = affine(this.module.forward(tensor([1], [1, 1])), 1, -target);
      return affine(sum(mul(error, error)), 1, -this.#by);
    };
    return { ...super.batch(), loss };
  }
}

Deno.test("losses that fall below zero, as those of a likelihood may, are searched as far as others", async () => {
  const settings = completeSettings(TRAIN_SETTINGS, { optimizer: "sgd", clipNorm: null });
  const search = async (by: number) => {
    const { steps, suggested } = await searchRate(new Lowered(by), settings);
    return [steps.length, suggested];
  };
  const [length, suggested] = await search(0);
  assert(length! > 100 && length! < 300 && suggested! > 0, `${length} ${suggested}`);
  for (const by of [0.25, 1, 3]) assertEquals(await search(by), [length, suggested]);
});
