import { assertEquals, assertThrows } from "@std/assert";
import { Embedding, Linear, loadStateDict, LSTM, Module, parameterArrays } from "../../src/nn/mod.ts";
import type { NamedArray } from "../../src/formats/mod.ts";

class Tied extends Module {
  readonly embedding = new Embedding({ size: 3, width: 2 });
  readonly decoder = new Linear({ input: 2, output: 3, weight: this.embedding.weight });
}

function tensors(...arrays: readonly (readonly [name: string, shape: readonly number[], first?: number])[]) {
  return new Map(arrays.map(([name, shape, first = 1]): [string, NamedArray] => {
    const length = shape.reduce((a, b) => a * b, 1);
    return [name, { name, shape, data: Float32Array.from({ length }, (_, i) => first + i) }];
  }));
}

Deno.test("a module's own state dict is loaded bit for bit", () => {
  const options = { input: 3, hidden: 4, layers: 2, bidirectional: true };
  const [one, other] = [new LSTM(options), new LSTM(options)];
  const state = new Map(parameterArrays(one).map((array) => [array.name, array]));
  assertEquals(loadStateDict(other, state), { missing: [], unexpected: [] });
  assertEquals(parameterArrays(other), parameterArrays(one));
});

Deno.test("tensors are chosen by a prefix and renamed by an object or a function", () => {
  const layer = new Linear({ input: 2, output: 1 });
  const state = tensors(["net.w", [1, 2]], ["net.b", [1], 9], ["other.w", [5]]);
  loadStateDict(layer, state, { prefix: "net.", rename: { w: "weight", b: "bias" } });
  assertEquals([[...layer.weight.toArray()], [...layer.bias!.toArray()]], [[1, 2], [9]]);
  const rename = (name: string): string | undefined => ({ "net.w": "weight", "net.b": "bias" })[name];
  assertEquals(loadStateDict(layer, state, { rename }), { missing: [], unexpected: [] });
});

Deno.test("all that is wrong is said at once: shapes, missing tensors and unexpected ones", () => {
  const layer = new Linear({ input: 2, output: 1 });
  const before = layer.weight.toArray();
  const load = (strict?: boolean) =>
    loadStateDict(layer, tensors(["weight", [2, 2]], ["gain", [1]]), { strict, source: "a.pt" });
  assertThrows(load, RangeError, "load a.pt: expected weight to be [1, 2], found [2, 2]");
  assertThrows(load, RangeError, 'a tensor for bias [1], found none; no tensor "gain" [1]');
  assertThrows(() => load(false), RangeError, "expected weight to be [1, 2], found [2, 2]");
  assertEquals(layer.weight.toArray(), before);
});

Deno.test("what is missing or unexpected is returned if not strict", () => {
  const layer = new Linear({ input: 2, output: 1 });
  const bias = layer.bias!.toArray();
  const found = loadStateDict(layer, tensors(["weight", [1, 2]], ["gain", [1]]), { strict: false });
  assertEquals(found, { missing: ["bias"], unexpected: ["gain"] });
  assertEquals(layer.bias!.toArray(), bias);
});

Deno.test("a shared parameter may have a tensor under each of its names, if they are equal", () => {
  const network = new Tied();
  for (const name of ["embedding.weight", "decoder.weight"]) {
    loadStateDict(network, tensors([name, [3, 2], 5], ["decoder.bias", [3]]));
    assertEquals(network.embedding.weight.toArray()[0], 5);
  }
  loadStateDict(network, tensors(["embedding.weight", [3, 2]], ["decoder.weight", [3, 2]], ["decoder.bias", [3]]));
  const state = tensors(["embedding.weight", [3, 2]], ["decoder.weight", [3, 2], 2], ["decoder.bias", [3]]);
  assertThrows(() => loadStateDict(network, state), RangeError, "expected decoder.weight to equal embedding.weight");
});

Deno.test("two tensors for one parameter, and names that are no texts, are refused", () => {
  const layer = new Linear({ input: 2, output: 1 });
  const state = tensors(["weight", [1, 2]], ["w", [1, 2]]);
  const load = () => loadStateDict(layer, state, { rename: { w: "weight" } });
  assertThrows(load, RangeError, "expected one tensor for weight, found weight, w");
  assertThrows(
    () => loadStateDict(layer, state, { rename: () => 3 as never }),
    TypeError,
    "expected a name for weight",
  );
});

Deno.test("many faults are counted, not all named", () => {
  const layer = new LSTM({ input: 1, hidden: 1, layers: 3 });
  assertThrows(() => loadStateDict(layer, new Map()), RangeError, "(and 6 more of these)");
});
