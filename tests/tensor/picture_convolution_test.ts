import { assertThrows } from "@std/assert";
import { convolve2d, inference, tensor } from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

Deno.test("convolve2d: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  const cases = [[1, 1, 1, 1, 1, 1, 1, 0], [2, 4, 3, 2, 3, 3, 2, 1], [1, 3, 5, 1, 2, 2, 1, 0], [
    1,
    2,
    3,
    2,
    1,
    3,
    3,
    2,
  ]];
  for (const [N, H, W, C, F, K, stride, padding] of cases) {
    const [OH, OW] = [H, W].map((size) => Math.floor((size + 2 * padding - K) / stride) + 1);
    checkOperation({
      inputs: { x: [N, H, W, C], weight: [F, C, K, K], bias: [F] },
      apply: ({ x, weight, bias }) => convolve2d(x, weight, bias, { stride, padding }),
      shape: [N, OH, OW, F],
      element: ({ x, weight, bias }, [n, i, j, f]) => {
        let y = bias(f);
        for (let p = 0; p < K; p++) {
          for (let q = 0; q < K; q++) {
            const [row, column] = [i * stride + p - padding, j * stride + q - padding];
            if (row < 0 || row >= H || column < 0 || column >= W) continue;
            for (let c = 0; c < C; c++) y += weight(f, c, p, q) * x(n, row, column, c);
          }
        }
        return y;
      },
    });
  }
});

Deno.test("convolve2d rejects pictures, filters and options that do not fit", () => {
  const engine = engineOf("plain");
  inference(() => {
    const zeros = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, { engine });
    const [x, weight] = [zeros(2, 5, 4, 3), zeros(2, 3, 3, 3)];
    assertThrows(
      () => convolve2d(zeros(5, 4, 3), weight),
      RangeError,
      "expected pictures [N, H, W, 3], found [5, 4, 3]",
    );
    assertThrows(
      () => convolve2d(x, zeros(2, 3, 3, 2)),
      RangeError,
      "expected filters [F, C, K, K], found [2, 3, 3, 2]",
    );
    assertThrows(() => convolve2d(x, weight, zeros(3)), RangeError, "expected shape [2], found [3]");
    assertThrows(() => convolve2d(x, weight, null, { stride: 0 }), RangeError, "a stride of at least 1, found 0");
    assertThrows(() => convolve2d(x, weight, null, { padding: -1 }), RangeError, "a padding of at least 0, found -1");
    assertThrows(() => convolve2d(x, zeros(2, 3, 5, 5)), RangeError, "filters of at most 5 x 4, found 5 x 5");
  }, { engine });
});
