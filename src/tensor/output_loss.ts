import { InputRangeError } from "../../errors.ts";
import { type Address, type Engine, offset } from "../engine/mod.ts";
import { convert } from "./convert.ts";
import type { GradientLoan } from "./gradient.ts";
import { expectShape } from "./parameter.ts";
import { columnsFrom, type Matrix, matrixAt, matrixOf, multiply, rowsFrom } from "./product.ts";
import { hasRoundedProducts, projectInto } from "./projection.ts";
import { checkCount, integersOf } from "./reductions.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { sumSquares } from "./sum_squares.ts";
import { type CrossEntropyOptions, placeTargets } from "./softmax.ts";
import { allocateTensor, engineOf, rowsOf, type Tensor } from "./tensor.ts";

/**
 * Computes the mean cross-entropy of the logits x[..., K] W^T + b, as `crossEntropy(linear(x, W, b), targets, options)`
 * does, for a weight W[V, K] and an optional bias b[V]. The logits are computed in blocks of rows, and in training the
 * gradients with them, so that no memory of the size of all logits is needed.
 *
 * @example
 * ```ts
 * import { crossEntropy, inference, linear, linearCrossEntropy, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * inference(() => {
 *   const [x, weight] = [tensor([1, -1, 0.5, 2], [2, 2]), tensor([1, 0, 1, 1, 0, 3], [3, 2])];
 *   const targets = Int32Array.of(0, 2);
 *   const loss = crossEntropy(linear(x, weight), targets).item();
 *   assertAlmostEquals(linearCrossEntropy(x, weight, null, targets).item(), loss, 1e-6);
 * });
 * ```
 */
export function linearCrossEntropy(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  targets: Int32Array,
  options: CrossEntropyOptions = {},
): Tensor {
  const action = "linear cross entropy";
  const layer = outputLayer(action, x, weight, bias);
  const { engine, M, N } = layer;
  const scope = Scope.of(engine, action);
  const { scale, at, shares } = placeTargets(action, engine, [...x.shape.slice(0, -1), N], targets, options);
  const loss = allocateTensor(engine, [], action);
  const losses = engine.arena.allocate(M * 4);
  const slopes = scope.training ? new Slopes(layer, scope) : undefined;
  const entropy = { at, shares, scale, losses, slopes: slopes?.isWanted ? slopes : undefined };
  if (goesByColumns(layer)) entropyByColumns(layer, entropy);
  else entropyByRows(layer, entropy);
  engine.run("sum", M, losses, scale, loss.address);
  scope.record(
    "linearCrossEntropy",
    [x, weight, bias],
    [loss],
    () => slopes!.pass(engine.floats(loss.claimGradient(), 1)[0]),
  );
  return loss;
}

/** The result of `linearScores`. */
export interface LinearScores {
  /** -log softmax(logits)[target] of each row, in nats; 0 for ignored rows. */
  readonly losses: Float32Array;
  /** The indexes of the `count` largest logits of each row, as `largest` returns them. */
  readonly largest: Int32Array;
}

/**
 * Computes the cross-entropy of each row of the logits x[..., K] W^T + b, and the indexes of its `count` largest
 * logits, in blocks of rows as `linearCrossEntropy` does. Not differentiable.
 *
 * @example
 * ```ts
 * import { inference, linearScores, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const [x, weight] = [tensor([0, 2, 1], [3, 1]), tensor([1, -1], [2, 1])];
 *   const { losses, largest } = linearScores(x, weight, null, Int32Array.of(1, 1, -1), 1);
 *   assertAlmostEquals(losses[0], Math.log(2), 1e-6);
 *   assertEquals([...largest], [0, 0, 0]);
 * });
 * ```
 */
