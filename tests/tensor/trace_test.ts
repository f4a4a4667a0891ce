import {
  concat,
  Convolution,
  Embedding,
  Engine,
  gather,
  inference,
  Linear,
  LSTM,
  maskSteps,
  maxSteps,
  meanSteps,
  Module,
  mul,
  permute,
  reshape,
  softmax,
  sum,
  tanh,
  type Tensor,
  tensor,
  trace,
  training,
} from "@elman/elman/nn";
import { assert, assertEquals, assertThrows } from "@std/assert";

const engine = new Engine();
const make = (...shape: number[]): Tensor =>
  tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i % 7 - 3), shape, { engine });

Deno.test("a traced run has every operation with its attributes, inputs and outputs", () => {
  const layer = new Linear({ input: 3, output: 4, engine });
  const { operations, result } = trace(() => {
    const x = make(2, 3);
    const y = layer.forward(x);
    return permute(concat([y, reshape(y, [2, 4])], 1), [1, 0]);
  }, { engine });
  assertEquals(operations.map(({ name }) => name), ["constant", "linear", "reshape", "concat", "permute"]);
  const [constant, linear, reshaped, joined, permuted] = operations;
  assertEquals(linear.inputs, [constant.outputs[0], layer.weight, layer.bias]);
  assertEquals(joined.inputs, [linear.outputs[0], reshaped.outputs[0]]);
  assertEquals([joined.attributes, permuted.attributes], [{ dimension: 1 }, { order: [1, 0] }]);
  assert(permuted.outputs[0] === result);
  assertThrows(() => result.toArray(), RangeError, "its step");
});

Deno.test("layers and operations on padded steps are traced as one operation that refers to the lengths", () => {
  const embedding = new Embedding({ size: 5, width: 3, engine });
  const lstm = new LSTM({ input: 4, hidden: 2, layers: 2, bidirectional: true, engine });
  const convolution = new Convolution({ input: 3, filters: 4, width: 3, engine });
  const ids = Int32Array.of(0, 1, 2, 3, 4, 0);
  const lengths = Int32Array.of(3, 1);
  const { operations } = trace(() => {
    const x = maskSteps(convolution.forward(embedding.forward(ids, [3, 2])), lengths);
    const { output } = lstm.forward(x, { lengths });
    concat([meanSteps(output, lengths), maxSteps(output, lengths)], 1);
    softmax(reshape(sum(output, 2), [2, 3]), lengths);
  }, { engine });
  const names = ["gather", "convolve", "maskSteps", "recurrent", "meanSteps", "maxSteps", "concat", "sum", "reshape"];
  assertEquals(operations.map(({ name }) => name), [...names, "softmax"]);
  assert(operations[0].inputs[1] === ids);
  for (const i of [2, 3, 4, 5, 9]) assert(operations[i].inputs[1] === lengths);
  const run = operations[3];
  assert(run.name === "recurrent");
  const { cell, layers, directions, weights } = run.attributes;
  assertEquals([cell, layers, directions, weights.length], ["lstm", 2, 2, 4]);
  assert(weights[3].weightHH === lstm.namedParameters().get("weight_hh_l1_reverse"));
});

Deno.test("every operation's tensors are inputs of the run, parameters or outputs of operations before it", () => {
  class Net extends Module {
    readonly one = new Linear({ input: 3, output: 3, engine });
  }
  const { one } = new Net();
  const { operations } = trace(() => mul(tanh(one.forward(make(2, 3))), gather(make(4, 3), Int32Array.of(1, 0))), {
    engine,
  });
  const known = new Set<unknown>([one.weight, one.bias]);
  for (const { inputs, outputs } of operations) {
    for (const input of inputs) assert(input === null || input instanceof Int32Array || known.has(input));
    for (const output of outputs) known.add(output);
  }
});

Deno.test("nothing is traced outside a traced run, and a step within one is not part of it", () => {
  const { operations, result } = trace(() => {
    const before = tanh(make(2));
    return inference(() => tanh(before).toArray(), { engine });
  }, { engine });
  assertEquals(operations.map(({ name }) => name), ["constant", "tanh"]);
  assertEquals(result.length, 2);
  training(() => tanh(make(2)), { engine });
  assertEquals(operations.length, 2);
});

Deno.test("a traced run computes the bits of an untraced one", () => {
  const lstm = new LSTM({ input: 3, hidden: 4, bidirectional: true, engine });
  const run = (): Float32Array => lstm.forward(make(4, 2, 3), { lengths: Int32Array.of(4, 2) }).output.toArray();
  assertEquals(trace(run, { engine }).result, inference(run, { engine }));
});
