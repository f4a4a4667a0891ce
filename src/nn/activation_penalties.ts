import { InputRangeError } from "../../errors.ts";
import { type Address, type Engine, offset } from "../engine/mod.ts";
import { engineOf, formatShape, Scope, sizeOf, type Tensor } from "../tensor/mod.ts";

/** Consecutive rows: the first, and that behind the last. */
type Run = readonly [first: number, end: number];

/**
 * In training, adds the gradient of `factor` times the mean square of x `[..., H]` to that of x (activation
 * regularization; Merity et al. 2017). The loss itself does not include it. Call it before anything that uses x.
 *
 * @param targets Targets of the rows of x; those with a negative target are ignored. Default: no row is ignored.
 *
 * @example
 * ```ts
 * import { penalizeActivations, penalizeChanges, sum, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * training(() => {
 *   const states = tensor([1, 3], [2, 1, 1], { requiresGradient: true });
 *   penalizeActivations(states, 10); // 10 (1 + 9) / 2
 *   penalizeChanges(states, 10); // 10 (3 - 1)^2
 *   sum(states).backward();
 *   assertEquals([...states.gradients()], [1 + 10 - 40, 1 + 30 + 40]);
 * });
 * ```
 */
export function penalizeActivations(x: Tensor, factor: number, targets?: Int32Array): void {
  const engine = checkPenalty("penalize activations", x, factor, targets);
  const rows = rowsOf(x);
  const width = x.size / rows;
  const runs = runsOf(rows, (row) => isCounted(targets, row));
  penalize(x, factor, runs, (slope, [first, end], dx) => {
    const at = first * width;
    engine.run("add_scaled", (end - first) * width, slope, offset(x.address, at), offset(dx, at));
  });
}

/**
 * In training, adds the gradient of `factor` times the mean square of x_t - x_{t-1} to that of x `[T, B, H]` (temporal
 * activation regularization; Merity et al. 2017). The loss itself does not include it. Call it before anything that
 * uses x.
 *
 * @param targets Targets `[T, B]`; steps with a negative target are ignored. Default: no step is ignored.
 */
export function penalizeChanges(x: Tensor, factor: number, targets?: Int32Array): void {
  const engine = checkPenalty("penalize changes", x, factor, targets);
  if (x.shape.length !== 3) {
    throw new InputRangeError(`penalize changes: expected states [T, B, H], found ${formatShape(x.shape)}`);
  }
  const [T, B, H] = x.shape;
  const runs = runsOf((T - 1) * B, (row) => isCounted(targets, row) && isCounted(targets, row + B));
  penalize(x, factor, runs, (slope, [first, end], dx) => {
    const [before, after] = [first * H, (first + B) * H];
    const add = (sign: number, from: number, to: number): void =>
      engine.run("add_scaled", (end - first) * H, sign * slope, offset(x.address, from), offset(dx, to));
    add(1, before, before);
    add(-1, after, before);
    add(1, after, after);
    add(-1, before, after);
  });
}

function isCounted(targets: Int32Array | undefined, row: number): boolean {
  return targets === undefined || targets[row] >= 0;
}

function checkPenalty(action: string, x: Tensor, factor: number, targets?: Int32Array): Engine {
  const engine = engineOf(action, x);
  if (!(factor >= 0 && Number.isFinite(factor))) {
    throw new InputRangeError(`${action}: expected a factor of at least 0, found ${factor}`);
  }
  if (targets && targets.length !== rowsOf(x)) {
    throw new InputRangeError(`${action}: expected ${rowsOf(x)} targets, found ${targets.length}`);
  }
  return engine;
}

function rowsOf({ shape }: Tensor): number {
  return sizeOf(shape.slice(0, -1));
}

/** Returns the runs of rows that `isCounted` holds for. */
function runsOf(count: number, isCounted: (row: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < count; row++) {
    if (!isCounted(row)) continue;
    const first = row;
    while (row < count && isCounted(row)) row++;
    runs.push([first, row]);
  }
  return runs;
}

/** Lets `add` add the gradient of `factor` times a mean of squares over the rows of the runs, run by run. */
function penalize(
  x: Tensor,
  factor: number,
  runs: readonly Run[],
  add: (slope: number, run: Run, dx: Address) => void,
): void {
  const rows = runs.reduce((sum, [first, end]) => sum + end - first, 0);
  if (factor === 0 || rows === 0) return;
  const slope = 2 * factor / (rows * x.size / rowsOf(x));
  const scope = Scope.of(x.engine, "penalize");
  if (!scope.dropout) return;
  // The penalty's gradient is that of x itself, which products of rows of a table would pass by.
  x.forgetSource();
  scope.record("penalty", [x], [x], () => {
    const dx = x.zeroedGradient();
    for (const run of runs) add(slope * scope.slope, run, dx);
  });
}