export function linearScores(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  targets: Int32Array,
  count = 0,
): LinearScores {
  const action = "linear scores";
  checkCount(action, count);
  const layer = outputLayer(action, x, weight, bias);
  const { engine, M, N } = layer;
  const losses = allocateTensor(engine, [M], action);
  const places = allocateTensor(engine, [M, count], action);
  const { at } = placeTargets(action, engine, [...x.shape.slice(0, -1), N], targets, {});
  eachRows(layer, ({ first, rows, logits }) => {
    const own = [offset(at, first), 0, 0, 0, offset(losses.address, first), 0, 0] as const;
    engine.run("cross_entropy", rows, N, logits, bias?.address ?? 0, ...own);
    engine.run("largest", rows, N, count, logits, offset(places.address, first * count));
  });
  return { losses: losses.toArray(), largest: integersOf(places) };
}

/** An output layer and its input: x[M, K], W[N, K] and b[N]. */
interface OutputLayer {
  readonly engine: Engine;
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Whether its products read the weight in 8 bits. */
  readonly isRounded: boolean;
}

function outputLayer(action: string, x: Tensor, weight: Tensor, bias: Tensor | null): OutputLayer {
  const engine = engineOf(action, x, weight, ...bias ? [bias] : []);
  const [N, K] = weight.shape;
  if (x.shape.at(-1) !== K) {
    throw new InputRangeError(`${action}: expected an input [..., ${K}], found ${formatShape(x.shape)}`);
  }
  expectShape(action, weight, [N, K]);
  if (bias) expectShape(action, bias, [N]);
  const isRounded = !Scope.of(engine, action).training && hasRoundedProducts(weight);
  return { engine, x, weight, bias, M: rowsOf(x), N, K, isRounded };
}

/** Whether the products are those of bfloat16 numbers. */
function multipliesHalves({ engine, isRounded }: OutputLayer): boolean {
  return engine.precision === "bf16" && !isRounded;
}

/** The operands and results of the cross-entropy of an output layer. */
interface Entropy {
  /** Address of the targets. */
  readonly at: Address;
  /** Address of the classes' weights or 0, and the share of smoothing. */
  readonly shares: readonly [weights: Address | 0, smoothing: number];
  /** Factor on the sum of the losses. */
  readonly scale: number;
  /** Where each row's loss goes. */
  readonly losses: Address;
  /** Takes the gradients of the logits; undefined if none is wanted. */
  readonly slopes: Slopes | undefined;
}

/** Logits of some rows and columns. */
interface LogitsBlock {
  /** The first row, and the number of rows. */
  readonly first: number;
  readonly rows: number;
  /** The first column, and the number of columns. */
  readonly left: number;
  readonly columns: number;
  /** Address of the logits and, if the engine multiplies floats, then of their gradients. */
  readonly logits: Address;
  /** Where their gradients as bfloat16 numbers go; 0 if the engine multiplies floats. */
  readonly half: Address | 0;
}

/**
 * Memory of a block of rows. Each block reads the weight twice, and reads and writes its gradient, so small blocks
 * cost time, and more with products in WebAssembly, which pack the weight for each.
 */
const BLOCK_BYTES = { native: 2 ** 24, WebAssembly: 2 ** 25 };
const MIN_ROWS = 32;
const MAX_ROWS = 4096;
/** Columns of a block by columns: the blocks of a thread stay in its cache. */
const COLUMNS = 512;

/** Returns the rows of a block of logits [M, N]: a multiple of 8, and about the same for all blocks. */
export function blockRows(M: number, N: number, products: keyof typeof BLOCK_BYTES): number {
  const most = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(BLOCK_BYTES[products] / 4 / N)));
  const blocks = Math.max(1, Math.ceil(M / most));
  return Math.ceil(M / blocks / 8) * 8;
}

/** With fewer rows in a block, the weight and its gradient are read again too often. */
const FEW_ROWS = 256;
/** Floats of a cache line: rows that do not begin at one are slow to write. */
const LINE = 16;

/**
 * Whether blocks of columns are faster, although they compute the logits twice: in bfloat16, where products are cheap
 * and memory is not, if blocks of rows would be small, or their rows not at the beginning of cache lines.
 */
function goesByColumns(layer: OutputLayer): boolean {
  const { M, N } = layer;
  const rows = blockRows(M, N, "native");
  return multipliesHalves(layer) && rows < M && (rows < FEW_ROWS || N % LINE !== 0);
}

