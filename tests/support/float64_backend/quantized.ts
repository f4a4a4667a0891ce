import type { Operands } from "./numbers.ts";
import { multiply } from "./products.ts";

/** Callers reserve a byte for each weight, so a slot of 4 bytes holds four: the digits of a number in base 256. */
const PER_SLOT = 4;
/** The largest weight. */
const MOST = 127;

export function pack_int8(...[k, n, w, ldw, packed, scales]: Operands<"pack_int8">): void {
  packed.fill(0, 0, Math.ceil(n * k / PER_SLOT));
  for (let j = 0; j < n; j++) {
    const row = w.subarray(j * ldw, j * ldw + k);
    scales[j] = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MOST;
    row.forEach((value, p) => {
      const digit = Math.round(value / (scales[j] || 1)) + MOST;
      const i = j * k + p;
      packed[Math.floor(i / PER_SLOT)] += digit * 256 ** (i % PER_SLOT);
    });
  }
}

/** The rows of A are not rounded. */
export function matmul_int8(...[m, n, k, a, lda, packed, scales, c, ldc, accumulate]: Operands<"matmul_int8">): void {
  const w = new Float64Array(k * n);
  for (let i = 0; i < w.length; i++) {
    const [p, j] = [Math.floor(i / n), i % n];
    const at = j * k + p;
    const digit = Math.floor(packed[Math.floor(at / PER_SLOT)] / 256 ** (at % PER_SLOT)) % 256;
    w[i] = scales[j] * (digit - MOST);
  }
  const [from, to] = [{ at: a, pitch: lda }, { at: c, pitch: ldc }];
  multiply(m, n, k, from, { at: w, pitch: n }, to, accumulate !== 0);
}
