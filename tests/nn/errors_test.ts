import { assertEquals, assertThrows } from "@std/assert";
import { ResourceError } from "../../errors.ts";
import {
  AttentionPooling,
  Dropout,
  Embedding,
  Engine,
  GRU,
  inference,
  initialiseOrthogonal,
  initialiseXavier,
  initialiseXavierNormal,
  LayerNorm,
  Linear,
  LockedDropout,
  LSTM,
  MogrifierLSTM,
  Parameter,
  Random,
  type RecurrentState,
  RNN,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";

const engine = new Engine();
const random = new Random(1, { engine });
const options = { engine, random };
const sizes = { ...options, input: 3, hidden: 5 };

function zeros(...shape: number[]): Tensor {
  return tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, { engine });
}

/** Asserts that each call throws `RangeError` with exactly its message. */
function refuse(title: string, calls: Record<string, () => unknown>): void {
  Deno.test(title, () => {
    for (const [message, call] of Object.entries(calls)) {
      const error = assertThrows(() => inference(call, { engine }), RangeError);
      assertEquals(error.message, message);
    }
  });
}

refuse("a recurrent layer refuses options that are out of range", {
  "make a recurrent layer: expected an input size of at least 1, found 0": () => new RNN({ ...sizes, input: 0 }),
  "make a recurrent layer: expected an input size of at least 1, found 2.5": () => new GRU({ ...sizes, input: 2.5 }),
  "make a recurrent layer: expected a hidden size of at least 1, found -1": () => new LSTM({ ...sizes, hidden: -1 }),
  "make a recurrent layer: expected a hidden size of at least 1, found NaN": () => new LSTM({ ...sizes, hidden: NaN }),
  "make a recurrent layer: expected a number of rounds of at least 1, found 0": () =>
    new MogrifierLSTM({ ...sizes, rounds: 0 }),
  "make a recurrent layer: expected from 1 to 1000 layers, found 0": () => new GRU({ ...sizes, layers: 0 }),
  "make a recurrent layer: expected from 1 to 1000 layers, found 2147483648": () =>
    new LSTM({ ...sizes, layers: 2 ** 31 }),
  "make a recurrent layer: expected a projection from 1 to below 5, found 5": () =>
    new LSTM({ ...sizes, projection: 5 }),
  "make a recurrent layer: expected a projection from 1 to below 5, found 0": () =>
    new LSTM({ ...sizes, projection: 0 }),
  "make a recurrent layer: expected a projection from 1 to below 5, found 1.5": () =>
    new LSTM({ ...sizes, projection: 1.5 }),
  "make a recurrent layer: expected a dropout rate from 0 to below 1, found 1": () => new RNN({ ...sizes, dropout: 1 }),
  "make a recurrent layer: expected a dropout rate from 0 to below 1, found -0.1": () =>
    new RNN({ ...sizes, dropout: -0.1 }),
  "make a recurrent layer: expected a dropout rate from 0 to below 1, found NaN": () =>
    new RNN({ ...sizes, dropout: NaN }),
  "initialize a forget bias: expected an LSTM with biases, found one without": () =>
    new LSTM({ ...sizes, bias: false }).initialiseForgetBias(1),
});

const lstm = new LSTM({ ...sizes, layers: 2 });
const narrow = new LSTM({ ...sizes, projection: 2 });

refuse("a recurrent layer refuses inputs of the wrong shape", {
  "run a recurrent layer: expected an input [T, B, 3], found [4, 2, 5]": () => lstm.forward(zeros(4, 2, 5)),
  "run a recurrent layer: expected an input [T, B, 3], found [4, 3]": () => lstm.forward(zeros(4, 3)),
  "run a recurrent layer: expected an input [T, B, 3], found [0, 2, 3]": () => lstm.forward(zeros(0, 2, 3)),
  "run a recurrent layer: expected an input [T, B, 3], found [4, 0, 3]": () => lstm.forward(zeros(4, 0, 3)),
  "run a recurrent layer: expected an input [T, B, 3], found []": () => lstm.forward(zeros()),
  "run a recurrent layer: expected tensors of one engine, found tensors of two": () => {
    const elsewhere = new Engine();
    inference(() => lstm.forward(tensor(new Float32Array(3), [1, 1, 3], { engine: elsewhere })), { engine: elsewhere });
  },
});

