import { PictureConvolution, tensor, training } from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { loadGolden } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { weighOutputs } from "../support/layer_contract.ts";

const TOLERANCE = 1e-5;

for (const [name, golden] of Object.entries(await loadGolden("picture_convolution"))) {
  const { options: { width, stride, padding, bias }, inputs, parameters, outputs, cotangents, gradients } = golden;
  const [filters, input] = parameters.weight.shape;

  Deno.test(`a convolution of pictures matches PyTorch's Conv2d for ${name}: outputs and gradients within 1e-5`, () => {
    for (const build of BUILDS) {
      const engine = engineOf(build);
      training(() => {
        const layer = new PictureConvolution({ input, filters, width, stride, padding, bias, engine });
        const named = layer.namedParameters();
        for (const [name, parameter] of named) parameter.assign(parameters[name].data);
        const x = tensor(inputs.x.data, inputs.x.shape, { engine, requiresGradient: true });
        const output = layer.forward(x);
        weighOutputs(engine, { output }, { output: cotangents.output.data }).backward();
        assertAllClose(output.toArray(), outputs.output.data, { tolerance: TOLERANCE, name: "output" });
        for (const [name, tensor] of [["x", x] as const, ...named]) {
          assertAllClose(tensor.gradients(), gradients[name].data, { tolerance: TOLERANCE, name });
        }
      }, { engine });
    }
  });
}
