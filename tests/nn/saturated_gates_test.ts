import { assert } from "@std/assert";
import { crossEntropy, Embedding, Engine, GRU, Linear, LSTM, type Module, RNN, training } from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";
import { assertNormal } from "../support/bounds.ts";

const LAYERS = { LSTM, GRU, RNN };
const [T, B, V, E, H] = [6, 4, 11, 5, 9];

/** Adds a bias to all gates of a recurrent layer. */
function saturate(layer: Module, bias: number): void {
  for (const [name, parameter] of layer.namedParameters()) {
    if (name.includes("bias_ih")) parameter.assign(parameter.toArray().map((value) => value + bias));
  }
}

/** Ids of tokens 0 to 9; token 10 is never seen after the first step. */
function ids(step: number): Int32Array {
  return Int32Array.from({ length: T * B }, (_, i) => step === 0 ? i % V : i * 7 % (V - 1));
}

for (const [name, Layer] of Object.entries(LAYERS)) {
  for (const build of ["plain", "relaxed"] as const) {
    Deno.test(`${name} (${build}): training with saturated gates leaves no subnormal state, gradient or moment`, () => {
      for (const bias of [-33, -42, -80, -86, -95]) {
        const engine = new Engine({ build });
        const embedding = new Embedding({ size: V, width: E, engine });
        const layer = new Layer({ input: E, hidden: H, engine });
        const head = new Linear({ input: H, output: V, engine });
        saturate(layer, bias);
        const parameters = [embedding, layer, head].flatMap((module) => module.parameters());
        const optimizer = new Adam(parameters, { learningRate: 0.01, betas: [0.9, 0.9] });
        for (let step = 0; step < 900; step++) {
          optimizer.zeroGradients();
          training(() => {
            const { output } = layer.forward(embedding.forward(ids(step), [T, B]));
            crossEntropy(head.forward(output), ids(step + 1)).backward();
            assertNormal(output.toArray(), `${name} with bias ${bias}: the output`);
          }, { engine });
          const what = `${name} with bias ${bias}, step ${step}`;
          for (const parameter of parameters) assertNormal(parameter.gradients(), `${what}: a gradient`);
          optimizer.step();
        }
        for (const [moment, values] of Object.entries(optimizer.state().moments)) {
          assertNormal(values, `${name} with bias ${bias}: ${moment}`);
        }
        assert(parameters.every((parameter) => parameter.toArray().every(Number.isFinite)));
      }
    });
  }
}