refuse("a recurrent layer refuses lengths that are out of range", {
  "pack sequences: expected lengths from 1 to 4, found 0 for sequence 1": () =>
    lstm.forward(zeros(4, 2, 3), { lengths: [4, 0] }),
  "pack sequences: expected lengths from 1 to 4, found 5 for sequence 0": () =>
    lstm.forward(zeros(4, 2, 3), { lengths: [5, 4] }),
  "pack sequences: expected lengths from 1 to 4, found 2.5 for sequence 1": () =>
    lstm.forward(zeros(4, 2, 3), { lengths: [4, 2.5] }),
  "pack sequences: expected lengths from 1 to 4, found NaN for sequence 0": () =>
    lstm.forward(zeros(4, 2, 3), { lengths: [NaN, 1] }),
  "pack sequences: expected lengths from 1 to 4, found -1 for sequence 0": () =>
    lstm.forward(zeros(4, 2, 3), { lengths: Int32Array.of(-1, 1) }),
  "run a recurrent layer: expected 2 lengths, found 3": () => lstm.forward(zeros(4, 2, 3), { lengths: [1, 2, 3] }),
});

const run = (layer: LSTM, state: RecurrentState) => layer.forward(zeros(4, 2, 3), { state });

refuse("a recurrent layer refuses states of the wrong shape", {
  "run a recurrent layer: expected a state h [2, 2, 5], found [2, 5]": () => run(lstm, { h: zeros(2, 5) }),
  "run a recurrent layer: expected a state h [2, 2, 5], found [1, 2, 5]": () =>
    run(lstm, { h: zeros(1, 2, 5), c: zeros(2, 2, 5) }),
  "run a recurrent layer: expected a state h [2, 2, 5], found [2, 3, 5]": () =>
    run(lstm, { h: zeros(2, 3, 5), c: zeros(2, 3, 5) }),
  "run a recurrent layer: expected a state c [2, 2, 5], found none": () => run(lstm, { h: zeros(2, 2, 5) }),
  "run a recurrent layer: expected a state c [2, 2, 5], found [2, 2, 4]": () =>
    run(lstm, { h: zeros(2, 2, 5), c: zeros(2, 2, 4) }),
  "run a recurrent layer: expected a state h [1, 2, 2], found [1, 2, 5]": () =>
    run(narrow, { h: zeros(1, 2, 5), c: zeros(1, 2, 5) }),
});

refuse("step refuses bidirectional layers and inputs of the wrong shape", {
  "step: expected a layer of one direction, found a bidirectional one": () =>
    new GRU({ ...sizes, bidirectional: true }).step(zeros(2, 3)),
  "step: expected an input [B, 3], found [2, 4]": () => lstm.step(zeros(2, 4)),
  "step: expected an input [B, 3], found [1, 2, 3]": () => lstm.step(zeros(1, 2, 3)),
  "step: expected an input [B, 3], found [3]": () => lstm.step(zeros(3)),
  "run a recurrent layer: expected a state h [2, 4, 5], found [2, 2, 5]": () =>
    lstm.step(zeros(4, 3), { h: zeros(2, 2, 5), c: zeros(2, 2, 5) }),
});

const embedding = new Embedding({ ...options, size: 4, width: 2 });

refuse("an embedding refuses ids that are out of range", {
  "embed: expected ids from 0 to 3, found -1 at 1": () => embedding.forward(Int32Array.of(0, -1)),
  "embed: expected ids from 0 to 3, found 4 at 2": () => embedding.forward(Int32Array.of(0, 3, 4)),
  "gather: expected 6 indexes for [2, 3], found 4": () => embedding.forward(Int32Array.of(0, 1, 2, 3), [2, 3]),
  "make an embedding: expected a number of symbols of at least 1, found 0": () =>
    new Embedding({ ...options, size: 0, width: 2 }),
  "make an embedding: expected a width of at least 1, found 1.5": () =>
    new Embedding({ ...options, size: 4, width: 1.5 }),
});

const linear = new Linear({ ...options, input: 3, output: 2 });

refuse("a linear layer refuses wrong sizes", {
  "linear: expected an input [..., 3], found [2, 4]": () => linear.forward(zeros(2, 4)),
  "linear: expected an input [..., 3], found []": () => linear.forward(zeros()),
  "share a weight: expected shape [4, 3], found [4, 2]": () =>
    new Linear({ ...options, input: 3, output: 4, weight: embedding.weight }),
  "make a linear layer: expected an input size of at least 1, found 0": () =>
    new Linear({ ...options, input: 0, output: 4 }),
  "make a linear layer: expected an output size of at least 1, found -4": () =>
    new Linear({ ...options, input: 3, output: -4 }),
});

