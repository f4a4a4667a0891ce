import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertAllClose } from "./close.ts";
import { checkGradient } from "./finite_difference.ts";
import { randomValues, seededRandom } from "./random.ts";

const random = seededRandom(7);
const inputs = { a: randomValues(random, 9), b: randomValues(random, 9) };
const f = ({ a, b }: { a: Float64Array; b: Float64Array }) => a.reduce((sum, x, i) => sum + Math.sin(x) * b[i] ** 2, 0);
const gradients = {
  a: inputs.a.map((x, i) => Math.cos(x) * inputs.b[i] ** 2),
  b: inputs.a.map((x, i) => Math.sin(x) * 2 * inputs.b[i]),
};

Deno.test("checkGradient accepts exact gradients within 1e-10 and returns the error", () => {
  const error = checkGradient(f, inputs, gradients, { tolerance: 1e-10 });
  assert(error > 0 && error <= 1e-10);
});

Deno.test("checkGradient rejects a wrong element, a wrong scale, an ignored input and NaN", () => {
  const wrongElement = gradients.b.with(4, gradients.b[4] + 1e-4);
  assertThrows(() => checkGradient(f, inputs, { ...gradients, b: wrongElement }), Error, "gradient of b");
  const wrongScale = gradients.a.map((value) => value * 1.00001);
  assertThrows(() => checkGradient(f, inputs, { ...gradients, a: wrongScale }), Error, "gradient of a");
  assertThrows(() => checkGradient(f, inputs, { ...gradients, a: new Float64Array(9) }), Error, "gradient of a");
  assertThrows(() => checkGradient(f, inputs, { ...gradients, a: gradients.a.with(0, NaN) }), Error, "gradient of a");
});

Deno.test("checkGradient requires a gradient of the same length for every input", () => {
  assertThrows(() => checkGradient(f, inputs, { ...gradients, b: gradients.b.slice(1) }), Error, "lengths differ");
  const { a } = gradients;
  assertThrows(() => checkGradient(f, inputs, { a } as unknown as typeof gradients), Error, "names differ");
});

Deno.test("assertAllClose returns the largest error and rejects a difference, a wrong length and NaN", () => {
  const options = { tolerance: 1e-3, name: "values" };
  assertEquals(assertAllClose([0.5, 4], [0.5, 4.001953125], options), 0.001953125 / 4.001953125);
  assertThrows(() => assertAllClose([0.5, 1], [0.5, 1.01], options), Error, "values: expected 1.01 at 1");
  assertThrows(() => assertAllClose([0.5], [0.5, 1], options), Error, "expected 2 values, found 1");
  assertThrows(() => assertAllClose([NaN], [0], options), Error, "found NaN");
});

Deno.test("seededRandom is deterministic and stays in [0, 1)", () => {
  const values = Array.from({ length: 1000 }, seededRandom(3));
  assertEquals(values, Array.from({ length: 1000 }, seededRandom(3)));
  assert(values.every((value) => value >= 0 && value < 1));
  assert(Math.abs(values.reduce((sum, value) => sum + value, 0) / 1000 - 0.5) < 0.03);
});
