import { assertAlmostEquals, assertEquals } from "@std/assert";
import { randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";

Deno.test("sum adds in double precision and rounds once", () => {
  for (const n of [...ODD_SIZES, 10_000]) {
    const x = randomFloats(1, n, -100, 100);
    const expected = Math.fround(x.reduce((sum, value) => sum + value, 0) * 0.1);
    checkKernel(
      { kernel: "sum", buffers: { x, y: Float32Array.of(5) }, outputs: ["y"], operands: ({ x, y }) => [n, x, 0.1, y] },
      ({ y }) => assertEquals(y[0] + 0, expected + 0),
    );
  }
});

/** Sums the squares of n numbers in spans, between numbers that must not be read. */
function squaresCase(x: Float32Array, spans: readonly number[]): KernelCase<"x" | "spans" | "parts"> {
  return {
    kernel: "sum_squares",
    buffers: { x, spans: Int32Array.from(spans), parts: new Float64Array(Math.ceil(x.length / 4096)).fill(NaN) },
    outputs: ["parts"],
    operands: (at) => [x.length, at.x, spans.length / 2, at.spans, at.parts],
  };
}

Deno.test("sum_squares is within 1e-13 for each block of 4096 floats", () => {
  for (const n of [...ODD_SIZES, 4095, 4096, 4097, 9000]) {
    const x = randomFloats(2, n, -100, 100);
    const parts = new Float64Array(Math.ceil(n / 4096));
    x.forEach((value, i) => parts[Math.floor(i / 4096)] += value * value);
    checkKernel(
      squaresCase(x, [0, n]),
      (results) => parts.forEach((part, i) => assertAlmostEquals(results.parts[i], part, part * 1e-13)),
    );
  }
});

Deno.test("sum_squares reads spans alone, to the same bits as zeros between them", () => {
  const spanned = [[], [0, 3], [1, 2], [5, 6, 7, 9, 10, 19], [4095, 4097], [1, 4100, 8191, 8192], [4094, 8999]];
  for (const spans of spanned) {
    const x = randomFloats(3, 9000, -100, 100);
    const inside = (i: number): boolean => spans.some((start, s) => s % 2 === 0 && start <= i && i < spans[s + 1]);
    const whole = runKernel("plain", 1, squaresCase(x.map((value, i) => inside(i) ? value : 0), [0, 9000]));
    checkKernel(
      squaresCase(x.map((value, i) => inside(i) ? value : NaN), spans),
      ({ parts }) => assertEquals(parts, whole.parts),
    );
  }
});

Deno.test("sum_squares propagates NaN and infinity", () => {
  for (const value of [NaN, Infinity]) {
    const x = randomFloats(3, 9);
    x[6] = value;
    checkKernel(squaresCase(x, [0, 9]), ({ parts }) => assertEquals(parts[0], value));
  }
});

Deno.test("max_pool finds the largest step of each window within a sequence, the first one on ties", () => {
  const T = 7;
  for (const size of [1, 2, 3, T]) {
    for (const [B, K] of ODD_SIZES.flatMap((B) => ODD_SIZES.map((K) => [B, K]))) {
      const windows = Math.ceil(T / size);
      const lengths = randomIntegers(4, B, 1, T + 1);
      // Few distinct numbers, so that there are many ties; those beyond a length would be the largest.
      const x = Float32Array.from(randomIntegers(5, T * B * K, -3, 3), (value, i) => {
        const [t, b] = [Math.floor(i / (B * K)), Math.floor(i / K) % B];
        return t < lengths[b] ? value : i % 2 ? 100 : NaN;
      });
      const expected = { y: new Float32Array(windows * B * K), at: new Int32Array(windows * B * K).fill(-1) };
      for (let i = 0; i < windows * B * K; i++) {
        const [first, k] = [Math.floor(i / (B * K)) * size, i % (B * K)];
        const last = Math.min(first + size, lengths[Math.floor(k / K)]);
        const steps = Array.from({ length: Math.max(last - first, 0) }, (_, t) => x[(first + t) * B * K + k]);
        if (steps.length === 0) continue;
        expected.y[i] = Math.max(...steps);
        expected.at[i] = first + steps.indexOf(expected.y[i]);
      }
      checkKernel({
        kernel: "max_pool",
        buffers: { lengths, x, y: unwritten(windows * B * K), at: new Int32Array(windows * B * K).fill(-7) },
        outputs: ["y", "at"],
        operands: (at) => [B, K, windows, size, at.lengths, at.x, at.y, at.at],
      }, ({ y, at }) => {
        assertEquals(y, expected.y);
        assertEquals(at, expected.at);
      });
    }
  }
});

Deno.test("max_pool returns the first NaN of a sequence and treats infinities as numbers", () => {
  const numbers = [NaN, -Infinity, -1, 2, Infinity];
  const [T, K] = [3, numbers.length ** 3];
  // All sequences of three of the special values, one per column.
  const x = Float32Array.from({ length: T * K }, (_, i) => numbers[Math.floor(i % K / 5 ** Math.floor(i / K)) % 5]);
  const places = Int32Array.from({ length: K }, (_, k) => {
    const steps = [x[k], x[K + k], x[2 * K + k]];
    const firstNaN = steps.findIndex(Number.isNaN);
    return firstNaN < 0 ? steps.indexOf(Math.max(...steps)) : firstNaN;
  });
  checkKernel({
    kernel: "max_pool",
    buffers: { lengths: Int32Array.of(T), x, y: new Float32Array(K).fill(5), at: new Int32Array(K).fill(-7) },
    outputs: ["y", "at"],
    operands: (at) => [1, K, 1, T, at.lengths, at.x, at.y, at.at],
  }, ({ y, at }) => {
    assertEquals(at, places);
    assertEquals(y, Float32Array.from(places, (t, k) => x[t * K + k]));
  });
});

Deno.test("max_pool_backward adds each gradient exactly at the maximum, and none for an empty window", () => {
  const [T, windows] = [5, 3];
  for (const [B, K] of ODD_SIZES.flatMap((B) => ODD_SIZES.map((K) => [B, K]))) {
    const size = B * K;
    // Each window has its own steps.
    const steps = [[-1, 2], [2, 4], [-1, 0]];
    const at = Int32Array.from({ length: windows * size }, (_, i) => {
      const [low, high] = steps[Math.floor(i / size)];
      return low + i % 5 % (high - low);
    });
    const buffers = { at, dy: randomFloats(7, windows * size), dx: randomFloats(8, T * size) };
    const expected = buffers.dx.slice();
    at.forEach((t, i) => t >= 0 && (expected[t * size + i % size] += buffers.dy[i]));
    checkKernel({
      kernel: "max_pool_backward",
      buffers,
      outputs: ["dx"],
      operands: ({ at, dy, dx }) => [B, K, windows, at, dy, dx],
    }, ({ dx }) => assertEquals(dx, expected));
  }
});
