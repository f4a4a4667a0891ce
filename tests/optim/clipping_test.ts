import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { SGD, type StepOptions } from "../../src/optim/mod.ts";
import { Parameter } from "../../src/tensor/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { type GoldenTensors, loadGolden } from "../support/goldens.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { addGradients } from "./contract.ts";

/** Returns the clipped gradients, read off zero parameters after one SGD step with learning rate 1. */
function clip(
  gradients: GoldenTensors,
  engine: Engine,
  options: StepOptions,
): [norm: number, Record<string, Float32Array>] {
  const parameters = Object.fromEntries(
    Object.entries(gradients).map(([name, { shape }]) => [name, new Parameter(shape, { engine })]),
  );
  const optimizer = new SGD(Object.values(parameters), { learningRate: 1 });
  addGradients(parameters, gradients);
  const norm = optimizer.step(options);
  const clipped = Object.entries(parameters).map(([name, p]) => [name, p.toArray().map((value) => -value)]);
  return [norm, Object.fromEntries(clipped)];
}

function normOf(tensors: Readonly<Record<string, Float32Array>>): number {
  return Math.hypot(...Object.values(tensors).flatMap((values) => [...values]));
}

Deno.test("clipped gradients and the norm before clipping match PyTorch within 1e-6", async () => {
  const goldens = Object.entries(await loadGolden("clipping"));
  assertEquals(goldens.map(([, { clip }]) => clip), ["norm", "norm", "value"]);
  for (const build of BUILDS) {
    const engine = new Engine({ build });
    for (const [name, golden] of goldens) {
      const options = golden.clip === "norm" ? { clipNorm: golden.limit } : { clipValue: golden.limit };
      const [norm, clipped] = clip(golden.gradients, engine, options);
      for (const [key, { data }] of Object.entries(golden.clipped)) {
        assertAllClose(clipped[key], data, { tolerance: 1e-6, name: `${name}: ${key}, ${build}` });
      }
      if (golden.clip === "norm") assertAlmostEquals(norm, golden.norm, 1e-6 * golden.norm);
    }
  }
});

Deno.test("clipping leaves gradients within the limits unchanged to the bit", async () => {
  const { gradients } = (await loadGolden("clipping")).norm_within;
  const [, clipped] = clip(gradients, new Engine(), { clipNorm: 50, clipValue: 50 });
  for (const [name, { data }] of Object.entries(gradients)) assertEquals(clipped[name], data);
});

Deno.test("with both limits, values are clipped before the norm is, and step returns the norm before any clipping", async () => {
  const { gradients } = (await loadGolden("clipping")).norm;
  const engine = new Engine();
  const [unclipped] = clip(gradients, engine, {});
  const [, byValue] = clip(gradients, engine, { clipValue: 0.5 });
  assert(normOf(byValue) > 1);
  const [norm, both] = clip(gradients, engine, { clipValue: 0.5, clipNorm: 1 });
  assertEquals(norm, unclipped);
  assertAlmostEquals(normOf(both), 1, 1e-5);
  const scale = 1 / normOf(byValue);
  for (const [name, values] of Object.entries(byValue)) {
    assertAllClose(both[name], values.map((value) => value * scale), { tolerance: 2e-6, name });
  }
});

Deno.test("limits that are out of range are refused before anything changes", async () => {
  const { gradients } = (await loadGolden("clipping")).norm;
  const engine = new Engine();
  for (const name of ["clipNorm", "clipValue"]) {
    for (const limit of [0, -1, NaN]) {
      const message = `step an optimizer: expected ${name} above 0, found ${limit}`;
      assertThrows(() => clip(gradients, engine, { [name]: limit }), RangeError, message);
    }
  }
  const p = new Parameter([2], { engine, values: [1, 2] });
  const optimizer = new SGD([p], { learningRate: 1 });
  addGradients({ p }, { p: { shape: [2], data: Float32Array.of(3, 4) } });
  assertThrows(() => optimizer.step({ clipNorm: 1, clipValue: NaN }), RangeError);
  assertEquals([p.toArray(), p.gradients(), optimizer.steps], [Float32Array.of(1, 2), Float32Array.of(3, 4), 0]);
});
