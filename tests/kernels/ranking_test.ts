import { assertEquals } from "@std/assert";
import { randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";

/** Finds the indexes of the largest elements of a row by sorting all of it. */
function largestTwin(row: Float32Array, count: number): number[] {
  const places = [...row.keys()].filter((j) => !Number.isNaN(row[j])).sort((a, b) => row[b] - row[a] || a - b);
  return Array.from({ length: count }, (_, i) => places[i] ?? -1);
}

function checkLargest(x: Float32Array, rows: number, n: number, count: number): void {
  const expected = Array.from({ length: rows }, (_, r) => largestTwin(x.subarray(r * n, (r + 1) * n), count));
  checkKernel({
    kernel: "largest",
    buffers: { x, places: Int32Array.from(unwritten(rows * count), () => -7) },
    outputs: ["places"],
    operands: ({ x, places }) => [rows, n, count, x, places],
  }, ({ places }, what) => assertEquals([...places], expected.flat(), `${what}: ${count} of [${rows}, ${n}]`));
}

const SIZES = [...ODD_SIZES, 15, 16, 17, 100];

Deno.test("largest matches sorting each row", () => {
  for (const rows of [0, 1, 3, 9]) {
    for (const n of SIZES) {
      for (const count of [0, 1, 2, 5, 40]) checkLargest(randomFloats(n, rows * n), rows, n, count);
    }
  }
});

Deno.test("largest orders ties by index and skips NaN", () => {
  for (const n of SIZES) {
    for (const count of [1, 3, 7]) {
      const few = randomIntegers(n, 3 * n, -2, 3);
      checkLargest(Float32Array.from(few), 3, n, count);
      checkLargest(Float32Array.from(few, (value, i) => i % 3 === 1 ? NaN : value), 3, n, count);
      checkLargest(new Float32Array(3 * n).fill(-Infinity), 3, n, count);
    }
  }
});

Deno.test("largest handles ascending rows, in which every element is the largest so far", () => {
  for (const n of SIZES) checkLargest(Float32Array.from({ length: 2 * n }, (_, i) => i % n), 2, n, 6);
});
