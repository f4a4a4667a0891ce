import { assertAlmostEquals } from "@std/assert";
import { encodeOnnx } from "../../../../src/formats/onnx/mod.ts";
import { inference, tensor } from "../../../../src/nn/mod.ts";
import { importLayers } from "../../../../tasks/exchange/mod.ts";

const CLIP = 0.25;
const limited = (x: number): number => Math.min(Math.max(x, -CLIP), CLIP);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-limited(x)));
const tanh = (x: number): number => Math.tanh(limited(x));

/** The outputs of a layer with one input and one unit, by ONNX's formulas with the limit. */
const FORMULAS: Record<string, (W: number[], R: number[], xs: number[]) => number[]> = {
  RNN: ([w], [r], xs) => {
    let h = 0;
    return xs.map((x) => h = tanh(w * x + r * h));
  },
  LSTM: (W, R, xs) => {
    let [h, c] = [0, 0];
    return xs.map((x) => {
      const [i, o, f, g] = W.map((w, k) => w * x + R[k] * h);
      c = sigmoid(f) * c + sigmoid(i) * tanh(g);
      return h = sigmoid(o) * Math.tanh(c);
    });
  },
  GRU: (W, R, xs) => {
    let h = 0;
    return xs.map((x) => {
      const [z, r] = [sigmoid(W[0] * x + R[0] * h), sigmoid(W[1] * x + R[1] * h)];
      const n = tanh(W[2] * x + R[2] * (r * h));
      return h = (1 - z) * n + z * h;
    });
  },
};

for (const [opType, formula] of Object.entries(FORMULAS)) {
  Deno.test(`the clip of ONNX's ${opType} limits what enters gates and candidates`, async () => {
    const G = { RNN: 1, LSTM: 4, GRU: 3 }[opType]!;
    const [W, R] = [[0.9, -0.7, 0.1, 0.6].slice(0, G), [-0.5, 0.8, 0.2, 0.7].slice(0, G)];
    const xs = [1, -0.8, 0.1, 2, -1.5];
    const attribute = [{ name: "hidden_size", i: 1, type: 2 }, { name: "clip", f: CLIP, type: 1 }];
    const file = encodeOnnx({
      irVersion: 8,
      opsetImport: [{ version: 14 }],
      graph: {
        node: [{ opType, name: "a", input: ["X", "W", "R"], output: ["Y"], attribute }],
        initializer: [["W", W] as const, ["R", R] as const].map(([name, values]) => {
          return { name, dims: [1, G, 1], dataType: 1, floatData: Float32Array.from(values) };
        }),
      },
    });
    const network = await importLayers(file);
    const found = inference(() => [...network.forward(tensor(xs, [5, 1, 1])).toArray()]);
    const expected = formula(W, R, xs);
    expected.forEach((value, t) => assertAlmostEquals(found[t], value, 1e-6));
  });
}
