import { assertEquals } from "@std/assert";
import { training } from "../../../src/nn/mod.ts";
import type { PairBatch } from "../../../tasks/translation/batches.ts";
import { pairLoss } from "../../../tasks/translation/learning.ts";
import { TranslatorNetwork } from "../../../tasks/translation/network.ts";
import { assertAllClose } from "../../support/close.ts";
import { loadGolden, type TranslationGolden } from "../../support/goldens.ts";
import { engineOf } from "../../support/gradient_check.ts";
import { BUILDS } from "../../support/kernel_contract.ts";

const [TOLERANCE, SMOOTHING] = [1e-5, 0.1];

/** The batch of the golden, with the same random padding. */
function batchOf({ lengths, inputs, targets }: TranslationGolden): PairBatch {
  const places = Int32Array.from(lengths.source, (_, i) => i);
  const side = (name: "source" | "target"): PairBatch["source"] => ({
    ids: inputs[name].data,
    lengths: Int32Array.from(lengths[name]),
    places,
  });
  const steps = lengths.target.flatMap((length, b) => Array.from({ length }, (_, t) => t * places.length + b));
  return { source: side("source"), input: side("target"), expected: targets.data, steps: Int32Array.from(steps) };
}

for (const [name, golden] of Object.entries(await loadGolden("translation"))) {
  Deno.test(`a translator's loss and gradients match PyTorch within 1e-5: ${name}`, () => {
    const { options, parameters, outputs, gradients } = golden;
    for (const build of BUILDS) {
      const engine = engineOf(build);
      const network = new TranslatorNetwork(options, { engine, seed: 1 });
      const named = network.namedParameters();
      assertEquals([...named.keys()].sort(), Object.keys(parameters).sort());
      for (const [name, parameter] of named) parameter.assign(parameters[name].data);
      training(() => {
        const loss = pairLoss(network, batchOf(golden), SMOOTHING);
        assertAllClose(loss.toArray(), outputs.loss.data, { tolerance: TOLERANCE, name: "loss" });
        loss.backward();
      }, { engine });
      for (const [name, parameter] of named) {
        assertAllClose(parameter.gradients(), gradients[name].data, { tolerance: TOLERANCE, name });
      }
    }
  });
}
