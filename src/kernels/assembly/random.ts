// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011). A number depends only on the seed, the stream, the
// step and its index, not on the number of workers, on the order or on a resumed run.

import { Bits, Count, Flag, Float, Reads, Updates, Writes } from "./operands";
import { loadPart, shareStart, splat, storePart } from "./vector";

const MULTIPLIER_0: u64 = 0xd2511f53;
const MULTIPLIER_1: u64 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;

/** Returns four 32-bit numbers for the counter (block, 0, step, stream) and the key (seed). */
@inline
function philox(block: u32, step: u32, stream: u32, seedLow: u32, seedHigh: u32): v128 {
  let c0 = block, c1: u32 = 0, c2 = step, c3 = stream;
  let k0 = seedLow, k1 = seedHigh;
  for (let round = 0; round < 10; round++) {
    const p0 = MULTIPLIER_0 * c0;
    const p1 = MULTIPLIER_1 * c2;
    c0 = <u32> (p1 >> 32) ^ c1 ^ k0;
    c2 = <u32> (p0 >> 32) ^ c3 ^ k1;
    c1 = <u32> p1;
    c3 = <u32> p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  let words = i32x4.splat(<i32> c0);
  words = i32x4.replace_lane(words, 1, <i32> c1);
  words = i32x4.replace_lane(words, 2, <i32> c2);
  return i32x4.replace_lane(words, 3, <i32> c3);
}

/** Uniform numbers in [0, 1) with 24 bits: u = word / 2^32, rounded down. */
@inline
function uniform4(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

/**
 * x = uniform numbers in [0, 1). Workers share the run.
 *
 * @extent x: n
 */
export function random_uniform(
  n: Count,
  x: Writes<f32>,
  seedLow: Bits,
  seedHigh: Bits,
  stream: Bits,
  step: Bits,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(n, 4, worker + 1, workers);
  for (let i = shareStart(n, 4, worker, workers); i < end; i += 4) {
    const u = uniform4(philox(i >> 2, step, stream, seedLow, seedHigh));
    storePart(x + (i << 2), u, min(end - i, 4));
  }
}

/**
 * y (+)= x mask / (1 - rate): inverted dropout, and its gradient when called with gradients. The mask has `period`
 * elements and is applied `repeats` times, which is locked dropout (Gal and Ghahramani 2016) if the period is one time
 * step. Workers share the period.
 *
 * @extent x y: repeats * period
 * @work 8 * repeats * period
 */
export function dropout(
  repeats: Count,
  period: Count,
  rate: Float,
  x: Reads<f32>,
  y: Updates<f32>,
  accumulate: Flag,
  seedLow: Bits,
  seedHigh: Bits,
  stream: Bits,
  step: Bits,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(period, 4, worker + 1, workers);
  const scale = splat(<f32> 1 / (<f32> 1 - rate));
  for (let i = shareStart(period, 4, worker, workers); i < end; i += 4) {
    const u = uniform4(philox(i >> 2, step, stream, seedLow, seedHigh));
    const mask = v128.and(f32x4.ge(u, splat(rate)), scale);
    const count = min(end - i, 4);
    for (let r: u32 = 0; r < repeats; r++) {
      const at: usize = r * period + i << 2;
      let out = f32x4.mul(loadPart(x + at, count), mask);
      if (accumulate) out = f32x4.add(out, loadPart(y + at, count));
      storePart(y + at, out, count);
    }
  }
}

/**
 * y (+)= x mask / (1 - rate): dropout of n weights, and its gradient when called with gradients. It keeps an element
 * with 16 random bits, half of a word, so that large matrices take half the time that `dropout` takes.
 *
 * @extent x y: n
 * @work 4 * n
 */
export function drop_weights(
  n: Count,
  rate: Float,
  x: Reads<f32>,
  y: Updates<f32>,
  accumulate: Flag,
  seedLow: Bits,
  seedHigh: Bits,
  stream: Bits,
  step: Bits,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(n, 8, worker + 1, workers);
  const least = i16x8.splat(<i16> min(65535, <u32> (rate * 65536 + <f32> 0.5)));
  const scale = splat(<f32> 1 / (<f32> 1 - rate));
  for (let i = shareStart(n, 8, worker, workers); i < end; i += 8) {
    const kept = i16x8.ge_u(philox(i >> 3, step, stream, seedLow, seedHigh), least);
    scalePart(v128.and(i32x4.extend_low_i16x8_s(kept), scale), x + (i << 2), y + (i << 2), accumulate, end - i);
    if (i + 4 >= end) break;
    const at: usize = i + 4 << 2;
    scalePart(v128.and(i32x4.extend_high_i16x8_s(kept), scale), x + at, y + at, accumulate, end - i - 4);
  }
}

/** y (+)= x factors, for up to four elements. */
@inline
function scalePart(factors: v128, x: usize, y: usize, accumulate: u32, rest: u32): void {
  const count = min(rest, 4);
  let out = f32x4.mul(loadPart(x, count), factors);
  if (accumulate) out = f32x4.add(out, loadPart(y, count));
  storePart(y, out, count);
}
