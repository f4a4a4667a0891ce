import { CharTokenizer, LanguageModel } from "@elman/elman";
import { type Cell, CELLS, Engine, logSoftmax, type RecurrentState } from "@elman/elman/nn";
import {
  compare,
  copy,
  Dice,
  expect,
  given,
  INPUTS,
  nextStates,
  place,
  randomize,
  randomStates,
  sessionsOf,
} from "./support.ts";
import type { Values } from "./support.ts";

const engine = new Engine();
const tokenizer = CharTokenizer.train("abcdefghijklmnopqrstuvwxyz .,");
const V = tokenizer.size;

/** Compares both graphs of a model with its network. */
async function check(
  options: Omit<Parameters<typeof LanguageModel.create>[0], "tokenizer">,
  exporting: { readonly logProbabilities?: boolean; readonly int8?: boolean } = {},
): Promise<void> {
  const model = LanguageModel.create({ tokenizer, embed: 6, hidden: 7, ...options, engine });
  const dice = new Dice(3, engine);
  if (options.softmax !== "adaptive") randomize(model.network, dice);
  const sessions = await sessionsOf(model, exporting);
  const { network } = model;
  const isLogarithm = exporting.logProbabilities || options.softmax === "adaptive";
  const name = isLogarithm ? "log_probabilities" : "logits";
  // Half of the inputs are for each of the two graphs.
  for (let i = 0; i < 2 * INPUTS; i++) {
    const isStep = i % 2 === 1;
    const [T, B] = [isStep ? 1 : dice.integer(1, 9), dice.integer(1, 5)];
    const ids = dice.ids(T * B, V);
    const states = randomStates({ ...network.rnn.stateShapes(B) }, dice);
    const outputs = expect(engine, (): Record<string, Values> => {
      const own = Object.fromEntries(Object.entries(states).map(([key, one]) => [key, place(one, engine)]));
      const { logits, state } = network.forward(ids, T, B, own as unknown as RecurrentState);
      const scores = copy(exporting.logProbabilities && options.softmax !== "adaptive" ? logSoftmax(logits) : logits);
      return { [name]: isStep ? { ...scores, shape: [B, V] } : scores, ...nextStates(state) };
    });
    const session = sessions.get(isStep ? "model_step.onnx" : "model.onnx")!;
    const inputs = { ids: isStep ? given(ids, B) : given(ids, T, B), ...states };
    await compare(session, inputs, outputs, exporting.int8 ? { tolerance: 0.15 } : {});
  }
}

for (const cell of CELLS) {
  for (const layers of [1, 2]) {
    Deno.test(`a language model of ${layers} ${cell} is the same in ONNX`, async () => {
      await check({ cell: cell as Cell, layers }, { logProbabilities: layers === 2 });
    });
  }
}

Deno.test("tied weights, layers that differ in size and an adaptive softmax are the same in ONNX", async () => {
  await check({ tied: true, embed: 7 });
  await check({ cell: "gru", hidden: [5, 8], layers: 2 });
  await check({ hidden: [5, 8, 3], layers: 3 });
  await check({ softmax: "adaptive", cutoffs: [5, 12], divValue: 2 });
});

Deno.test("a language model in 8 bits computes nearly the same in ONNX", async () => {
  for (const cell of CELLS) await check({ cell: cell as Cell, layers: 2 }, { int8: true });
});
