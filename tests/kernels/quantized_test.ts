import { assertEquals } from "@std/assert";
import { assertWithin } from "../support/bounds.ts";
import { randomFloats, unwritten, withPitch } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";

const { fround } = Math;

/** Rounds to the nearest integer, ties to even. */
function nearest(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/** Quantizes a row to integers of at most `limit` and their scale. */
function quantize(row: Float32Array, limit: number): { scale: number; whole: number[] } {
  const scale = fround(row.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / limit);
  return { scale, whole: Array.from(row, (x) => nearest(fround(x / (scale > 0 ? scale : 1)))) };
}

interface Quantized {
  /** The bytes of the panels, four per number. */
  readonly panels: Int32Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
  readonly rows: readonly number[][];
}

/** W[n, k] as `pack_int8` stores it: in panels of 8 rows, with pairs of weights. */
function quantizeWeights(w: Float32Array, n: number, k: number): Quantized {
  const rows = Array.from({ length: n }, (_, r) => quantize(w.subarray(r * k, (r + 1) * k), 127));
  const panelBytes = Math.ceil(k / 2) * 16;
  const bytes = new Int8Array(Math.ceil(n / 8) * panelBytes);
  rows.forEach(({ whole }, r) =>
    whole.forEach((q, p) => bytes[Math.floor(r / 8) * panelBytes + (p >> 1) * 16 + r % 8 * 2 + p % 2] = q)
  );
  return {
    panels: new Int32Array(bytes.buffer),
    scales: Float32Array.from(rows, ({ scale }) => scale),
    rows: rows.map(({ whole }) => whole),
  };
}

Deno.test("pack_int8 rounds each row to integers of at most 127, in panels of 8 rows", () => {
  for (const n of ODD_SIZES) {
    for (const k of ODD_SIZES) {
      const w = randomFloats(1, n * k);
      // Includes a row of zeros, whose scale must not become NaN.
      w.fill(0, 0, k);
      const { panels, scales } = quantizeWeights(w, n, k);
      checkKernel({
        kernel: "pack_int8",
        buffers: {
          w: withPitch(w, k, k + 2, NaN),
          packed: new Int32Array(panels.length).fill(-1),
          scales: unwritten(n),
        },
        outputs: ["packed", "scales"],
        operands: ({ w, packed, scales }) => [k, n, w, k + 2, packed, scales],
      }, (found) => {
        assertEquals(found.packed, panels);
        assertEquals(found.scales, scales);
      });
    }
  }
});

function checkProduct(m: number, n: number, k: number): void {
  const [a, w, c] = [randomFloats(2, m * k), randomFloats(3, n * k), randomFloats(4, m * n)];
  const { panels, scales, rows } = quantizeWeights(w, n, k);
  const limit = Math.min(32767, Math.floor(0x7fffffff / (127 * Math.max(k, 1))));
  const inputs = Array.from({ length: m }, (_, r) => quantize(a.subarray(r * k, (r + 1) * k), limit));
  for (const accumulate of [false, true]) {
    const expected = new Float64Array(m * n);
    const magnitudes = new Float64Array(m * n);
    for (let i = 0; i < m * n; i++) {
      const [r, j] = [Math.floor(i / n), i % n];
      const product = rows[j].reduce((sum, q, p) => sum + q * inputs[r].whole[p], 0) * scales[j] * inputs[r].scale;
      expected[i] = product + (accumulate ? c[i] : 0);
      magnitudes[i] = Math.abs(product) + (accumulate ? Math.abs(c[i]) : 0);
    }
    checkKernel({
      kernel: "matmul_int8",
      buffers: { a: withPitch(a, k, k + 1, NaN), panels, scales, c: withPitch(c, n, n + 2, 77) },
      outputs: ["c"],
      usesScratch: true,
      operands: (at) => [m, n, k, at.a, k + 1, at.panels, at.scales, at.c, n + 2, +accumulate, at.scratch],
    }, (found, what) => {
      const inside = Float32Array.from({ length: m * n }, (_, i) => found.c[Math.floor(i / n) * (n + 2) + i % n]);
      assertWithin(inside, expected, { roundings: 4, magnitudes }, `${what} ${m}x${n}x${k}`);
      for (let r = 0; n > 0 && r < m; r++) {
        assertEquals([...found.c.subarray(r * (n + 2) + n, (r + 1) * (n + 2))], [77, 77]);
      }
    });
  }
}

Deno.test("matmul_int8 sums integer products exactly and scales them within 4 roundings", () => {
  for (const [i, m] of ODD_SIZES.entries()) {
    for (const [j, n] of ODD_SIZES.entries()) checkProduct(m, n, ODD_SIZES[(i + 2 * j) % ODD_SIZES.length]);
  }
  for (const [m, n, k] of [[1, 77, 650], [2, 40, 5001]]) checkProduct(m, n, k);
});