function entropyByRows(layer: OutputLayer, { at, shares, scale, losses, slopes }: Entropy): void {
  const { engine, bias, N } = layer;
  eachRows(layer, (block) => {
    const { first, rows, logits, half } = block;
    const own = [offset(at, first), ...shares, scale, offset(losses, first)] as const;
    const [to, narrow] = slopes ? [logits, half] : [0, 0] as const;
    engine.run("cross_entropy", rows, N, logits, bias?.address ?? 0, ...own, to, narrow);
    slopes?.add(block);
  });
}

/** Goes through the columns once for the losses and, if gradients are wanted, again for these. */
function entropyByColumns(layer: OutputLayer, { at, shares, scale, losses, slopes }: Entropy): void {
  const { engine, M, N } = layer;
  const bias = layer.bias?.address ?? 0;
  const states = engine.arena.allocate(M * 16);
  eachColumns(layer, ({ left, columns, logits }) => {
    engine.run("cross_entropy_columns", M, columns, left, logits, bias, at, ...shares, states);
  });
  engine.run("cross_entropy_losses", M, N, at, ...shares, states, losses);
  if (!slopes) return;
  eachColumns(layer, (block) => {
    const { left, columns, logits, half } = block;
    engine.run(
      "cross_entropy_slopes",
      M,
      columns,
      left,
      N,
      logits,
      bias,
      at,
      ...shares,
      scale,
      states,
      half as Address,
    );
    slopes.add(block);
  });
}

/** Calls `use` with the products x W^T of some rows after the other, in memory that all blocks share. */
function eachRows(layer: OutputLayer, use: (block: LogitsBlock) => void): void {
  const { engine, x, weight, M, N, K } = layer;
  const most = Math.min(M, blockRows(M, N, engine.packing === "panels" ? "WebAssembly" : "native"));
  // Kept for all blocks, so it must not lie in memory that only one of them has.
  const halves = multipliesHalves(layer) ? { x: x.half(), weight: weight.half() } : undefined;
  for (let first = 0; first < M; first += most) {
    const rows = Math.min(most, M - first);
    const part = x.part([rows, K], first * K);
    if (halves) part.holdHalf(offset(halves.x, first * K, 2));
    lendLogits(layer, rows, N, (logits, half) => {
      projectInto(part, weight, logits);
      use({ first, rows, left: 0, columns: N, logits, half });
    });
  }
}

/** Calls `use` with the products x W^T of some columns after the other, in memory that all blocks share. */
function eachColumns(layer: OutputLayer, use: (block: LogitsBlock) => void): void {
  const { engine, x, weight, M, N, K } = layer;
  x.half(), weight.half();
  lendLogits(layer, M, Math.min(COLUMNS, N), (logits, half) => {
    for (let left = 0; left < N; left += COLUMNS) {
      const columns = Math.min(COLUMNS, N - left);
      const own = rowsFrom(matrixOf(weight), left);
      multiply(engine, "NT", [M, columns, K], matrixOf(x), own, { address: logits, pitch: columns });
      use({ first: 0, rows: M, left, columns, logits, half });
    }
  });
}

/** Calls `use` with memory for logits and, if the engine multiplies bfloat16 numbers, for such gradients of them. */
function lendLogits(
  { engine }: OutputLayer,
  rows: number,
  columns: number,
  use: (logits: Address, half: Address | 0) => void,
): void {
  engine.arena.lend(() => {
    const logits = engine.arena.allocate(rows * columns * 4);
    use(logits, engine.precision === "bf16" ? engine.arena.allocate(rows * columns * 2) : 0);
  });
}

/** The gradients of an output layer's tensors, for those that require one, in the step's memory. */
class Slopes {
  #layer: OutputLayer;
  #dx: Address | 0;
  #dw: Address | 0;
  #db: Address | 0;
  /** Ones, as bfloat16 numbers: their product with gradients is the gradient of the bias. */
  #ones: Address | undefined;
  /** The memory of the weight's gradient, if it can be borrowed. */
  #loan: GradientLoan | undefined;
  /** The sum of the squares of the weight's gradient so far. */
  #squares = 0;

