// Four-lane arithmetic shared by all kernels. All functions work lane by lane, so a value never depends on its position
// in a vector.

/**
 * Returns the value of a global for a constant of a loop. A processor loads a global in one instruction; an immediate
 * vector takes three, each time it is used. Only a global that the start function sets stays one: the compiler turns
 * others into immediates.
 */
function constant(x: f32): v128 {
  return f32x4.splat(x);
}

/** The value of a global whose lanes have the same bits; see `constant`. */
function bits(x: i32): v128 {
  return i32x4.splat(x);
}

/** Bounds of the argument of `exp`: 2^n is a normal, finite float. */
let EXP_LOW: v128 = constant(-87.3);
let EXP_HIGH: v128 = constant(88.3);
/** Bounds of -x in 1 / (1 + e^-x), so that the result is a normal float. */
let SIGMOID_LOW: v128 = constant(-87.336);
let SIGMOID_HIGH: v128 = constant(87.3);
/** Bound of 2x in tanh(x), which is 1 beyond. */
let TANH_LOW: v128 = constant(-20);
let TANH_HIGH: v128 = constant(20);

export let ONE: v128 = constant(1);
let TWO: v128 = constant(2);
let LOG2_E: v128 = constant(1.4426950408889634);
// ln 2 in two parts; the first has few enough bits for n * LN2_HIGH to be exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440054690583e-4;
let MINUS_LN2_HIGH: v128 = constant(-LN2_HIGH);
let MINUS_LN2_LOW: v128 = constant(-LN2_LOW);

/** a * b + c: fused if the build has relaxed SIMD, otherwise rounded twice. */
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// Processors multiply subnormal numbers over 100 times slower than others, and WebAssembly cannot make them treat
// these numbers as zeros. So kernels replace small numbers by zeros where they arise. The bounds are powers of two,
// given as those bits of the exponent of which a number that is not small has at least one.

/** |x| >= 2^-126, the smallest normal number. */
export let NORMAL: v128 = bits(0x7f800000);
/** |x| >= 2^-63, for recurrent states: the product of two is a normal number. */
export let STATE: v128 = bits(0x60000000);
/** |x| >= 2^-95, for gradients: their product with a number of at least 2^-31 is a normal number. */
let GRADIENT: v128 = bits(0x70000000);
/** The smallest value of an open gate, 2^-44: weight gradients have its square as a factor, and must be normal. */
let LEAST_GATE: v128 = constant(5.684341886080802e-14);

/** Returns x, or a zero of the same sign if |x| is below a bound. */
@inline
export function flush(x: v128, bound: v128): v128 {
  const isSmall = i32x4.eq(v128.and(x, bound), i32x4.splat(0));
  return v128.andnot(x, i32x4.shr_u(isSmall, 1));
}

@inline
export function flushGradient(x: v128): v128 {
  return flush(x, GRADIENT);
}

let LIFT: v128 = constant(7.922816251426434e28);

/** Returns 2^96 x. Products that begin with it show their size without becoming subnormal. */
@inline
export function lift(x: v128): v128 {
  return f32x4.mul(x, LIFT);
}

/** Returns x, or 0 if |lifted| < 2. `lifted` is 2^96 times a product of x, which is then a small gradient. */
@inline
export function keep(x: v128, lifted: v128): v128 {
  return v128.and(x, i32x4.shr_s(i32x4.shl(lifted, 1), 31));
}

/** Returns the gradient a b, or 0 if it is small; `lifted` is `lift(a)`. */
@inline
export function gradient2(a: v128, lifted: v128, b: v128): v128 {
  return f32x4.mul(keep(a, f32x4.mul(lifted, b)), b);
}

/** Returns the gradient a b c, or 0 if it is small; `lifted` is `lift(a)`. */
@inline
export function gradient3(a: v128, lifted: v128, b: v128, c: v128): v128 {
  const kept = keep(a, f32x4.mul(f32x4.mul(lifted, b), c));
  return f32x4.mul(f32x4.mul(kept, b), c);
}

/**
 * 3 * 2^22 + 127: adding it rounds a number to an integer n, and leaves n + 127, the exponent field of 2^n, in the low
 * bits.
 */
let ROUNDING: v128 = constant(12583039);

/**
 * Coefficients of expm1(r) = r + r^2 q(r) for |r| <= ln(2) / 2, from the highest power of r down: a least-squares fit,
 * reweighted for an equal relative error of 1.4e-8.
 */
let Q4: v128 = constant(0.001388239564);
let Q3: v128 = constant(0.008367180867);
let Q2: v128 = constant(0.04166722127);
let Q1: v128 = constant(0.166665386825);
let Q0: v128 = constant(0.499999980418);

@inline
function expm1Reduced(r: v128): v128 {
  return fma(f32x4.mul(r, r), fma(fma(fma(fma(Q4, r, Q3), r, Q2), r, Q1), r, Q0), r);
}

@inline
function clamp(x: v128, low: v128, high: v128): v128 {
  // pmin and pmax propagate NaN if the bound is the second operand.
  return f32x4.pmax(f32x4.pmin(x, high), low);
}

/** x / ln(2), rounded to an integer n in [-126, 127] by adding `ROUNDING`. */
@inline
function exponent(x: v128): v128 {
  return fma(x, LOG2_E, ROUNDING);
}

/** 2^n: shifting n + 127 to the exponent drops all other bits. */
@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.shl(shifted, 23);
}

