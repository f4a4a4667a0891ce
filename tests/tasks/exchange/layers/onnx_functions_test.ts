import { assertAlmostEquals } from "@std/assert";
import { encodeOnnx } from "../../../../src/formats/onnx/mod.ts";
import { inference, tensor } from "../../../../src/nn/mod.ts";
import { importLayers } from "../../../../tasks/exchange/mod.ts";

type Scalar = (x: number) => number;

/** The functions of ONNX; the hard sigmoid with an alpha of 0.3. */
const FUNCTIONS: Record<string, Scalar> = {
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Relu: (x) => Math.max(x, 0),
  HardSigmoid: (x) => Math.min(Math.max(0.3 * x + 0.5, 0), 1),
};

/** The outputs of a layer with one input and one unit, by ONNX's formulas with the functions f, g and h. */
const FORMULAS: Record<string, (W: number[], R: number[], xs: number[], f: Scalar, g: Scalar, h: Scalar) => number[]> =
  {
    RNN: ([w], [r], xs, f) => {
      let h = 0;
      return xs.map((x) => h = f(w * x + r * h));
    },
    LSTM: (W, R, xs, gate, candidate, shown) => {
      let [h, c] = [0, 0];
      return xs.map((x) => {
        const [i, o, f, g] = W.map((w, k) => w * x + R[k] * h);
        c = gate(f) * c + gate(i) * candidate(g);
        return h = gate(o) * shown(c);
      });
    },
    GRU: (W, R, xs, gate, candidate) => {
      let h = 0;
      return xs.map((x) => {
        const [z, r] = [gate(W[0] * x + R[0] * h), gate(W[1] * x + R[1] * h)];
        const n = candidate(W[2] * x + R[2] * (r * h));
        return h = (1 - z) * n + z * h;
      });
    },
  };

/** An operator, the names of its functions, and its clip if it has one. */
const CASES: readonly (readonly [opType: string, names: readonly string[], clip?: number])[] = [
  ["RNN", ["Tanh"], 0.25],
  ["LSTM", ["Sigmoid", "Tanh", "Tanh"], 0.25],
  ["GRU", ["Sigmoid", "Tanh"], 0.25],
  ["RNN", ["Sigmoid"]],
  ["LSTM", ["Sigmoid", "Relu", "Sigmoid"]],
  ["LSTM", ["HardSigmoid", "Tanh", "Relu"]],
  ["GRU", ["Tanh", "Relu"]],
  ["GRU", ["HardSigmoid", "Sigmoid"], 0.5],
];

for (const [opType, names, clip = Infinity] of CASES) {
  Deno.test(`ONNX's ${opType} computes ${names.join(", ")} of inputs up to ${clip}`, async () => {
    const G = { RNN: 1, LSTM: 4, GRU: 3 }[opType]!;
    const [W, R] = [[0.9, -0.7, 0.1, 0.6].slice(0, G), [-0.5, 0.8, 0.2, 0.7].slice(0, G)];
    const xs = [1, -0.8, 0.1, 2, -1.5];
    const attribute = [
      { name: "hidden_size", i: 1, type: 2 },
      { name: "activations", strings: names.map((name) => new TextEncoder().encode(name)), type: 8 },
      ...names[0] === "HardSigmoid" ? [{ name: "activation_alpha", floats: Float32Array.of(0.3), type: 6 }] : [],
      ...clip < Infinity ? [{ name: "clip", f: clip, type: 1 }] : [],
    ];
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
    const limited = (x: number): number => Math.min(Math.max(x, -clip), clip);
    const [f, g, h] = names.map((name, i): Scalar => (x) => FUNCTIONS[name](i < 2 ? limited(x) : x));
    const expected = FORMULAS[opType](W, R, xs, f, g, h);
    expected.forEach((value, t) => assertAlmostEquals(found[t], value, 1e-6));
  });
}
