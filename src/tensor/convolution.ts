import { InputRangeError } from "../../errors.ts";
import { type Engine, offset } from "../engine/mod.ts";
import { permute } from "./layout.ts";
import { expectShape } from "./parameter.ts";
import { type Matrix, matrixAt, matrixOf, multiply, rowsFrom } from "./product.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** One position of a filter: what it adds to `rows` rows of the output, from those of the input some steps away. */
interface Tap {
  /** Its position in the filter. */
  readonly w: number;
  /** Number of rows, steps times sequences. */
  readonly rows: number;
  /** The first row of the input. */
  readonly from: number;
  /** The first row of the output. */
  readonly to: number;
}

/**
 * Lists the taps of filters that meet the T steps of B sequences, the one that meets all of them first. Since steps are
 * the outermost dimension, a shift in time is an offset: each tap is one product of whole matrices.
 */
function tapsOf(width: number, T: number, B: number): Tap[] {
  const before = Math.floor((width - 1) / 2);
  return Array.from({ length: width }, (_, w) => ({ w, shift: w - before }))
    .filter(({ shift }) => Math.abs(shift) < T)
    .sort((a, b) => +(a.shift !== 0) - +(b.shift !== 0))
    .map(({ w, shift }) => ({
      w,
      rows: (T - Math.abs(shift)) * B,
      from: Math.max(shift, 0) * B,
      to: Math.max(-shift, 0) * B,
    }));
}

/**
 * Convolves x[T, B, E] over time with filters weight[F, E, W] and an optional bias[F]: y[t] = sum over w of
 * x[t + w - floor((W - 1) / 2)] weight[:, :, w]^T + b, [T, B, F]. Steps outside x count as zeros, so that there are as
 * many steps as before (PyTorch's `conv1d` with padding "same").
 *
 * @example
 * ```ts
 * import { convolve, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 4], [3, 1, 1]);
 *   const difference = tensor([-1, 0, 1], [1, 1, 3]);
 *   assertEquals([...convolve(x, difference).toArray()], [2, 3, -2]);
 * });
 * ```
 */
export function convolve(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const engine = engineOf("convolve", x, weight, ...bias ? [bias] : []);
  checkShapes(x, weight, bias);
  return Scope.of(engine, "convolve").asOne(
    () => convolveTaps(engine, x, weight, bias),
    (scope, y) => scope.note("convolve", [x, weight, bias], [y]),
  );
}

function convolveTaps(engine: Engine, x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const [T, B, E] = x.shape;
  const [F, , W] = weight.shape;
  const taps = tapsOf(W, T, B);
  const filters = permute(weight, [2, 0, 1]);
  const y = allocateTensor(engine, [T, B, F], "convolve");
  for (const [i, { w, rows, from, to }] of taps.entries()) {
    const target = { address: offset(y.address, to * F), pitch: F };
    multiply(
      engine,
      "NT",
      [rows, F, E],
      rowsFrom(matrixOf(x), from),
      rowsFrom(matrixOf(filters), w * F),
      target,
      i > 0,
    );
  }
  if (bias) engine.run("add_bias", T * B, F, bias.address, y.address);
  Scope.of(engine, "convolve").record("convolve", [x, filters, bias], [y], () => {
    const dy = matrixAt(engine, y.claimGradient(), T * B, F);
    if (x.requiresGradient) addInputGradient(x, filters, dy, taps);
    if (filters.requiresGradient) addFilterGradient(x, filters, dy, taps);
    if (bias?.requiresGradient) engine.run("add_row_sums", T * B, F, dy.address, F, bias.zeroedGradient());
  });
  return y;
}

function checkShapes(x: Tensor, weight: Tensor, bias: Tensor | null): void {
  const [F, E] = weight.shape;
  if (weight.shape.length !== 3 || weight.size === 0) {
    throw new InputRangeError(`convolve: expected filters [F, E, W], found ${formatShape(weight.shape)}`);
  }
  if (x.shape.length !== 3 || x.shape[2] !== E) {
    throw new InputRangeError(`convolve: expected an input [T, B, ${E}], found ${formatShape(x.shape)}`);
  }
  if (bias) expectShape("convolve", bias, [F]);
}

function addInputGradient(x: Tensor, filters: Tensor, dy: Matrix, taps: readonly Tap[]): void {
  const [, F, E] = filters.shape;
  const add = x.hasGradient;
  const dx = x.claimGradient();
  for (const [i, { w, rows, from, to }] of taps.entries()) {
    const target = { address: offset(dx, from * E), pitch: E };
    multiply(x.engine, "NN", [rows, E, F], rowsFrom(dy, to), rowsFrom(matrixOf(filters), w * F), target, add || i > 0);
  }
}

function addFilterGradient(x: Tensor, filters: Tensor, dy: Matrix, taps: readonly Tap[]): void {
  const [, F, E] = filters.shape;
  const gradient = filters.zeroedGradient();
  for (const { w, rows, from, to } of taps) {
    const target = { address: offset(gradient, w * F * E), pitch: E };
    multiply(x.engine, "TN", [F, E, rows], rowsFrom(dy, to), rowsFrom(matrixOf(x), from), target, true);
  }
}
