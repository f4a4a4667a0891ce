import { assert } from "@std/assert";
import { ulp } from "../support/bounds.ts";
import { unwritten } from "../support/floats.ts";
import { runKernel } from "../support/kernel_contract.ts";
import type { Build } from "../../src/kernels/mod.ts";

/** The function codes of `unary`. */
const FUNCTIONS = {
  tanh: [0, Math.tanh],
  sigmoid: [1, (x: number) => 1 / (1 + Math.exp(-x))],
  exp: [3, Math.exp],
  log: [4, Math.log],
} as const;

/** Every 16411th float (a prime step), and the points at which the functions change their behavior. */
const SWEEP: Float32Array<ArrayBuffer> = sweep();

function sweep(): Float32Array<ArrayBuffer> {
  const bits = Uint32Array.from({ length: Math.ceil(2 ** 32 / 16411) }, (_, i) => i * 16411);
  const seams = [0, -0, Infinity, -Infinity, NaN, 1, -1, 1e-45, -1e-45, 1.1754943508222875e-38, 3.4028234663852886e38];
  const bounds = [88.3, -87.3, 10, -10, Math.SQRT2, Math.SQRT1_2, Math.LN2, Math.LN2 / 2].map(Math.fround);
  return new Float32Array([...new Float32Array(bits.buffer), ...seams, ...bounds]);
}

/** Calls `check` with each x, the kernel's f(x), and f(x) in double precision. */
function forEachValue(
  name: keyof typeof FUNCTIONS,
  check: (x: number, actual: number, exact: number, build: Build) => void,
): void {
  const [id, twin] = FUNCTIONS[name];
  for (const build of ["relaxed", "plain"] as const) {
    const { y } = runKernel(build, 1, {
      kernel: "unary",
      buffers: { x: SWEEP, y: unwritten(SWEEP.length) },
      outputs: ["y"],
      operands: ({ x, y }) => [id, SWEEP.length, x, y],
    });
    SWEEP.forEach((x, i) => check(x, y[i], twin(x), build));
  }
}

/** Whether two values agree within some units in the last place; NaN and infinities must agree exactly. */
function isWithin(units: number, actual: number, exact: number): boolean {
  return Object.is(actual, exact) || actual === exact || Math.abs(actual - exact) <= units * ulp(exact);
}

Deno.test("tanh is within 3 ulp everywhere, exact at the infinities, NaN for NaN", () => {
  forEachValue("tanh", (x, actual, exact, build) => {
    assert(isWithin(3, actual, exact), `tanh(${x}) = ${actual} instead of ${exact} (${build})`);
  });
});

Deno.test("sigmoid is within 2 ulp above -87.3, at most 1.3e-38 below, 1 at infinity, NaN for NaN", () => {
  forEachValue("sigmoid", (x, actual, exact, build) => {
    const isGood = x < Math.fround(-87.3) ? actual >= 0 && actual <= 1.3e-38 : isWithin(2, actual, exact);
    assert(isGood, `sigmoid(${x}) = ${actual} instead of ${exact} (${build})`);
  });
});

Deno.test("exp is within 1 ulp of e^x for x clamped to [-87.3, 88.3], NaN for NaN", () => {
  forEachValue("exp", (x, actual, _, build) => {
    const bounded = Math.min(Math.max(x, Math.fround(-87.3)), Math.fround(88.3));
    const exact = Math.exp(bounded);
    assert(isWithin(1, actual, exact), `exp(${x}) = ${actual} instead of ${exact} (${build})`);
  });
});

Deno.test("log is within 2 ulp everywhere, -infinity at 0, infinity at infinity, NaN for negative x and NaN", () => {
  forEachValue("log", (x, actual, exact, build) => {
    assert(isWithin(2, actual, exact), `log(${x}) = ${actual} instead of ${exact} (${build})`);
  });
});