refuse("dropout and layer norm refuse wrong rates and shapes", {
  "make a dropout layer: expected a dropout rate from 0 to below 1, found 1": () => new Dropout(1),
  "make a dropout layer: expected a dropout rate from 0 to below 1, found -0.5": () => new LockedDropout(-0.5),
  "locked dropout: expected [T, B, H], found [2, 3]": () => new LockedDropout(0.5).forward(zeros(2, 3)),
  "layer norm: expected shape [4], found [3]": () => new LayerNorm({ ...options, width: 3 }).forward(zeros(2, 4)),
  "make a layer norm: expected a width of at least 1, found 0": () => new LayerNorm({ ...options, width: 0 }),
});

const pooling = new AttentionPooling({ ...options, input: 3 });

refuse("attention pooling refuses wrong sizes and lengths", {
  "pool by attention: expected an input [T, B, 3], found [4, 2, 5]": () =>
    pooling.forward(zeros(4, 2, 5), Int32Array.of(4, 4)),
  "pool by attention: expected an input [T, B, 3], found [4, 3]": () => pooling.forward(zeros(4, 3), Int32Array.of(4)),
  "pool by attention: expected an input [T, B, 3], found [1, 2, 1, 3]": () =>
    pooling.forward(zeros(1, 2, 1, 3), Int32Array.of(1, 1)),
  "pool by attention: expected an input [T, B, 3], found [0, 2, 3]": () =>
    pooling.forward(zeros(0, 2, 3), Int32Array.of(1, 1)),
  "softmax: expected 2 lengths, found 1": () => pooling.forward(zeros(4, 2, 3), Int32Array.of(4)),
  "softmax: expected lengths from 1 to 4, found 5": () => pooling.forward(zeros(4, 2, 3), Int32Array.of(4, 5)),
  "softmax: expected lengths from 1 to 4, found 0": () => pooling.forward(zeros(4, 2, 3), Int32Array.of(0, 4)),
  "make an attention pooling: expected an input size of at least 1, found 0": () =>
    new AttentionPooling({ ...options, input: 0 }),
  "make an attention pooling: expected a width of at least 1, found 0.5": () =>
    new AttentionPooling({ ...options, input: 3, width: 0.5 }),
});

refuse("initializers refuse parameters that are not matrices, and blocks that do not divide the rows", {
  "initialize: expected a matrix, found [4]": () => initialiseXavier(new Parameter([4], { engine }), random),
  "initialize: expected a matrix, found []": () => initialiseXavierNormal(new Parameter([], { engine }), random),
  "initialize: expected a matrix, found [2, 2, 2]": () =>
    initialiseOrthogonal(new Parameter([2, 2, 2], { engine }), random),
  "initialize orthogonal: expected a number of rows divisible by 4 blocks, found 6": () =>
    initialiseOrthogonal(new Parameter([6, 2], { engine }), random, 1, 4),
  "initialize orthogonal: expected a number of rows divisible by -2 blocks, found 6": () =>
    initialiseOrthogonal(new Parameter([6, 2], { engine }), random, 1, -2),
});

Deno.test("a recurrent layer that cannot fit in memory is refused before any memory is taken", () => {
  const large = { input: 2 ** 14, hidden: 2 ** 13, layers: 4 };
  for (const Layer of [RNN, LSTM, GRU, MogrifierLSTM]) {
    const engine = new Engine();
    const before = engine.memory.bytes;
    const make = () => new Layer({ ...large, layers: 30, bidirectional: true, engine });
    assertThrows(make, ResourceError, "allocate memory: expected at most 4 GiB in all, found ");
    assertEquals(engine.memory.bytes, before);
  }
  const shapes = Engine.shapes();
  const layer = new LSTM({ ...large, projection: 2 ** 12, bidirectional: true, engine: shapes });
  const expected = layer.parameters().reduce((sum, { size }) => sum + size, 0) * 4;
  assertEquals(shapes.keptBytes, expected, "an engine of shapes counts it once");
  const message =
    assertThrows(() => new LSTM({ ...large, projection: 2 ** 12, bidirectional: true, engine }), RangeError).message;
  assertEquals(message.includes(`found ${(expected / 2 ** 20).toFixed(1)} MiB`), true, message);
});
