import { assertThrows } from "@std/assert";
import {
  AdaptiveSoftmax,
  Attention,
  AttentionPooling,
  Embedding,
  GRU,
  LayerNorm,
  Linear,
  LSTM,
  type Module,
  MogrifierLSTM,
  RNN,
} from "../../src/nn/mod.ts";

// deno-lint-ignore no-explicit-any
type AnyModule = new (options: any) => Module;

/** Valid options of every layer, and the start of its error messages. */
const LAYERS: readonly [Layer: AnyModule, good: Record<string, unknown>, action: string][] = [
  [Embedding, { size: 3, width: 2 }, "make an embedding"],
  [Linear, { input: 3, output: 2, bias: false }, "make a linear layer"],
  [AdaptiveSoftmax, { input: 3, output: 200, divValue: 2, headBias: true }, "make an adaptive softmax"],
  [LayerNorm, { width: 3, epsilon: 1e-3 }, "make a layer norm"],
  [Attention, { kind: "multihead", query: 4, memory: 4, heads: 2 }, "make attention"],
  [AttentionPooling, { input: 3, width: 2 }, "make an attention pooling"],
  [RNN, { input: 3, hidden: 2, nonlinearity: "relu", bias: true }, "make a recurrent layer"],
  [LSTM, { input: 3, hidden: 2, projection: 1, lockedDropout: true }, "make a recurrent layer"],
  [MogrifierLSTM, { input: 3, hidden: 2, rounds: 4 }, "make a recurrent layer"],
  [GRU, { input: 3, hidden: 2, bidirectional: true, dropout: 0.5 }, "make a recurrent layer"],
];

for (const [Layer, good, action] of LAYERS) {
  Deno.test(`${Layer.name} refuses unknown options and options of the wrong type`, () => {
    new Layer(good);
    new Layer({ ...good, engine: undefined, random: undefined });
    for (const [options, found] of [[undefined, "none"], [null, "null"], [3, "3"]]) {
      const message = `${action}: expected an object of options, found ${found}`;
      assertThrows(() => new Layer(options), TypeError, message);
    }
    const unknown = `${action}: unknown option`;
    assertThrows(() => new Layer({ ...good, hiden: 3 }), TypeError, `${unknown} "hiden"; `);
    assertThrows(() => new Layer({ ...good, toString: 3 }), TypeError, `${unknown} "toString"; expected one of `);
    const [name] = Object.keys(good);
    assertThrows(
      () => new Layer({ ...good, [`${name}s`]: 3 }),
      TypeError,
      `${unknown} "${name}s"; did you mean ${name}?`,
    );
    assertThrows(
      () => new Layer({ ...good, engine: {} }),
      TypeError,
      `${action}: expected engine to be of the class Engine, found {}`,
    );
    for (const [name, value] of Object.entries(good)) {
      const found = `${action}: expected ${name} to be`;
      if (typeof value === "string") {
        assertThrows(() => new Layer({ ...good, [name]: "sigmoid" }), RangeError, `${found} one of `);
        assertThrows(() => new Layer({ ...good, [name]: 3 }), RangeError, "found 3");
        continue;
      }
      const kind = `a ${name === "hidden" ? "number or list" : typeof value}, found`;
      assertThrows(() => new Layer({ ...good, [name]: "3" }), TypeError, `${found} ${kind} "3"`);
      assertThrows(() => new Layer({ ...good, [name]: null }), TypeError, `${found} ${kind} null`);
    }
  });
}

Deno.test("an RNN accepts only tanh or relu as nonlinearity", () => {
  assertThrows(
    () => new RNN({ input: 1, hidden: 1, nonlinearity: "sigmoid" as "tanh" }),
    RangeError,
    'make a recurrent layer: expected nonlinearity to be one of tanh, relu, found "sigmoid"',
  );
});
