import { Scope, type Tensor } from "../../src/tensor/mod.ts";
import { allocateTensor, engineOf } from "../../src/tensor/mod.ts";

/**
 * Computes a loss outside the kernels, in double precision: `compute` reads values, writes the derivatives by them, and
 * returns the loss. It takes milliseconds where matrix products take most of a step.
 */
export function hostLoss(x: Tensor, compute: (values: Float32Array, slopes: Float32Array) => number): Tensor {
  const action = "compute a loss";
  const engine = engineOf(action, x);
  const loss = allocateTensor(engine, [], action);
  const slopes = new Float32Array(x.size);
  const value = compute(engine.floats(x.address, x.size), slopes);
  engine.change(loss.address, 1, (own) => own[0] = value);
  Scope.of(engine, action).record("forecastLoss", [x], [loss], () => {
    const address = engine.arena.allocate(x.size * 4);
    engine.change(address, x.size, (own) => own.set(slopes));
    x.addGradient(address, engine.floats(loss.claimGradient(), 1)[0]);
  });
  return loss;
}
