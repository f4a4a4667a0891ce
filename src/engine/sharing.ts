import type { KernelName } from "../kernels/mod.ts";
import type { Memory } from "./memory.ts";

/** Elementary operations from which on sharing pays for the few microseconds of handing work over. */
export const MIN_SHARED_WORK: number = 1 << 16;
/**
 * Elementary operations, about a few milliseconds' worth, from which on it pays to wait even for a worker that comes
 * late; also the total from which on it pays to start workers.
 */
export const LARGE_WORK: number = 1 << 25;

type Operands = readonly number[];

/** Elements of a run. */
const first = ([n]: Operands): number => 4 * n;
const second = ([, n]: Operands): number => 4 * n;
/** Elements of rows. */
const rows = ([rows, n]: Operands): number => 4 * rows * n;

/** The work of a time loop; 0 for a single sequence, because workers share the sequences. */
function loop(memory: Memory, steps: number, sizes: number, H: number): number {
  return memory.i32[sizes >>> 2] < 2 ? 0 : steps * memory.i32[sizes >>> 2] * H * H;
}

/** Approximate elementary operations of each kernel; kernels that are missing here run on one thread. */
const WORK: Partial<Record<KernelName, (operands: Operands, memory: Memory) => number>> = {
  adam_step: first,
  add_bias: rows,
  add_product: first,
  add_row_sums: rows,
  add_scaled: first,
  additive_scores: ([B, T, S, A]) => 16 * B * T * S * A,
  additive_scores_backward: ([B, T, S, A]) => 24 * B * T * S * A,
  affine: first,
  batched_matmul: ([count, , , m, n, k]) => count * m * n * k,
  clamp: first,
  cross_entropy: rows,
  cross_entropy_backward: rows,
  dropout: ([repeats, period]) => 8 * repeats * period,
  fill: first,
  gather_rows: rows,
  largest: rows,
  layer_norm: rows,
  layer_norm_backward: rows,
  layer_norm_weights: rows,
  matmul: ([, , m, n, k]) => m * n * k,
  matmul_half: ([, , m, n, k]) => m * n * k,
  matmul_int8: ([m, n, k]) => m * n * k / 2,
  matmul_packed: ([m, n, k]) => m * n * k,
  max_steps: ([B, K, lengths], memory) => 4 * B * K * memory.i32[lengths >>> 2],
  pack: ([, k, n]) => 4 * k * n,
  pack_weights: ([, k, n]) => 4 * k * n,
  pack_int8: ([k, n]) => 4 * k * n,
  rmsprop_step: first,
  scatter_add_rows: rows,
  sgd_step: first,
  smoothed_cross_entropy: rows,
  smoothed_cross_entropy_backward: rows,
  softmax: rows,
  softmax_backward: rows,
  softmax_ragged: rows,
  sum_squares: first,
  to_half: first,
  transpose_matrix: rows,
  unary: second,
  unary_backward: second,
  binary: second,
  rnn_forward: ([, steps, sizes, H], memory) => loop(memory, steps, sizes, H),
  rnn_backward: ([, steps, sizes, H], memory) => loop(memory, steps, sizes, H),
  lstm_forward: ([steps, sizes, H], memory) => loop(memory, steps, sizes, 4 * H),
  lstm_backward: ([steps, sizes, H], memory) => loop(memory, steps, sizes, 4 * H),
  gru_forward: ([steps, sizes, H], memory) => loop(memory, steps, sizes, 3 * H),
  gru_backward: ([steps, sizes, H], memory) => loop(memory, steps, sizes, 3 * H),
};

/** Returns the elementary operations of a kernel call that several threads can share. */
export function workOf(memory: Memory, kernel: KernelName, operands: Operands): number {
  return WORK[kernel]?.(operands, memory) ?? 0;
}