  constructor(layer: OutputLayer, step: Scope) {
    const place = (tensor: Tensor | null): Address | 0 =>
      layer.M > 0 && tensor?.requiresGradient ? layer.engine.arena.allocate(tensor.size * 4) : 0;
    this.#layer = layer;
    if (layer.M > 0 && layer.weight.requiresGradient) this.#loan = layer.weight.gradient.lend(step);
    [this.#dx, this.#db] = [place(layer.x), place(layer.bias)];
    this.#dw = this.#loan?.address ?? place(layer.weight);
    if (this.#db) layer.engine.run("fill", layer.N, 0, this.#db);
    if (this.#db && layer.engine.precision === "bf16") this.#ones = makeOnes(layer);
  }

  /** Whether any tensor requires a gradient. */
  get isWanted(): boolean {
    return [this.#dx, this.#dw, this.#db].some((address) => address !== 0);
  }

  /** Adds what a block of logits, which holds their gradients, contributes. */
  add(block: LogitsBlock): void {
    const { first, rows, left, columns, logits, half } = block;
    const { engine, weight, K } = this.#layer;
    const slopes = { ...matrixAt(engine, logits, rows, columns), ...half && { half: () => half } };
    const weights = rowsFrom(matrixOf(weight), left);
    const to = (address: Address, row: number) => ({ address: offset(address, row * K), pitch: K });
    if (this.#db) this.#addRowSums(rows, columns, logits, half, offset(this.#db, left));
    if (this.#dx) multiply(engine, "NN", [rows, K, columns], slopes, weights, to(this.#dx, first), left > 0);
    if (this.#dw) this.#addWeightGradient(block, slopes, this.#dw);
  }

  /**
   * With the last rows, it takes some columns at a time, and sums the squares of their gradients for clipping while
   * these are in the processor's cache. Products in WebAssembly take so long that this would save nothing.
   */
  #addWeightGradient({ first, rows, left, columns }: LogitsBlock, slopes: Matrix, to: Address): void {
    const { engine, x, M, K } = this.#layer;
    const inputs = rowsFrom(matrixOf(x), first);
    const isLast = first + rows === M && engine.blas !== undefined;
    const most = isLast ? Math.max(COLUMNS, Math.ceil(K / LINE) * LINE) : columns;
    for (let column = 0; column < columns; column += most) {
      const count = Math.min(most, columns - column);
      const own = { address: offset(to, (left + column) * K), pitch: K };
      multiply(engine, "TN", [count, K, rows], columnsFrom(slopes, column), inputs, own, first > 0);
      if (isLast) this.#squares += sumSquares(engine, own.address, count * K, [0, count * K]);
    }
  }

  #addRowSums(rows: number, columns: number, logits: Address, half: Address | 0, to: Address): void {
    const { engine } = this.#layer;
    if (!this.#ones || !half) engine.run("add_row_sums", rows, columns, logits, columns, to);
    else engine.run("matmul_half", 0, 0, 1, columns, rows, this.#ones, rows, half, columns, to, columns, 1);
  }

  /** Adds the gradients, times the slope of the loss, to those of the tensors. */
  pass(slope: number): void {
    const { x, weight, bias } = this.#layer;
    if (this.#dx) x.addGradient(this.#dx, slope);
    const squares = this.#layer.engine.blas ? this.#squares : undefined;
    if (this.#loan) weight.gradient.settle(this.#loan, slope, squares);
    else if (this.#dw) weight.addGradient(this.#dw, slope);
    if (this.#db) bias!.addGradient(this.#db, slope);
  }
}

/** Returns a row of ones for the rows of a layer's input. */
function makeOnes({ engine, M }: OutputLayer): Address {
  const ones = engine.arena.allocate(M * 4);
  engine.run("fill", M, 1, ones);
  return convert(engine, M, ones);
}
