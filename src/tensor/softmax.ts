import { expectKinds, type OptionKinds } from "../schema/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { Scope } from "./scope.ts";
import { checkLengths } from "./steps.ts";
import { allocateTensor, formatShape, type Tensor } from "./tensor.ts";

/**
 * The softmax over the last dimension of x[..., n], or, where `lengths` has a number from 1 to n for each row, over that many first elements of
 * it; the others become 0, and what stands in them reaches nothing. Throws a RangeError for other lengths.
 */
export function softmax(x: Tensor, lengths?: Int32Array): Tensor {
  const n = x.shape.at(-1) ?? 1;
  const { engine } = x;
  const rows = x.size / n;
  if (lengths) checkLengths("softmax", lengths, rows, n);
  const y = allocateTensor(engine, x.shape, "softmax");
  if (lengths) engine.run("softmax_ragged", rows, n, engine.placeIntegers(lengths), x.address, y.address);
  else engine.run("softmax", rows, n, x.address, y.address);
  Scope.of(engine, "softmax").record([x], [y], () => {
    engine.run("softmax_backward", rows, n, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Share of every target that is spread evenly over all classes (Szegedy et al. 2016), from 0 to below 1; 0 where absent. */
  readonly smoothing?: number;
  /** How often each of the V classes counts; once where absent. */
  readonly weights?: ArrayLike<number>;
}

const KINDS: OptionKinds<CrossEntropyOptions> = { smoothing: "number", weights: "list" };

/**
 * The mean cross-entropy, in nats, of logits[..., V] with a target index for each row; negative targets are left out of the mean. With `weights`
 * w it is the weighted mean, the sum of w of the targets in the denominator, and label smoothing spreads its share e over the classes by
 * their weights, as PyTorch has it: w_y (1 - e) (-log p_y) + e / V sum_c w_c (-log p_c).
 * Throws a RangeError where a target is no index below V, or their number is not that of the rows, or for impossible options.
 */
export function crossEntropy(logits: Tensor, targets: Int32Array, options: CrossEntropyOptions = {}): Tensor {
  const { smoothing = 0, weights } = expectKinds("cross entropy", options, KINDS);
  const V = logits.shape.at(-1) ?? 1;
  const { engine } = logits;
  const rows = logits.size / V;
  checkTargets(logits, targets, options);
  let counted = 0;
  for (const target of targets) if (target >= 0) counted += weights ? weights[target] : 1;
  const scale = counted === 0 ? 0 : 1 / counted;
  const loss = allocateTensor(engine, [], "cross entropy");
  const at = engine.placeIntegers(targets);
  const losses = engine.arena.allocate(rows * 4);
  const logSums = engine.arena.allocate(rows * 4);
  const isPlain = smoothing === 0 && !weights;
  const shares = isPlain ? [] : [placeWeights(engine, V, weights), smoothing];
  const kernel = isPlain ? "cross_entropy" : "smoothed_cross_entropy";
  engine.run(kernel, rows, V, logits.address, at, ...shares, losses, logSums);
  engine.run("sum", rows, losses, scale, loss.address);
  Scope.of(engine, "cross entropy").record([logits], [loss], () => {
    const slope = scale * engine.floats(loss.claimGradient(), 1)[0];
    const add = logits.hasGradient ? 1 : 0;
    const to = logits.claimGradient();
    engine.run(`${kernel}_backward`, rows, V, logits.address, at, ...shares, logSums, slope, to, add);
  });
  return loss;
}

function placeWeights(engine: Engine, V: number, weights?: ArrayLike<number>): number {
  const address = engine.arena.allocate(V * 4);
  if (weights) engine.change(address, V, (own) => own.set(weights));
  else engine.run("fill", V, 1, address);
  return address;
}

function checkTargets(logits: Tensor, targets: Int32Array, { smoothing = 0, weights }: CrossEntropyOptions): void {
  const V = logits.shape.at(-1) ?? 1;
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new RangeError(`cross entropy: expected ${expected}, found ${found}`);
  };
  const rows = logits.size / V;
  expect(targets.length === rows, `${rows} targets for logits ${formatShape(logits.shape)}`, targets.length);
  for (const target of targets) expect(target < V, `targets below ${V}`, target);
  expect(smoothing >= 0 && smoothing < 1, "a smoothing from 0 to below 1", smoothing);
  if (!weights) return;
  expect(weights.length === V, `${V} weights`, weights.length);
  const wrong = Array.from(weights).find((weight) => !(weight >= 0 && weight < Infinity));
  expect(wrong === undefined, "finite weights of at least 0", wrong);
}
