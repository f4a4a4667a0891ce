import { assertWithin } from "../support/bounds.ts";
import { randomFloats } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";
import { dynamicStep } from "../support/oracles/mod.ts";

const [LR, EPS, SHARE] = [0.05, 1e-3, 0.25];

interface Case {
  readonly isScaled: boolean;
  readonly adds: boolean;
  readonly decay: number;
}

function checkStep(n: number, { isScaled, adds, decay }: Case): void {
  const buffers = {
    w: randomFloats(1, n),
    g: randomFloats(2, n),
    trained: randomFloats(3, n),
    s: randomFloats(4, n, 0.1, 4),
  };
  const [values, gradients] = [Float64Array.from(buffers.w), Float64Array.from(buffers.g)];
  const squares = Float64Array.from(buffers.s, (s, i) => adds && isScaled ? s + gradients[i] ** 2 : s);
  const meanSquares = isScaled ? squares.map((s) => s * SHARE) : undefined;
  const trained = Float64Array.from(buffers.trained);
  dynamicStep({ values, gradients, trained, meanSquares, lr: LR, decay, eps: EPS });
  const bounds = (expected: Float64Array) => ({
    roundings: 8,
    magnitudes: expected.map((value, i) => 1 + Math.abs(value) + Math.abs(trained[i])),
  });
  checkKernel({
    kernel: "dynamic_step",
    buffers,
    outputs: ["w", "s"],
    operands: ({ w, g, trained, s }) => [n, w, g, trained, isScaled ? s : 0, +adds, SHARE, LR, decay, EPS],
  }, (results, what) => {
    assertWithin(results.w, values, bounds(values), what);
    assertWithin(results.s, squares, bounds(squares), what);
  });
}

Deno.test("dynamic_step is within 8 roundings of the oracle: SGD, scaled by given and by growing statistics", () => {
  for (const n of ODD_SIZES) {
    // With a decay of 2, some of the rates are limited to 1.
    for (const decay of [0, 0.1, 2]) {
      checkStep(n, { isScaled: false, adds: false, decay: Math.min(decay, 1) });
      checkStep(n, { isScaled: true, adds: false, decay });
      checkStep(n, { isScaled: true, adds: true, decay });
    }
  }
});
