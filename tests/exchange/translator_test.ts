import { CharTokenizer, Translator } from "@elman/elman";
import { ATTENTIONS, CELLS, Engine, type RecurrentState, reshape } from "@elman/elman/nn";
import { compare, copy, Dice, expect, given, INPUTS, nextStates, place, randomize, sessionsOf } from "./support.ts";
import type { Values } from "./support.ts";

const engine = new Engine();
const tokenizer = CharTokenizer.train("abcdefghij");
const BRIDGES = ["dense", "copy", "zero"] as const;

async function check(options: object): Promise<void> {
  const model = Translator.create({ sourceTokenizer: tokenizer, embed: 6, hidden: 8, ...options, engine });
  const { network } = model;
  const dice = new Dice(11, engine);
  randomize(network, dice);
  const sessions = await sessionsOf(model);
  for (let i = 0; i < INPUTS; i++) {
    const [S, B] = [dice.integer(1, 9), dice.integer(1, 5)];
    const [ids, lengths] = [dice.ids(S * B, tokenizer.size), dice.lengths(S, B)];
    const next = dice.ids(B, network.vocabulary);
    const { encoded, begun, decoded } = expect(engine, () => {
      const { memory, state } = network.encode({ ids, lengths });
      const states = Object.entries(network.begin(state)).flatMap(([name, one]) => one ? [[name, copy(one)]] : []);
      const begun = Object.fromEntries(states) as Record<string, Values>;
      const parts: Record<string, Values> = memory
        ? { memory_keys: copy(memory.keys), memory_values: copy(memory.values) }
        : {};
      const own = Object.fromEntries(Object.entries(begun).map(([name, one]) => [name, place(one, engine)]));
      const step = network.step(next, own as unknown as RecurrentState, memory);
      const logits = copy(reshape(network.score(step.readout), [B, network.vocabulary]));
      const attention = step.weights && { attention: copy(reshape(step.weights, [B, S])) };
      return { encoded: parts, begun, decoded: { logits, ...attention, ...nextStates(step.state) } };
    });
    const { feed: _, ...first } = begun;
    const source = { ids: given(ids, S, B), lengths: given(lengths, B) };
    // What the padding of the source encodes to is never read.
    const isKept = (name: string, at: number): boolean =>
      !name.startsWith("memory") || Math.floor(at / encoded[name].shape[2] / B) < lengths[
          Math.floor(at / encoded[name].shape[2]) % B
        ];
    await compare(sessions.get("model_encoder.onnx")!, source, { ...encoded, ...first }, { isKept });
    const inputs = { ids: given(next, B), ...encoded, lengths: given(lengths, B), ...begun };
    await compare(sessions.get("model_decoder.onnx")!, inputs, decoded);
  }
}

for (const [i, cell] of CELLS.entries()) {
  for (const layers of [1, 2]) {
    const attention = [...ATTENTIONS, "none"][(2 * i + layers) % 5];
    const bridge = BRIDGES[(i + layers) % (attention === "none" ? 2 : 3)];
    Deno.test(`a translator of ${layers} ${cell} is the same in ONNX: attention ${attention}, bridge ${bridge}`, async () => {
      await check({ cell, layers, attention, bridge, encoderHidden: 4, inputFeeding: i % 2 === 0 });
    });
  }
}

Deno.test("every attention, shared embeddings and tied weights of translators are the same in ONNX", async () => {
  for (const attention of ATTENTIONS) await check({ attention, encoderHidden: attention === "dot" ? 4 : 5, heads: 2 });
  await check({ shared: true, tied: true, encoderHidden: 5, inputFeeding: true });
});
