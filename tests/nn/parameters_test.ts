import { assertEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "../../src/formats/mod.ts";
import { Linear, loadParameters, Module, parameterArrays, Random } from "../../src/nn/mod.ts";

class TwoLayers extends Module {
  readonly first: Linear;
  readonly second: Linear;

  constructor(seed: number) {
    super();
    const random = new Random(seed);
    this.first = new Linear({ random, input: 2, output: 3 });
    this.second = new Linear({ random, input: 3, output: 1 });
  }
}

function arraysOf(module: Module): Map<string, NamedArray> {
  return new Map(parameterArrays(module).map((array) => [array.name, array]));
}

Deno.test("parameterArrays copies parameters with PyTorch's names", () => {
  const module = new TwoLayers(1);
  const arrays = parameterArrays(module);
  assertEquals(arrays.map(({ name, shape }) => [name, shape]), [
    ["first.weight", [3, 2]],
    ["first.bias", [3]],
    ["second.weight", [1, 3]],
    ["second.bias", [1]],
  ]);
  const before = module.first.weight.toArray();
  assertEquals(arrays[0].data, before);
  arrays[0].data.fill(0 as never);
  assertEquals(module.first.weight.toArray(), before);
});

Deno.test("parameters saved to a safetensors file load to the same bits", () => {
  const [saved, loaded] = [new TwoLayers(1), new TwoLayers(2)];
  const { tensors } = decodeSafetensors(encodeSafetensors(parameterArrays(saved)), { source: "model.safetensors" });
  const versions = loaded.parameters().map(({ version }) => version);
  loadParameters(loaded, tensors, "model.safetensors");
  assertEquals(parameterArrays(loaded), parameterArrays(saved));
  loaded.parameters().forEach(({ version }, i) => assertEquals(version > versions[i], true));
});

Deno.test("loadParameters names the file and the tensor that does not match, and changes nothing", () => {
  const good = arraysOf(new TwoLayers(1));
  const { shape, data } = good.get("second.weight")!;
  const bad: [found: string, Partial<NamedArray> | undefined][] = [
    ["expected a tensor second.weight [1, 3], found none", undefined],
    ["expected second.weight to be Float32Array [1, 3], found Float32Array [3, 1]", { shape: [3, 1] }],
    ["expected second.weight to be Float32Array [1, 3], found Float32Array [3]", { shape: [3] }],
    [
      "expected second.weight to be Float32Array [1, 3], found Float32Array [1, 4]",
      { shape: [1, 4], data: new Float32Array(4) },
    ],
    ["expected second.weight to be Float32Array [1, 3], found Float64Array [1, 3]", { data: new Float64Array(3) }],
    ["expected second.weight to be Float32Array [1, 3], found Uint16Array [1, 3]", { data: new Uint16Array(3) }],
    ["expected finite numbers in second.weight, found NaN at 1", { data: Float32Array.of(1, NaN, 2) }],
    ["expected finite numbers in second.weight, found -Infinity at 2", { data: Float32Array.of(1, 0, -Infinity) }],
  ];
  for (const [found, change] of bad) {
    const arrays = new Map(good);
    if (change) arrays.set("second.weight", { name: "second.weight", shape, data, ...change });
    else arrays.delete("second.weight");
    const module = new TwoLayers(2);
    const before = parameterArrays(module);
    assertThrows(
      () => loadParameters(module, arrays, "my/model.safetensors"),
      RangeError,
      `load my/model.safetensors: ${found}`,
    );
    assertEquals(parameterArrays(module), before, found);
  }
});

Deno.test("loadParameters refuses a tensor that the module does not have", () => {
  const module = new TwoLayers(2);
  const before = parameterArrays(module);
  const third = { name: "third.weight", shape: [1], data: Float32Array.of(1) };
  const arrays = new Map([...arraysOf(new TwoLayers(1)), ["third.weight", third]]);
  const message = "load parameters: expected only tensors that the module has, found third.weight";
  assertThrows(() => loadParameters(module, arrays), RangeError, message);
  assertEquals(parameterArrays(module), before);
});
