import { assertEquals, assertLess, assertThrows } from "@std/assert";
import {
  expectShape,
  inference,
  keptPacked,
  linear,
  mul,
  Parameter,
  reshape,
  sum,
  tensor,
  training,
} from "../../src/tensor/mod.ts";
import { collectGarbage } from "../support/collect_garbage.ts";
import { randomFloats } from "../support/floats.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { packPanels } from "../support/panels.ts";

Deno.test("a parameter starts with zeros or the given values, requires a gradient and has none", () => {
  const engine = engineOf("plain");
  const [zeros, given] = [new Parameter([2, 2], { engine }), new Parameter([2], { engine, values: [1, 2] })];
  assertEquals(zeros.toArray(), new Float32Array(4));
  assertEquals(given.toArray(), Float32Array.of(1, 2));
  assertEquals([given.requiresGradient, given.hasGradient], [true, false]);
  assertThrows(() => new Parameter([2], { engine, values: [1] }), RangeError, "expected 2 values, found 1");
});

Deno.test("a parameter's version increases with every change", () => {
  const p = new Parameter([2], { engine: engineOf("plain") });
  const versions = [p.version];
  p.assign([1, 2]);
  versions.push(p.version);
  p.touch();
  versions.push(p.version);
  assertEquals(versions, [0, 1, 2]);
});

Deno.test("a parameter's packed form is updated with its values", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    for (const [rows, columns] of [[1, 1], [5, 3], [8, 4], [33, 9]]) {
      const p = new Parameter([rows, columns], { engine, values: randomFloats(1, rows * columns) });
      const packed = () => {
        const address = keptPacked(p);
        return engine.floats(address, Math.ceil(rows / 8) * 8 * columns).slice();
      };
      assertEquals(packed(), packPanels(p.toArray(), columns, rows, true));
      const address = keptPacked(p);
      p.assign(randomFloats(2, rows * columns));
      assertEquals(packed(), packPanels(p.toArray(), columns, rows, true));
      engine.run("fill", rows * columns, 0.5, p.address);
      p.touch();
      assertEquals(packed(), packPanels(p.toArray(), columns, rows, true));
      assertEquals(keptPacked(p), address);
    }
  }
});

Deno.test("inference uses the values assigned last", () => {
  const engine = engineOf("plain");
  const weight = new Parameter([1, 2], { engine, values: [1, 2] });
  const apply = () => inference(() => linear(tensor([3, 4], [1, 2], { engine }), weight).item(), { engine });
  assertEquals(apply(), 11);
  weight.assign([-1, 1]);
  assertEquals(apply(), 1);
});

Deno.test("a view of a parameter shares its values and its gradient", () => {
  const engine = engineOf("plain");
  const p = new Parameter([2, 2], { engine, values: [1, 2, 3, 4] });
  training(() => {
    const view = reshape(p, [4]);
    sum(mul(view, tensor([1, 10, 100, 1000], [4], { engine }))).backward();
    assertEquals(view.gradients(), Float32Array.of(1, 10, 100, 1000));
  }, { engine });
  assertEquals(p.gradients(), Float32Array.of(1, 10, 100, 1000));
});

Deno.test("the memory of an unreachable parameter is freed, including gradient and packed form", async () => {
  const engine = engineOf("plain");
  const use = () => {
    const p = new Parameter([200, 300], { engine });
    p.zeroedGradient();
    keptPacked(p);
  };
  use();
  await collectGarbage();
  const bytes = engine.memory.bytes;
  for (let i = 0; i < 20; i++) {
    use();
    await collectGarbage();
  }
  // Garbage collection is not deterministic: one parameter may still be alive, twenty may not.
  assertLess(engine.memory.bytes - bytes, 2 * 3 * 200 * 300 * 4);
});

Deno.test("expectShape names the action and both shapes", () => {
  const p = new Parameter([2, 3], { engine: engineOf("plain") });
  expectShape("tie", p, [2, 3]);
  for (const shape of [[3, 2], [2], [2, 3, 1]]) {
    assertThrows(
      () => expectShape("tie", p, shape),
      RangeError,
      `tie: expected shape [${shape.join(", ")}], found [2, 3]`,
    );
  }
});
