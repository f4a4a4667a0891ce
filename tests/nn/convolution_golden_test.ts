import { Convolution, maxPool, relu, tensor, training } from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { loadGolden } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { weighOutputs } from "../support/layer_contract.ts";
import { convolution } from "../support/oracles/mod.ts";

const TOLERANCE = 1e-5;

for (const [name, golden] of Object.entries(await loadGolden("convolution"))) {
  const { options: { width, bias, pool }, inputs, parameters, outputs, cotangents, gradients } = golden;
  const lengths = Int32Array.from(golden.lengths);
  const [filters, input] = parameters.weight.shape;

  Deno.test(`a convolution matches PyTorch's Conv1d for ${name}: outputs and all gradients within 1e-5`, () => {
    for (const build of BUILDS) {
      const engine = engineOf(build);
      training(() => {
        const layer = new Convolution({ input, filters, width, bias, engine });
        const named = layer.namedParameters();
        for (const [name, parameter] of named) parameter.assign(parameters[name].data);
        const x = tensor(inputs.x.data, inputs.x.shape, { engine, requiresGradient: true });
        const convolved = layer.forward(x, lengths);
        const output = pool === null ? convolved : maxPool(relu(convolved), lengths, pool);
        weighOutputs(engine, { output }, { output: cotangents.output.data }).backward();
        assertAllClose(output.toArray(), outputs.output.data, { tolerance: TOLERANCE, name: "output" });
        for (const [name, tensor] of [["x", x] as const, ...named]) {
          assertAllClose(tensor.gradients(), gradients[name].data, { tolerance: TOLERANCE, name });
        }
      }, { engine });
    }
  });

  if (pool !== null) continue;
  Deno.test(`the convolution oracle matches PyTorch's Conv1d for ${name} within 1e-5`, () => {
    const [T, B, E] = inputs.x.shape;
    const [weight, b] = [parameters.weight.data, parameters.bias?.data];
    const run = convolution({ x: inputs.x.data, lengths, weight, bias: b, T, B, E, F: filters, W: width });
    assertAllClose(run.output, outputs.output.data, { tolerance: TOLERANCE, name: "output" });
    const { dx, dWeight, dBias } = run.backward(cotangents.output.data);
    assertAllClose(dx, gradients.x.data, { tolerance: TOLERANCE, name: "x" });
    assertAllClose(dWeight, gradients.weight.data, { tolerance: TOLERANCE, name: "weight" });
    if (bias) assertAllClose(dBias, gradients.bias.data, { tolerance: TOLERANCE, name: "bias" });
  });
}
