import { InputRangeError } from "../../errors.ts";
import { type Address, type Engine, offset } from "../engine/mod.ts";
import type { GradientLoan } from "./gradient.ts";
import { expectShape } from "./parameter.ts";
import { matrixAt, matrixOf, multiply } from "./product.ts";
import { projectInto } from "./projection.ts";
import { checkCount, integersOf } from "./reductions.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
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
  eachBlock(layer, (block) => {
    const { first, rows, logits } = block;
    const [to, half] = slopes?.isWanted ? [logits, block.half] : [0, 0] as const;
    const own = [offset(at, first), ...shares, scale, offset(losses, first), to, half] as const;
    engine.run("cross_entropy", rows, N, logits, bias?.address ?? 0, ...own);
    slopes?.add(block);
  });
  engine.run("sum", M, losses, scale, loss.address);
  scope.record([x, weight, bias], [loss], () => slopes!.pass(engine.floats(loss.claimGradient(), 1)[0]));
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
 * Computes the cross-entropy of each row of the logits x[..., K] W^T + b, and the indexes of its `count` largest logits,
 * in blocks of rows as `linearCrossEntropy` does. Not differentiable.
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
  eachBlock(layer, ({ first, rows, logits }) => {
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
}

function outputLayer(action: string, x: Tensor, weight: Tensor, bias: Tensor | null): OutputLayer {
  const engine = engineOf(action, x, weight, ...bias ? [bias] : []);
  const [N, K] = weight.shape;
  if (x.shape.at(-1) !== K) {
    throw new InputRangeError(`${action}: expected an input [..., ${K}], found ${formatShape(x.shape)}`);
  }
  expectShape(action, weight, [N, K]);
  if (bias) expectShape(action, bias, [N]);
  return { engine, x, weight, bias, M: rowsOf(x), N, K };
}

/** Logits of some rows, from `first` on. */
interface LogitsBlock {
  readonly first: number;
  readonly rows: number;
  /** Their input [rows, K]. */
  readonly x: Tensor;
  /** Their address. */
  readonly logits: Address;
  /** Where their gradients as bfloat16 numbers go; 0 if the engine multiplies floats. */
  readonly half: Address | 0;
}

/**
 * Memory of a block of logits. Each block reads the weight twice, and reads and writes its gradient, so small blocks
 * cost time, and more with products in WebAssembly, which pack the weight for each.
 */
const BLOCK_BYTES = { native: 2 ** 24, WebAssembly: 2 ** 25 };
const MIN_ROWS = 32;
const MAX_ROWS = 4096;

/** Returns the rows of a block of logits [M, N]: a multiple of 8, and about the same for all blocks. */
export function blockRows(M: number, N: number, products: keyof typeof BLOCK_BYTES): number {
  const most = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(BLOCK_BYTES[products] / 4 / N)));
  const blocks = Math.max(1, Math.ceil(M / most));
  return Math.ceil(M / blocks / 8) * 8;
}

/** Calls `use` with the products x W^T of one block of rows after the other, in memory that all blocks share. */
function eachBlock({ engine, x, weight, M, N, K }: OutputLayer, use: (block: LogitsBlock) => void): void {
  const most = Math.min(M, blockRows(M, N, engine.packing === "panels" ? "WebAssembly" : "native"));
  // Kept for all blocks, so it must not lie in memory that only one of them has.
  if (engine.precision === "bf16") weight.half();
  for (let first = 0; first < M; first += most) {
    const rows = Math.min(most, M - first);
    const part = x.part([rows, K], first * K);
    engine.arena.lend(() => {
      const logits = engine.arena.allocate(rows * N * 4);
      const half = engine.precision === "bf16" ? engine.arena.allocate(rows * N * 2) : 0;
      projectInto(part, weight, logits);
      use({ first, rows, x: part, logits, half });
    });
  }
}

/** The gradients of an output layer's tensors, for those that require one, in the step's memory. */
class Slopes {
  #layer: OutputLayer;
  #dx: Address | 0;
  #dw: Address | 0;
  #db: Address | 0;
  /** The memory of the weight's gradient, if it can be borrowed. */
  #loan: GradientLoan | undefined;

  constructor(layer: OutputLayer, step: Scope) {
    const place = (tensor: Tensor | null): Address | 0 =>
      layer.M > 0 && tensor?.requiresGradient ? layer.engine.arena.allocate(tensor.size * 4) : 0;
    this.#layer = layer;
    if (layer.M > 0 && layer.weight.requiresGradient) this.#loan = layer.weight.gradient.lend(step);
    [this.#dx, this.#db] = [place(layer.x), place(layer.bias)];
    this.#dw = this.#loan?.address ?? place(layer.weight);
    if (this.#db) layer.engine.run("fill", layer.N, 0, this.#db);
  }

  /** Whether any tensor requires a gradient. */
  get isWanted(): boolean {
    return [this.#dx, this.#dw, this.#db].some((address) => address !== 0);
  }

  /** Adds what a block of rows, which holds the gradients of the logits, contributes. */
  add({ first, rows, x, logits, half }: LogitsBlock): void {
    const { engine, weight, N, K } = this.#layer;
    const slopes = { ...matrixAt(engine, logits, rows, N), ...half && { half: () => half } };
    const to = (address: Address) => ({ address, pitch: K });
    if (this.#db) engine.run("add_row_sums", rows, N, logits, N, this.#db);
    if (this.#dx) multiply(engine, "NN", [rows, K, N], slopes, matrixOf(weight), to(offset(this.#dx, first * K)));
    if (this.#dw) multiply(engine, "TN", [N, K, rows], slopes, matrixOf(x), to(this.#dw), first > 0);
  }

  /** Adds the gradients, times the slope of the loss, to those of the tensors. */
  pass(slope: number): void {
    const { x, weight, bias } = this.#layer;
    if (this.#dx) x.addGradient(this.#dx, slope);
    if (this.#loan) weight.gradient.settle(this.#loan, slope);
    else if (this.#dw) weight.addGradient(this.#dw, slope);
    if (this.#db) bias!.addGradient(this.#db, slope);
  }
}