/** x - n ln(2). */
@inline
function remainder(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, ROUNDING);
  return fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, x));
}

/** e^x, with x clamped to the range whose results are normal floats. */
@inline
export function exp(x: v128): v128 {
  return boundedExp(clamp(x, EXP_LOW, EXP_HIGH));
}

/** e^x for x <= 0, or 0 if it is less than the smallest normal float. NaN stays NaN. */
@inline
export function expOrZero(x: v128): v128 {
  return expAbove(x, EXP_LOW);
}

/** e^x for x <= 0, or 0 if x is below a bound, at which e^x is a normal float. NaN stays NaN. */
@inline
export function expAbove(x: v128, bound: v128): v128 {
  return v128.andnot(boundedExp(f32x4.pmax(x, bound)), f32x4.lt(x, bound));
}

@inline
function boundedExp(x: v128): v128 {
  const shifted = exponent(x);
  const scale = powerOfTwo(shifted);
  return fma(scale, expm1Reduced(remainder(x, shifted)), scale);
}

@inline
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.sub(splat(0), clamp(x, SIGMOID_LOW, SIGMOID_HIGH));
  return f32x4.div(ONE, f32x4.add(ONE, boundedExp(bounded)));
}

/** The sigmoid of x, or 0 if it is less than 2^-44. */
@inline
export function gate(x: v128): v128 {
  return keepGate(sigmoid(x));
}

/** Returns a gate, or 0 if it is less than 2^-44. */
@inline
export function keepGate(y: v128): v128 {
  return v128.andnot(y, f32x4.lt(y, LEAST_GATE));
}

/** tanh(x) = expm1(2x) / (expm1(2x) + 2): no cancellation near zero, and no branches. */
@inline
export function tanh(x: v128): v128 {
  const twice = clamp(f32x4.add(x, x), TANH_LOW, TANH_HIGH);
  const shifted = exponent(twice);
  const scale = powerOfTwo(shifted);
  const expm1 = fma(scale, expm1Reduced(remainder(twice, shifted)), f32x4.sub(scale, ONE));
  return f32x4.div(expm1, f32x4.add(expm1, TWO));
}

/**
 * Natural logarithm of x = 2^e m with m in [sqrt(1/2), sqrt(2)), from the series of 2 atanh((m - 1) / (m + 1)). Returns
 * -infinity for 0, NaN for NaN and negative x, and infinity for infinity.
 */
@inline
export function log(x: v128): v128 {
  // Subnormal numbers have no exponent field: scale them by 2^23 first.
  const tiny = f32x4.lt(x, splat(f32.MIN_NORMAL_VALUE));
  const normal = v128.bitselect(f32x4.mul(x, splat(8388608)), x, tiny);
  // Subtracting the bits of sqrt(1/2) turns the exponent field into that of the nearest power of two.
  const shifted = i32x4.sub(normal, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(shifted, 23);
  const m = i32x4.sub(normal, i32x4.shl(exponent, 23));
  const s = f32x4.div(f32x4.sub(m, splat(1)), f32x4.add(m, splat(1)));
  const s2 = f32x4.mul(s, s);
  let q = fma(s2, splat(1.0 / 9.0), splat(1.0 / 7.0));
  q = fma(q, s2, splat(1.0 / 5.0));
  q = fma(q, s2, splat(1.0 / 3.0));
  const twice = f32x4.add(s, s);
  const logM = fma(f32x4.mul(twice, s2), q, twice);
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, splat(23)));
  const result = fma(e, splat(LN2_HIGH), fma(e, splat(LN2_LOW), logM));
  const special = v128.bitselect(splat(-Infinity), splat(NaN), f32x4.eq(x, splat(0)));
  const positive = f32x4.gt(x, splat(0));
  const finite = v128.bitselect(result, x, f32x4.lt(x, splat(Infinity)));
  return v128.bitselect(finite, special, positive);
}

/** Sum of the four lanes, pairwise. */
@inline
export function sumLanes(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Loads the first `count` (1 to 4) floats at `from`; the other lanes are zero. */
@inline
export function loadPart(from: usize, count: u32): v128 {
  if (count >= 4) return v128.load(from);
  let x = v128.load32_zero(from);
  if (count > 1) x = v128.load_lane<f32>(from, x, 1, 4);
  if (count > 2) x = v128.load_lane<f32>(from, x, 2, 8);
  return x;
}

/** Loads the first `count` floats at `from + shift`, or zeros if `from` is null. */
@inline
export function loadOptional(from: usize, shift: usize, count: u32): v128 {
  return from == 0 ? splat(0) : loadPart(from + shift, count);
}

/** Stores the first `count` (1 to 4) lanes at `to`. */
@inline
export function storePart(to: usize, x: v128, count: u32): void {
  if (count >= 4) {
    v128.store(to, x);
    return;
  }
  v128.store_lane<f32>(to, x, 0);
  if (count > 1) v128.store_lane<f32>(to, x, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, x, 2, 8);
}

/**
 * Index of the first item of a worker's share of `total` items, a multiple of `granule`. No share is larger than that
 * of worker 0, by whose time it is told whether the others still live.
 */
@inline
export function shareStart(total: u32, granule: u32, worker: u32, workers: u32): u32 {
  const granules = (total + granule - 1) / granule;
  return min(total, <u32> ((<u64> granules * worker + workers - 1) / workers) * granule);
}
