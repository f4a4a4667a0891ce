import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { Adam, AdamW, RMSprop, SGD } from "../../src/optim/mod.ts";
import { mul, Parameter, sub, sum, tensor, training } from "../../src/tensor/mod.ts";
import { addGradients } from "./contract.ts";

/** Makes a one-element parameter with gradient 1. */
function makeOne(engine: Engine): Parameter {
  return new Parameter([1], { engine, values: [0] });
}

/** Takes two steps with all gradients 1, and returns the resulting values. */
function takeTwo(optimizer: SGD | RMSprop, parameters: Parameter[]): number[] {
  const gradient = { shape: [1], data: Float32Array.of(1) };
  for (let i = 0; i < 2; i++) {
    optimizer.zeroGradients();
    for (const p of parameters) addGradients({ p }, { p: gradient });
    optimizer.step();
  }
  return parameters.map((p) => p.toArray()[0]);
}

Deno.test("one group may have momentum while the others have none", () => {
  const engine = new Engine();
  for (const momentum of [0, 0.5]) {
    const parameters = [makeOne(engine), makeOne(engine)];
    const groups = parameters.map((p, i) => ({
      parameters: [p],
      options: { momentum: i === 0 ? momentum : 0.5 - momentum },
    }));
    const values = takeTwo(new SGD(groups, { learningRate: 1, dampening: 0.25 }), parameters);
    // With momentum the velocity is 1, then 0.5 + 0.75; without momentum, dampening has no effect.
    assertEquals(values, momentum > 0 ? [-2.25, -2] : [-2, -2.25]);
  }
  const [still, moving] = [makeOne(engine), makeOne(engine)];
  const groups = [{ parameters: [still] }, { parameters: [moving], options: { momentum: 0.5 } }];
  const values = takeTwo(new RMSprop(groups, { learningRate: 1, alpha: 0 }), [still, moving]);
  // With alpha = 0 each step's direction is the gradient's sign.
  values.forEach((value, i) => assertAlmostEquals(value, [-2, -2.5][i], 1e-6));
});

Deno.test("an optimizer changes the parameters it was given and no others", () => {
  const [trained, other] = [new Parameter([2], { values: [1, 2] }), new Parameter([2], { values: [1, 2] })];
  const optimizer = new Adam([trained], { learningRate: 0.1 });
  assertEquals(optimizer.slab.places.map(({ parameter }) => parameter), [trained]);
  const losses = Array.from({ length: 300 }, () => {
    optimizer.zeroGradients();
    const loss = training(() => {
      const distance = sub(mul(trained, other), tensor([3, -4]));
      const total = sum(mul(distance, distance));
      total.backward();
      return total.item();
    });
    optimizer.step();
    return loss;
  });
  assertAlmostEquals(losses[299], 0, 1e-4);
  assertEquals(other.toArray(), Float32Array.of(1, 2));
  [3, -2].forEach((value, i) => assertAlmostEquals(trained.toArray()[i], value, 1e-2));
});

Deno.test("zeroGradients sets the gradients of all groups to zero", () => {
  const parameters = { a: new Parameter([3]), b: new Parameter([1]) };
  const optimizer = new SGD([{ parameters: [parameters.a] }, { parameters: [parameters.b] }], { learningRate: 1 });
  const gradients = { a: { shape: [3], data: Float32Array.of(1, 2, 3) }, b: { shape: [1], data: Float32Array.of(4) } };
  addGradients(parameters, gradients);
  assertEquals([parameters.a.gradients(), parameters.b.gradients()], [gradients.a.data, gradients.b.data]);
  optimizer.zeroGradients();
  assertEquals([parameters.a.gradients(), parameters.b.gradients()], [new Float32Array(3), new Float32Array(1)]);
});

Deno.test("no parameters, repeated parameters and parameters of two engines are refused and not moved", () => {
  const [p, q] = [makeOne(Engine.default()), makeOne(new Engine())];
  const { address } = p;
  const options = { learningRate: 1 };
  const twice = [{ parameters: [p] }, { parameters: [p] }];
  assertThrows(() => new SGD([], options), RangeError, "expected at least one parameter, found none");
  assertThrows(() => new SGD([{ parameters: [] }], options), RangeError, "expected at least one parameter, found none");
  assertThrows(() => new SGD([p, p], options), RangeError, "expected each parameter once, found one twice");
  assertThrows(() => new SGD(twice, options), RangeError, "expected each parameter once, found one twice");
  assertThrows(
    () => new SGD([p, q], options),
    RangeError,
    "expected parameters of one engine, found parameters of two",
  );
  assertEquals(p.address, address);
});

Deno.test("group factors scale learning rates, and 0 freezes a group, including its weight decay", () => {
  const engine = new Engine();
  const parameters = [1, 1, 1].map((value) => new Parameter([1], { engine, values: [value] }));
  const groups = parameters.map((p) => ({ parameters: [p] }));
  const optimizer = new AdamW([...groups, { parameters: [] }], { learningRate: 0.5, weightDecay: 0.1 });
  optimizer.groupFactors = [0, 0.5];
  optimizer.zeroGradients();
  const gradient = { shape: [1], data: Float32Array.of(1) };
  for (const p of parameters) addGradients({ p }, { p: gradient });
  optimizer.step();
  // The size of Adam's first step is the learning rate; the decay is proportional to the rate too.
  const expected = [1, 1 * (1 - 0.25 * 0.1) - 0.25, 1 * (1 - 0.5 * 0.1) - 0.5];
  parameters.forEach((p, i) => assertAlmostEquals(p.toArray()[0], expected[i], 1e-6));
  optimizer.groupFactors = [-1];
  assertThrows(() => optimizer.step(), RangeError, "expected a finite factor of at least 0, found -1");
});
