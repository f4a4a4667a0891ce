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
  loadParameters(loaded, tensors, { source: "model.safetensors" });
  assertEquals(parameterArrays(loaded), parameterArrays(saved));
  loaded.parameters().forEach(({ version }, i) => assertEquals(version > versions[i], true));
});

Deno.test("loadParameters names the file and the tensor that does not match, and changes nothing", () => {
  const good = arraysOf(new TwoLayers(1));
  const { shape, data } = good.get("second.weight")!;
  const bad: [found: string, Partial<NamedArray> | undefined][] = [
    ["expected a tensor second.weight [1, 3], found none", undefined],
    ["expected second.weight to be [1, 3], found [3, 1]", { shape: [3, 1] }],
    ["expected second.weight to be [1, 3], found [3]", { shape: [3] }],
    ["expected second.weight to be [1, 3], found [1, 4]", { shape: [1, 4], data: new Float32Array(4) }],
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
      () => loadParameters(module, arrays, { source: "my/model.safetensors" }),
      RangeError,
      `load my/model.safetensors: ${found}`,
    );
    assertEquals(parameterArrays(module), before, found);
  }
});

Deno.test("loadParameters refuses tensors that the module does not use, unless it is not strict", () => {
  const data = new Float32Array(1);
  const surplus = ["third.weight", "third.bias"].map((
    name,
  ): [string, NamedArray] => [name, { name, shape: [1], data }]);
  const saved = new TwoLayers(1);
  for (const count of [1, 2]) {
    const arrays = new Map([...arraysOf(saved), ...surplus.slice(0, count)]);
    const module = new TwoLayers(2);
    const before = parameterArrays(module);
    assertThrows(
      () => loadParameters(module, arrays, { source: "model.safetensors" }),
      RangeError,
      `load model.safetensors: expected only tensors that the configuration uses, found "third.weight"${
        count === 2 ? " and 1 more" : ""
      }; in a program, strict: false ignores`,
    );
    assertEquals(parameterArrays(module), before);
    loadParameters(module, arrays, { source: "model.safetensors", strict: false });
    assertEquals(parameterArrays(module), parameterArrays(saved));
  }
});

Deno.test("weights of other dtypes load if float32 represents them exactly", () => {
  const exact: [NamedArray["data"], number[]][] = [
    [Float64Array.of(0.5, -0, 2 ** 100), [0.5, -0, 2 ** 100]],
    [Int8Array.of(-128, 0, 127), [-128, 0, 127]],
    [Uint8Array.of(0, 1, 255), [0, 1, 255]],
    [Int32Array.of(-(2 ** 31), 2 ** 24, 3), [-(2 ** 31), 2 ** 24, 3]],
    [BigInt64Array.of(-(2n ** 63n), 7n, 2n ** 62n), [-(2 ** 63), 7, 2 ** 62]],
    [BigUint64Array.of(2n ** 63n, 0n, 1n), [2 ** 63, 0, 1]],
  ];
  for (const [data, values] of exact) {
    const arrays = arraysOf(new TwoLayers(1));
    const { tensors } = decodeSafetensors(encodeSafetensors([{ name: "second.weight", shape: [1, 3], data }]));
    const module = new TwoLayers(2);
    loadParameters(module, new Map([...arrays, ...tensors]), { source: "model.safetensors" });
    assertEquals(module.second.weight.toArray(), Float32Array.from(values), data[Symbol.toStringTag]);
  }
});

Deno.test("weights that float32 does not represent are refused with the tensor, its dtype and the first such value", () => {
  const inexact: [NamedArray["data"], found: string][] = [
    [Float64Array.of(0.5, 0.1, 0.2), "found 0.1 at 1 in F64"],
    [Float64Array.of(1, 1, 1e300), "found 1e+300 at 2 in F64"],
    [Int32Array.of(2 ** 24 + 1, 0, 0), "found 16777217 at 0 in I32"],
    [Uint32Array.of(0, 2 ** 32 - 1, 0), "found 4294967295 at 1 in U32"],
    [BigInt64Array.of(0n, 2n ** 53n + 1n, 0n), "found 9007199254740993 at 1 in I64"],
    [BigUint64Array.of(0n, 0n, 2n ** 64n - 1n), "found 18446744073709551615 at 2 in U64"],
  ];
  for (const [data, found] of inexact) {
    const arrays = arraysOf(new TwoLayers(1)).set("second.weight", { name: "second.weight", shape: [1, 3], data });
    const { message } = assertThrows(
      () => loadParameters(new TwoLayers(2), arrays, { source: "model.safetensors" }),
      RangeError,
      "load model.safetensors: expected numbers in second.weight that float32 represents exactly, ",
    );
    assertEquals(message.includes(found) && message.includes("save the tensor as float32"), true, message);
  }
});
