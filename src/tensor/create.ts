import { Engine } from "../engine/mod.ts";
import { expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import { checkShape, sizeOf } from "./shape.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, Tensor } from "./tensor.ts";

/** Options of `tensor`. */
export interface TensorOptions {
  /** The engine that holds the tensor. Default: `Engine.default()`. */
  readonly engine?: Engine;
  /** Whether `backward` computes its gradient. Default: false. */
  readonly requiresGradient?: boolean;
}

const KINDS: OptionKinds<TensorOptions> = { engine: Engine, requiresGradient: "boolean" };

/**
 * Copies row-major values into a tensor of the open scope. Throws `RangeError` if they do not fill the shape.
 *
 * @example
 * ```ts
 * import { mul, sum, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * training(() => {
 *   const x = tensor([1, 2], [2], { requiresGradient: true });
 *   sum(mul(x, x)).backward();
 *   assertEquals([...x.gradients()], [2, 4]);
 * });
 * ```
 */
export function tensor(
  values: ArrayLike<number>,
  shape: readonly number[] = [values?.length],
  options: TensorOptions = {},
): Tensor {
  expectKind("make a tensor", "its values", values, "list");
  const { engine = Engine.default(), requiresGradient = false } = expectKinds("make a tensor", options, KINDS);
  checkShape("make a tensor", shape);
  const made = allocateTensor(engine, shape, "make a tensor");
  made.setValues(values);
  made.requiresGradient = requiresGradient;
  Scope.current(engine)?.note("constant", [], [made], { values });
  return made;
}

/**
 * Creates a tensor of zeros that lives until it is unreachable, such as a recurrent state carried from step to step.
 *
 * @example
 * ```ts
 * import { affine, inference, persistentTensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const count = persistentTensor([1]);
 * for (let step = 0; step < 3; step++) inference(() => count.assign(affine(count, 1, 1).toArray()));
 * assertEquals(count.item(), 3);
 * ```
 */
export function persistentTensor(shape: readonly number[], engine: Engine = Engine.default()): Tensor {
  checkShape("make a tensor", shape);
  const block = engine.allocate(sizeOf(shape) * 4);
  return new Tensor({ engine, shape, address: block.address, block });
}
