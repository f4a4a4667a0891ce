import { assertEquals, assertThrows } from "@std/assert";
import {
  formatShape,
  inference,
  mul,
  Parameter,
  persistentTensor,
  reshape,
  sizeOf,
  sum,
  tensor,
  training,
} from "../../src/tensor/mod.ts";
import { Engine } from "../../src/engine/mod.ts";
import { Linear } from "../../src/nn/mod.ts";

const engine = new Engine();

Deno.test("sizeOf and formatShape describe shapes", () => {
  assertEquals([[], [5], [2, 3], [2, 0]].map(sizeOf), [1, 5, 6, 0]);
  assertEquals([[], [5], [2, 3]].map(formatShape), ["[]", "[5]", "[2, 3]"]);
});

Deno.test("a tensor copies the values it is given and returns copies", () => {
  inference(() => {
    const values = Float32Array.of(1, 2, 3);
    const x = tensor(values, undefined, { engine });
    assertEquals(x.shape, [3]);
    values[0] = 9;
    x.toArray()[1] = 9;
    assertEquals(x.toArray(), Float32Array.of(1, 2, 3));
    x.assign([4, 5, 6]);
    assertEquals(x.toArray(), Float32Array.of(4, 5, 6));
  }, { engine });
});

Deno.test("a tensor rejects values that do not fill its shape", () => {
  inference(() => {
    assertThrows(() => tensor([1, 2], [3], { engine }), RangeError, "expected 3 values, found 2");
    for (const shape of [[NaN], [-1, -2], [1.5, 2]]) {
      assertThrows(() => tensor([1, 2, 3], shape, { engine }), RangeError, "expected a shape of whole numbers");
    }
    assertThrows(
      () => tensor([1, 2], [2], { engine }).assign([1]),
      RangeError,
      "assign to [2]: expected 2 values, found 1",
    );
  }, { engine });
});

Deno.test("item requires exactly one element", () => {
  inference(() => {
    assertEquals(tensor([1.5], [1, 1], { engine }).item(), 1.5);
    const message = "item: expected a tensor with one element, found [2]";
    assertThrows(() => tensor([1, 2], [2], { engine }).item(), RangeError, message);
  }, { engine });
});

Deno.test("a persistent tensor starts with zeros and keeps its values across steps", () => {
  const state = persistentTensor([2, 2], engine);
  assertEquals(state.toArray(), new Float32Array(4));
  for (let step = 1; step <= 3; step++) {
    inference(() => {
      const next = mul(state, tensor([2], [1], { engine })).toArray();
      state.assign(next.map((value) => value + 1));
    }, { engine });
    assertEquals(state.toArray(), new Float32Array(4).fill(2 ** step - 1));
  }
});

Deno.test("a training step can read a persistent tensor, which gets no gradient", () => {
  const [state, p] = [persistentTensor([2], engine), new Parameter([2], { engine, values: [1, 2] })];
  state.assign([3, 4]);
  training(() => sum(mul(p, state)).backward(), { engine });
  assertEquals(p.gradients(), Float32Array.of(3, 4));
  assertEquals(state.hasGradient, false);
  state.requiresGradient = true;
  training(() => {
    const loss = sum(mul(p, state));
    assertThrows(() => loss.backward(), RangeError, "allocate a gradient: expected a parameter or a step's tensor");
  }, { engine });
});

Deno.test("a tensor that requires a gradient gets it within its step", () => {
  training(() => {
    const x = tensor([1, 2], [2], { engine, requiresGradient: true });
    assertEquals([x.hasGradient, ...x.gradients()], [false, 0, 0]);
    sum(mul(x, x)).backward();
    assertEquals([x.hasGradient, ...x.gradients()], [true, 2, 4]);
  }, { engine });
});

Deno.test("nested lists and what is no number are refused", () => {
  inference(() => {
    for (const values of [[[1, 2], [3, 4]], [undefined], [null], ["1"]]) {
      assertThrows(() => tensor(values as never), TypeError, "expected a flat list of numbers, found");
    }
  });
});

Deno.test("what is assigned to a view of a parameter changes what is derived from it", () => {
  const layer = new Linear({ input: 2, output: 2, bias: false });
  const run = (): number[] => inference(() => [...layer.forward(tensor([1, 1], [1, 2])).toArray()]);
  run();
  inference(() => reshape(layer.weight, [-1]).assign([1, 2, 3, 4]));
  assertEquals(run(), [3, 7]);
});
