import { InputRangeError } from "../../errors.ts";
import { describeValue, expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import type { Address, Engine } from "../engine/mod.ts";
import { Scope } from "./scope.ts";
import { checkLengths } from "./steps.ts";
import { formatShape, sizeOf } from "./shape.ts";
import { allocateTensor, engineOf, rowsOf, type Tensor } from "./tensor.ts";

/**
 * Computes the softmax over the last dimension of x[..., n]. With `lengths`, one from 1 to n per row, only the first
 * elements of each row take part: the others become 0 and receive no gradient. Throws `RangeError` if a length does not
 * fit.
 *
 * @example
 * ```ts
 * import { inference, softmax, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const scores = tensor(new Float32Array(8), [2, 4]);
 *   assertEquals([...softmax(scores, Int32Array.of(4, 2)).toArray()], [0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0, 0]);
 * });
 * ```
 */
export function softmax(x: Tensor, lengths?: Int32Array): Tensor {
  const engine = engineOf("softmax", x);
  const n = x.shape.at(-1) ?? 1;
  const rows = rowsOf(x);
  if (lengths) checkLengths("softmax", lengths, rows, n);
  const y = allocateTensor(engine, x.shape, "softmax");
  if (lengths) engine.run("softmax_ragged", rows, n, engine.placeIntegers(lengths), x.address, y.address);
  else engine.run("softmax", rows, n, x.address, y.address);
  Scope.of(engine, "softmax").record("softmax", [x, lengths ?? null], [y], () => {
    engine.run("softmax_backward", rows, n, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/**
 * Computes the logarithm of the softmax over the last dimension of x[..., n].
 *
 * @example
 * ```ts
 * import { inference, logSoftmax, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [first] = inference(() => logSoftmax(tensor([1000, 1000])).toArray());
 * assertAlmostEquals(first, Math.log(0.5), 1e-6);
 * ```
 */
export function logSoftmax(x: Tensor): Tensor {
  const engine = engineOf("log softmax", x);
  const n = x.shape.at(-1) ?? 1;
  const rows = rowsOf(x);
  const y = allocateTensor(engine, x.shape, "log softmax");
  engine.run("log_softmax", rows, n, x.address, y.address);
  Scope.of(engine, "log softmax").record("logSoftmax", [x], [y], () => {
    engine.run("log_softmax_backward", rows, n, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /**
   * Label smoothing: the share of every target that is spread evenly over all classes (Szegedy et al. 2016), from 0 to
   * below 1. Default: 0.
   */
  readonly smoothing?: number;
  /** The weight of each of the V classes. Default: 1 for each. */
  readonly weights?: ArrayLike<number>;
  /** The divisor of the sum of the rows' losses. Default: the sum of the targets' weights, for their mean. */
  readonly divisor?: number;
}

const KINDS: OptionKinds<CrossEntropyOptions> = { smoothing: "number", weights: "list", divisor: "number" };

/**
 * Computes the mean cross-entropy, in nats, of logits[..., V] with one target index per row; rows with a negative
 * target are ignored. With class weights w, it is the weighted mean, divided by the sum of w over the targets. Label
 * smoothing e spreads over the classes by their weights, as in PyTorch: w_y (1 - e) (-log p_y) + e / V sum_c w_c (-log
 * p_c).
 * Throws `RangeError` if a target is V or more, if the number of targets is not the number of rows, or if an option is
 * out of range.
 *
 * @example
 * ```ts
 * import { crossEntropy, inference, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * inference(() => {
 *   const logits = tensor(new Float32Array(3 * 4), [3, 4]);
 *   const loss = crossEntropy(logits, Int32Array.of(0, 3, -1)).item(); // The third row is ignored.
 *   assertAlmostEquals(loss, Math.log(4), 1e-6);
 * });
 * ```
 */
export function crossEntropy(logits: Tensor, targets: Int32Array, options: CrossEntropyOptions = {}): Tensor {
  const action = "cross entropy";
  const engine = engineOf(action, logits);
  const scope = Scope.of(engine, action);
  const V = logits.shape.at(-1) ?? 1;
  const rows = rowsOf(logits);
  const { scale, at, shares } = placeTargets(action, engine, logits.shape, targets, options);
  const loss = allocateTensor(engine, [], action);
  const losses = engine.arena.allocate(rows * 4);
  const slopes = scope.training && logits.requiresGradient ? engine.arena.allocate(logits.size * 4) : undefined;
  engine.run("cross_entropy", rows, V, logits.address, 0, at, ...shares, scale, losses, slopes ?? 0, 0);
  engine.run("sum", rows, losses, scale, loss.address);
  scope.record(
    "crossEntropy",
    [logits],
    [loss],
    () => logits.addGradient(slopes!, engine.floats(loss.claimGradient(), 1)[0]),
  );
  return loss;
}

/** The targets of a cross-entropy in the step's memory, and their weights. */
export interface PlacedTargets {
  /** Address of the targets. */
  readonly at: Address;
  /** Address of the class weights, or 0 if they are not needed, and the label smoothing. */
  readonly shares: readonly [weights: Address | 0, smoothing: number];
  /** The reciprocal of the divisor; 0 if no row counts. */
  readonly scale: number;
}

/** Checks and places the targets of logits of a shape [..., V]. */
export function placeTargets(
  action: string,
  engine: Engine,
  shape: readonly number[],
  targets: Int32Array,
  options: CrossEntropyOptions,
): PlacedTargets {
  const { smoothing = 0, weights, divisor } = expectKinds(action, options, KINDS);
  checkTargets(action, shape, targets, options);
  let counted = 0;
  for (const target of targets) if (target >= 0) counted += weights ? weights[target] : 1;
  const at = engine.placeIntegers(targets);
  const isPlain = smoothing === 0 && !weights;
  const shares = [isPlain ? 0 : placeWeights(engine, shape.at(-1) ?? 1, weights), smoothing] as const;
  return { at, shares, scale: counted === 0 ? 0 : 1 / (divisor ?? counted) };
}

function placeWeights(engine: Engine, V: number, weights?: ArrayLike<number>): Address {
  const address = engine.arena.allocate(V * 4);
  if (weights) engine.change(address, V, (own) => own.set(weights));
  else engine.run("fill", V, 1, address);
  return address;
}

function checkTargets(
  action: string,
  shape: readonly number[],
  targets: Int32Array,
  { smoothing = 0, weights, divisor = 1 }: CrossEntropyOptions,
): void {
  expectKind(action, "targets", targets, Int32Array);
  const V = shape.at(-1) ?? 1;
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new InputRangeError(`${action}: expected ${expected}, found ${describeValue(found)}`);
  };
  const rows = sizeOf(shape.slice(0, -1));
  expect(targets.length === rows, `${rows} targets for logits ${formatShape(shape)}`, targets.length);
  for (const target of targets) expect(target < V, `targets below ${V}`, target);
  expect(smoothing >= 0 && smoothing < 1, "a smoothing from 0 to below 1", smoothing);
  expect(divisor > 0 && divisor < Infinity, "a finite divisor above 0", divisor);
  if (!weights) return;
  expect(weights.length === V, `${V} weights`, weights.length);
  const wrong = Array.from(weights).find((weight) => !(weight >= 0 && weight < Infinity));
  expect(wrong === undefined, "finite weights of at least 0", wrong);
}
