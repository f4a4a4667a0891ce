// Runs the suites of layers and operations over a backend without WebAssembly, in double precision.

import { assertEquals } from "@std/assert";
import { Engine, type KernelName } from "../../src/engine/mod.ts";
import { LAYERS, RECURRENT_LAYERS } from "../nn/layers/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { exactContract } from "../support/float64_backend/exact_contract.ts";
import { FLOAT64_KERNELS, Float64Backend } from "../support/float64_backend/mod.ts";
import { NATIVE_KERNELS } from "../support/float64_backend/kernels.ts";
import { EIGHT_BITS, PROGRAMS } from "../support/float64_backend/programs.ts";
import { useEngines } from "../support/memory_kind.ts";
import { recurrentCases } from "../support/recurrent_contract.ts";

Deno.test("programs that run every kernel without a native library give the results of the WebAssembly engine within 1e-5", () => {
  const backend = new Float64Backend();
  const [engine, reference] = [new Engine({}, backend), new Engine()];
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const [actual, expected] = [program(engine), program(reference)];
    assertEquals(Object.keys(actual), Object.keys(expected), name);
    for (const key in expected) {
      const tolerance = key === EIGHT_BITS ? 1e-4 : 1e-5;
      assertAllClose(actual[key], expected[key], { tolerance, name: `${name}: ${key}` });
    }
  }
  const unused = Object.keys(FLOAT64_KERNELS).filter((name) => !backend.used.has(name as KernelName));
  assertEquals(unused.sort(), Object.keys(NATIVE_KERNELS), "kernels that no program has run");
});

for (const [name, cases] of Object.entries(LAYERS)) exactContract(name, cases);
for (const [name, subject] of Object.entries(RECURRENT_LAYERS)) exactContract(name, recurrentCases(subject));

useEngines(() => new Engine({}, new Float64Backend()), ["plain"]);
await import("../nn/contract_test.ts");
for (
  const operations of [
    "convolution",
    "elementwise",
    "layer_norm",
    "layout",
    "matmul",
    "projection",
    "reductions",
    "softmax",
    "steps",
  ]
) {
  await import(`../tensor/${operations}_test.ts`);
}
