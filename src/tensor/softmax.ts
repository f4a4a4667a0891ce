import { Scope } from "./scope.ts";
import { allocateTensor, formatShape, type Tensor } from "./tensor.ts";

/** The softmax over the last dimension. */
export function softmax(x: Tensor): Tensor {
  const n = x.shape.at(-1) ?? 1;
  const { engine } = x;
  const rows = x.size / n;
  const y = allocateTensor(engine, x.shape, "softmax");
  engine.run("softmax", rows, n, x.address, y.address);
  Scope.of(engine, "softmax").record([x], [y], () => {
    engine.run("softmax_backward", rows, n, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/**
 * The mean cross-entropy, in nats, of logits[..., V] with a target index for each row; negative targets are left out of the mean.
 * Throws a RangeError where a target is no index below V, or their number is not that of the rows.
 */
export function crossEntropy(logits: Tensor, targets: Int32Array): Tensor {
  const V = logits.shape.at(-1) ?? 1;
  const { engine } = logits;
  const rows = logits.size / V;
  if (targets.length !== rows) {
    throw new RangeError(
      `cross entropy: expected ${rows} targets for logits ${formatShape(logits.shape)}, found ${targets.length}`,
    );
  }
  let counted = 0;
  for (const target of targets) {
    if (target >= V) throw new RangeError(`cross entropy: expected targets below ${V}, found ${target}`);
    if (target >= 0) counted++;
  }
  const scale = counted === 0 ? 0 : 1 / counted;
  const loss = allocateTensor(engine, [], "cross entropy");
  const at = engine.placeIntegers(targets);
  const losses = engine.arena.allocate(rows * 4);
  const logSums = engine.arena.allocate(rows * 4);
  engine.run("cross_entropy", rows, V, logits.address, at, losses, logSums);
  engine.run("sum", rows, losses, scale, loss.address);
  Scope.of(engine, "cross entropy").record([logits], [loss], () => {
    const slope = scale * engine.floats(loss.claimGradient(), 1)[0];
    const add = logits.hasGradient ? 1 : 0;
    const to = logits.claimGradient();
    engine.run("cross_entropy_backward", rows, V, logits.address, at, logSums, slope, to, add);
  });
  return loss;
}
