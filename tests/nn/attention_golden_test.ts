import { Attention, tensor, training } from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { type GoldenTensors, loadGolden } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { weighOutputs } from "../support/layer_contract.ts";
import { attention } from "../support/oracles/mod.ts";

const TOLERANCE = 1e-5;

function assertGolden(actual: Record<string, ArrayLike<number>>, golden: GoldenTensors): void {
  for (const name in golden) assertAllClose(actual[name], golden[name].data, { tolerance: TOLERANCE, name });
}

for (const [name, golden] of Object.entries(await loadGolden("attention"))) {
  const { options: { kind, heads }, lengths, inputs, parameters, outputs, cotangents, gradients } = golden;
  const [T, B, Q] = inputs.queries.shape;
  const [S, , M] = inputs.states.shape;
  const dataOf = (tensors: GoldenTensors): Record<string, Float32Array> =>
    Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]));

  Deno.test(`attention matches PyTorch for ${name}: outputs and all gradients within 1e-5`, () => {
    for (const build of BUILDS) {
      const engine = engineOf(build);
      const layer = new Attention({ kind, query: Q, memory: M, heads, engine });
      const named = layer.namedParameters();
      for (const [name, parameter] of named) parameter.assign(parameters[name].data);
      training(() => {
        const queries = tensor(inputs.queries.data, [T, B, Q], { engine, requiresGradient: true });
        const states = tensor(inputs.states.data, [S, B, M], { engine, requiresGradient: true });
        const found = { ...layer.forward(queries, layer.prepare(states, Int32Array.from(lengths))) };
        weighOutputs(engine, found, dataOf(cotangents)).backward();
        assertGolden(Object.fromEntries(Object.entries(found).map(([k, v]) => [k, v.toArray()])), outputs);
        const own = Object.fromEntries([...named].map(([name, parameter]) => [name, parameter.gradients()]));
        assertGolden({ queries: queries.gradients(), states: states.gradients(), ...own }, gradients);
      }, { engine });
    }
  });

  Deno.test(`the attention oracle matches PyTorch for ${name} within 1e-5`, () => {
    const own = Object.fromEntries(
      Object.entries(dataOf(parameters)).map(([name, data]) => [name, Float64Array.from(data)]),
    );
    const { queries, states } = dataOf(inputs);
    const run = attention({ kind, queries, states, lengths, parameters: own, T, S, Q, M, heads });
    assertGolden({ context: run.context, weights: run.weights }, outputs);
    const { context, weights } = dataOf(cotangents);
    assertGolden(run.backward(context, weights), gradients);
  });
}
