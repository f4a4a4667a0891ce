// Networks of one's own: operations and layers that no task's network has.

// deno-lint-ignore no-import-prefix
import { InferenceSession } from "npm:onnxruntime-node@1.24.3";
import { exportGraph, type GraphPlan } from "@elman/elman/exchange";
import {
  add,
  affine,
  broadcastTo,
  concat,
  div,
  Engine,
  exp,
  gather,
  Linear,
  log,
  LSTM,
  matmul,
  mean,
  type Module,
  mul,
  permute,
  relu,
  reshape,
  sigmoid,
  slice,
  softmax,
  sub,
  sum,
  tanh,
  type Tensor,
  tensor,
  transpose,
} from "@elman/elman/nn";
import { compare, copy, Dice, expect, given, INPUTS, randomize, type Values } from "./support.ts";

const engine = new Engine();

/** Compares a function of x [time, batch, 4] and lengths [batch] with its graph. */
async function check(network: Module, run: (x: Tensor, lengths: Int32Array) => Tensor): Promise<void> {
  const dice = new Dice(19, engine);
  randomize(network, dice);
  const plan: GraphPlan = {
    suffix: "",
    summary: "",
    sizes: ["time", "batch"],
    run({ time, batch }) {
      const [values, shape] = [new Float32Array(time * batch * 4), [time, batch, 4]];
      const lengths = Int32Array.from({ length: batch }, (_, b) => Math.max(1, time - b));
      return {
        inputs: [
          { name: "x", values, shape, help: "" },
          { name: "lengths", values: lengths, shape: [batch], help: "" },
        ],
        outputs: [{ name: "y", tensor: run(tensor(values, shape, { engine }), lengths), help: "" }],
      };
    },
  };
  const session = await InferenceSession.create(exportGraph(plan, { engine, network }), { logSeverityLevel: 3 });
  for (let i = 0; i < INPUTS; i++) {
    const [T, B] = [dice.integer(1, 9), dice.integer(1, 5)];
    const [values, lengths] = [dice.floats(T * B * 4), dice.lengths(T, B)];
    const y: Values = expect(engine, () => copy(run(tensor(values, [T, B, 4], { engine }), lengths)));
    await compare(session, { x: given(values, T, B, 4), lengths: given(lengths, B) }, { y });
  }
}

Deno.test("an LSTM with a projection is the same in ONNX, in one and two directions", async () => {
  for (const bidirectional of [false, true]) {
    for (const layers of [1, 2]) {
      const lstm = new LSTM({ input: 4, hidden: 6, projection: 3, layers, bidirectional, engine });
      await check(lstm, (x, lengths) => {
        const { output, state: { h, c } } = lstm.forward(x, { lengths });
        const B = lengths.length;
        const flat = (states: Tensor): Tensor => reshape(permute(states, [1, 0, 2]), [1, B, -1]);
        return add(sum(output, 2), sum(concat([flat(h), flat(c!)], 2), 2));
      });
    }
  }
});

Deno.test("layers without biases are the same in ONNX", async () => {
  const lstm = new LSTM({ input: 4, hidden: 5, bias: false, bidirectional: true, engine });
  await check(lstm, (x, lengths) => lstm.forward(x, { lengths }).output);
});

Deno.test("elementwise functions, products, sums and parts are the same in ONNX", async () => {
  const layer = new Linear({ input: 4, output: 3, engine });
  await check(layer, (x) => {
    const [T, B] = x.shape;
    const y = tanh(layer.forward(x));
    const z = div(exp(affine(y, 0.5, 1)), add(sigmoid(y), tensor([1, 2, 3], [3], { engine })));
    const w = matmul(mul(z, relu(matmul(x, transpose(layer.weight)))), layer.weight);
    return log(affine(mul(sub(w, broadcastTo(mean(w, 0), [T, B, 4])), sub(w, mean(w, 0))), 1, 1));
  });
  await check(layer, (x) => {
    const [T, B] = x.shape;
    const rows = gather(layer.weight, Int32Array.of(2, 0, 2));
    const all = add(softmax(reshape(x, [T * B, 4])), slice(rows, 0, 1, 2));
    return permute(reshape(all, [T, B, 2, 2]), [1, 0, 3, 2]);
  });
  await check(layer, (x) => add(sum(mul(x, x)), mean(x)));
});
