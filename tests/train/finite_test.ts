import { assertThrows } from "@std/assert";
import { Linear, Module } from "../../src/nn/mod.ts";
import type { Parameter } from "../../src/tensor/mod.ts";
import { nonFiniteError } from "../../src/train/mod.ts";

function refuseNonFinite(...[module, step, loss]: Parameters<typeof nonFiniteError>): never {
  throw nonFiniteError(module, step, loss);
}

class TwoLayers extends Module {
  readonly first = new Linear({ input: 2, output: 3 });
  readonly second = new Linear({ input: 3, output: 1 });
}

function spoil(parameter: Parameter, value: number): void {
  parameter.assign(parameter.toArray().fill(value, -1));
}

function spoilGradient(parameter: Parameter, value: number): void {
  parameter.engine.floats(parameter.zeroedGradient(), parameter.size)[0] = value;
}

const refused = (found: string, step: number, loss: number): string =>
  `train: expected finite numbers, found ${found} in step ${step} (loss ${loss}); training has diverged, try a lower learning rate`;

Deno.test("nonFiniteError names the step and the first parameter with a non-finite gradient", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const module = new TwoLayers();
    spoilGradient(module.second.bias!, value);
    const message = refused("a non-finite gradient of second.bias", 7, 1.5);
    assertThrows(() => refuseNonFinite(module, 7, 1.5), RangeError, message);
    spoilGradient(module.first.bias!, value);
    const first = refused("a non-finite gradient of first.bias", 8, NaN);
    assertThrows(() => refuseNonFinite(module, 8, NaN), RangeError, first);
  }
});

Deno.test("nonFiniteError names a non-finite value before any gradient, because gradients depend on values", () => {
  const module = new TwoLayers();
  spoilGradient(module.first.weight, NaN);
  spoil(module.second.weight, Infinity);
  const message = refused("a non-finite value of second.weight", 3, NaN);
  assertThrows(() => refuseNonFinite(module, 3, NaN), RangeError, message);
});

Deno.test("nonFiniteError names the loss if every parameter is finite", () => {
  const message = refused("a non-finite loss", 1, Infinity);
  assertThrows(() => refuseNonFinite(new TwoLayers(), 1, Infinity), RangeError, message);
});
