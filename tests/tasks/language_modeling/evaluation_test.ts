import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { CELLS, crossEntropy, inference } from "../../../src/nn/mod.ts";
import { CharTokenizer, encodeText, Engine, LanguageModel } from "../../../mod.ts";
import type { TokenIds } from "../../../tasks/mod.ts";
import { evaluateIds } from "../../../tasks/language_modeling/evaluation.ts";
import { babble } from "../../support/command.ts";

const text = babble(1700);
const tokenizer = CharTokenizer.train(text);
const ids = tokenizer.encode(text);

const tokenIds = (ids: Int32Array): TokenIds => ({
  length: ids.length,
  characters: ids.length,
  block: () => ({ start: 0, ids }),
});

function makeModel(cell: typeof CELLS[number] = "lstm"): LanguageModel {
  return LanguageModel.create({ tokenizer, cell, hidden: 7, embed: 5, layers: 2, dropout: 0.5 });
}

/** Sum of the losses of all ids but the first, computed in one pass from a zero state. */
function lossSum({ network }: LanguageModel, ids: Int32Array): number {
  const T = ids.length - 1;
  return T * inference(() => crossEntropy(network.forward(ids.slice(0, -1), T, 1).logits, ids.slice(1)).item());
}

for (const cell of CELLS) {
  Deno.test(`the loss of a long text is the mean over its streams: ${cell}`, async () => {
    const model = makeModel(cell);
    // A stream has at least 512 tokens, so 1700 tokens make three streams of 566, 566 and 567 predictions.
    const ends = [0, 566, 1132, 1699];
    const sum = [0, 1, 2].reduce((sum, i) => sum + lossSum(model, ids.slice(ends[i], ends[i + 1] + 1)), 0);
    const { loss, tokens } = await evaluateIds(model.network, tokenIds(ids));
    assertEquals(tokens, 1699);
    assertAlmostEquals(loss, sum / 1699, 1e-6);
  });
}

Deno.test("a short text is one stream, down to two tokens", async () => {
  const model = makeModel();
  for (const length of [2, 3, 31, 32, 33, 65, 1023]) {
    const { loss, tokens } = await evaluateIds(model.network, tokenIds(ids.slice(0, length)));
    assertEquals(tokens, length - 1);
    assertAlmostEquals(loss, lossSum(model, ids.slice(0, length)) / (length - 1), 1e-6);
  }
  for (const length of [0, 1]) {
    const evaluate = () => evaluateIds(model.network, tokenIds(ids.slice(0, length)));
    await assertRejects(evaluate, RangeError, `expected a text of at least 2 tokens, found ${length}`);
  }
});

Deno.test("an evaluation changes neither the model nor, after the first one, the memory", async () => {
  const model = makeModel();
  const before = model.toBytes();
  const first = await model.evaluate(text);
  const { bytes } = Engine.default().memory;
  for (let i = 0; i < 5; i++) assertEquals(await model.evaluate(text), first);
  assertEquals(Engine.default().memory.bytes, bytes);
  assertEquals(model.toBytes(), before);
});

Deno.test("a signal aborts an evaluation with its reason", async () => {
  const reason = new RangeError("enough");
  await assertRejects(() => makeModel().evaluate(text, { signal: AbortSignal.abort(reason) }), RangeError, "enough");
  const controller = new AbortController();
  const long = makeModel().evaluate(text.repeat(2000), { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 30);
  await assertRejects(() => long, RangeError, "enough");
});

Deno.test("bits per character count characters, not UTF-16 code units", async () => {
  const smiles = "🙂🙃".repeat(50);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(smiles), hidden: 4 });
  const { loss, tokens, bitsPerCharacter } = await model.evaluate(smiles);
  assertEquals(tokens, 99);
  assert(loss > 0);
  assertAlmostEquals(bitsPerCharacter, loss * 99 / 100 / Math.LN2, 1e-12);
});

Deno.test("a text and its ids give the same evaluation, in memory or not", async () => {
  const model = makeModel("gru");
  const expected = await model.evaluate(text);
  for (const heldLength of [0, Infinity]) {
    const ids = await encodeText(text, tokenizer, { heldLength, blockLength: 100 });
    assertEquals(await model.evaluate(ids), expected);
  }
});
