import { assertThrows } from "@std/assert";
import { convolve, inference, tensor } from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

Deno.test("convolve: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, E, F, W] of [[1, 1, 1, 1, 1], [5, 2, 3, 4, 3], [3, 1, 5, 2, 4], [2, 3, 4, 9, 7]]) {
    const before = Math.floor((W - 1) / 2);
    checkOperation({
      inputs: { x: [T, B, E], weight: [F, E, W], bias: [F] },
      apply: ({ x, weight, bias }) => convolve(x, weight, bias),
      shape: [T, B, F],
      element: ({ x, weight, bias }, [t, b, f]) => {
        let y = bias(f);
        for (let w = 0; w < W; w++) {
          const s = t + w - before;
          for (let e = 0; s >= 0 && s < T && e < E; e++) y += weight(f, e, w) * x(s, b, e);
        }
        return y;
      },
    });
  }
});

Deno.test("convolve rejects inputs, filters and biases of other shapes", () => {
  const engine = engineOf("plain");
  inference(() => {
    const zeros = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, { engine });
    const weight = zeros(4, 3, 2);
    assertThrows(() => convolve(zeros(5, 2), weight), RangeError, "expected an input [T, B, 3], found [5, 2]");
    assertThrows(() => convolve(zeros(5, 2, 4), weight), RangeError, "expected an input [T, B, 3], found [5, 2, 4]");
    assertThrows(() => convolve(zeros(5, 2, 3), zeros(4, 3)), RangeError, "expected filters [F, E, W], found [4, 3]");
    assertThrows(() => convolve(zeros(5, 2, 3), weight, zeros(3)), RangeError, "expected shape [4], found [3]");
  }, { engine });
});
