import { assertAlmostEquals, assertEquals } from "@std/assert";
import { affine, Parameter, training } from "../../../../src/nn/mod.ts";
import { labelSetLoss } from "../../../../tasks/classification/multi_label/mod.ts";
import { assertAllClose } from "../../../support/close.ts";
import { randomIntegers } from "../../../support/floats.ts";
import { loadGolden } from "../../../support/goldens.ts";
import { checkOperation, engineOf } from "../../../support/gradient_check.ts";
import { BUILDS } from "../../../support/kernel_contract.ts";

const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

Deno.test("labelSetLoss: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [B, L] of [[1, 2], [3, 5], [4, 3]]) {
    for (const smoothing of [0, 0.1]) {
      for (const weights of [undefined, Array.from({ length: L }, (_, i) => 1 + (i % 3))]) {
        const targets = randomIntegers(B + L, B * L, 0, 2);
        checkOperation({
          inputs: { z: [B, L] },
          range: [-3, 3],
          apply: ({ z }) => labelSetLoss(z, targets, { smoothing, weights }),
          shape: [],
          element: ({ z }) => {
            let sum = 0;
            targets.forEach((target, i) => {
              const [logit, soft] = [z(Math.floor(i / L), i % L), target * (1 - smoothing) + smoothing / 2];
              const loss = soft * softplus(-logit) + (1 - soft) * softplus(logit);
              sum += (target === 1 ? weights?.[i % L] ?? 1 : 1) * loss;
            });
            return sum / B;
          },
        });
      }
    }
  }
});

for (const [name, golden] of Object.entries(await loadGolden("binary_cross_entropy"))) {
  Deno.test(`labelSetLoss: loss and gradient of ${name} are PyTorch's within 1e-5`, () => {
    const { inputs: { logits, targets }, options, outputs, cotangents, gradients } = golden;
    const { label_smoothing: smoothing, pos_weight } = options;
    for (const build of BUILDS) {
      const z = new Parameter(logits.shape, { engine: engineOf(build), values: logits.data });
      training(() => {
        const loss = labelSetLoss(z, targets.data, { smoothing, weights: pos_weight?.data });
        assertAllClose(Float32Array.of(loss.item()), outputs.loss.data, { tolerance: 1e-5, name: "loss" });
        affine(loss, cotangents.loss.data[0]).backward();
      }, { engine: z.engine });
      assertAllClose(z.gradients(), gradients.logits.data, { tolerance: 1e-5, name: "gradient" });
    }
  });
}

Deno.test("labelSetLoss of large logits is finite", () => {
  const z = new Parameter([1, 4], { engine: engineOf("plain"), values: [1000, -1000, 1000, -1000] });
  training(() => {
    const loss = labelSetLoss(z, Int32Array.of(1, 0, 0, 1), {});
    assertEquals(loss.item(), 2000);
    loss.backward();
  }, { engine: z.engine });
  z.gradients().forEach((d, i) => assertAlmostEquals(d, [0, 0, 1, -1][i], 1e-6));
});
