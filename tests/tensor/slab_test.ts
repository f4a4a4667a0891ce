import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Engine, offset as addressAt } from "../../src/engine/mod.ts";
import { mul, Parameter, Slab, sum, tensor, training } from "../../src/tensor/mod.ts";
import { collectGarbage } from "../support/collect_garbage.ts";
import { randomFloats } from "../support/floats.ts";

const SHAPES = [[3, 5], [1], [16], [0], [4, 9]];

function makeParameters(engine: Engine): Parameter[] {
  return SHAPES.map((shape, i) => {
    return new Parameter(shape, { engine, values: randomFloats(i + 1, shape.reduce((p, e) => p * e, 1)) });
  });
}

/** Runs one step whose gradients are `factor` times the values. */
function step(parameters: readonly Parameter[], engine: Engine, factor: number): void {
  for (const p of parameters) {
    training(() => {
      const values = tensor(p.toArray().map((value) => value * factor), p.shape, { engine });
      sum(mul(p, values)).backward();
    }, { engine });
  }
}

Deno.test("a slab moves values and gradients unchanged and fills the gaps with zeros", () => {
  for (const build of ["relaxed", "plain"] as const) {
    const engine = new Engine({ build });
    const parameters = makeParameters(engine);
    step(parameters.slice(1), engine, 3);
    const before = parameters.map((p) => [p.toArray(), p.gradients()]);
    const slab = new Slab(parameters);
    assertEquals(parameters.map((p) => [p.toArray(), p.gradients()]), before);
    assertEquals(slab.places.map(({ parameter }) => parameter), parameters);
    assertEquals(slab.places.map(({ offset }) => offset), [0, 16, 32, 48, 48]);
    assertEquals(slab.size, 96);
    const [values, gradients] = [new Float32Array(slab.size), new Float32Array(slab.size)];
    slab.places.forEach(({ offset }, i) => {
      values.set(before[i][0], offset);
      gradients.set(before[i][1], offset);
    });
    assertEquals(engine.floats(slab.values, slab.size), values);
    assertEquals(engine.floats(slab.gradients, slab.size), gradients);
  }
});

Deno.test("training accumulates gradients in the slab", () => {
  const engine = new Engine();
  const parameters = makeParameters(engine);
  const slab = new Slab(parameters);
  step(parameters, engine, 1);
  step(parameters, engine, 2);
  for (const { parameter, offset } of slab.places) {
    const found = engine.floats(addressAt(slab.gradients, offset), parameter.size);
    assertEquals(found, parameter.gradients());
    parameter.toArray().forEach((value, i) => assertAlmostEquals(found[i], 3 * value, 1e-6));
  }
  slab.zeroGradients();
  assertEquals(engine.floats(slab.gradients, slab.size), new Float32Array(slab.size));
  assertEquals(parameters[0].gradients(), new Float32Array(15));
});

Deno.test("gradientNorm is the norm of all gradients within 1e-12, and leaves the arena unchanged", () => {
  const engine = new Engine();
  const parameters = [new Parameter([5000], { engine }), new Parameter([3], { engine })];
  const slab = new Slab(parameters);
  assertEquals(slab.gradientNorm(), 0);
  const gradients = [randomFloats(1, 5000, -10, 10), randomFloats(2, 3)];
  parameters.forEach((p, i) => engine.floats(p.claimGradient(), p.size).set(gradients[i]));
  const exact = Math.sqrt(gradients.flatMap((part) => [...part]).reduce((total, value) => total + value * value, 0));
  const mark = engine.arena.mark();
  assertAlmostEquals(slab.gradientNorm(), exact, 1e-12 * exact);
  assertEquals(engine.arena.mark(), mark);
  for (const value of [NaN, Infinity]) {
    engine.floats(parameters[1].claimGradient(), 3)[1] = value;
    assertEquals(slab.gradientNorm(), value);
  }
});

Deno.test("clampGradients clamps every gradient and keeps NaN", () => {
  const engine = new Engine();
  const p = new Parameter([5], { engine });
  const slab = new Slab([p]);
  engine.floats(p.claimGradient(), 5).set([-3, -0.25, 0, 2, NaN]);
  slab.clampGradients(0.5);
  assertEquals(p.gradients(), Float32Array.of(-0.5, -0.25, 0, 0.5, NaN));
});

Deno.test("touch marks every parameter as changed", () => {
  const engine = new Engine();
  const parameters = makeParameters(engine);
  const before = parameters.map((p) => p.version);
  new Slab(parameters).touch();
  assert(parameters.every((p, i) => p.version > before[i]));
});

Deno.test("a slab requires at least one parameter", () => {
  assertThrows(() => new Slab([]), RangeError, "make a slab: expected at least one parameter, found none");
});

Deno.test("parameters keep their gradients when the slab becomes unreachable", async () => {
  const engine = new Engine();
  const p = new Parameter([1000], { engine });
  (() => new Slab([p]))();
  engine.floats(p.claimGradient(), 1000).fill(2);
  await collectGarbage();
  for (let i = 0; i < 10; i++) engine.allocate(4000);
  assertEquals(p.gradients(), new Float32Array(1000).fill(2));
});

Deno.test("a second slab takes over values and gradients and frees the first one's memory", async () => {
  const engine = new Engine();
  const p = new Parameter([100_000], { engine, values: randomFloats(1, 100_000) });
  p.zeroedGradient();
  const values = p.toArray();
  (() => new Slab([p]))();
  await collectGarbage();
  (() => new Slab([p]))();
  await collectGarbage();
  const bytes = engine.memory.bytes;
  for (let i = 0; i < 5; i++) {
    (() => new Slab([p]))();
    await collectGarbage();
  }
  assertEquals(engine.memory.bytes, bytes);
  assertEquals(p.toArray(), values);
});
