import { Engine } from "../engine/mod.ts";
import { expectKinds, type OptionKinds } from "../schema/mod.ts";
import type { RecordedOperation } from "./operation.ts";
import { Scope, type ScopeOptions } from "./scope.ts";
import type { Tensor } from "./tensor.ts";

/** An operation of a traced run, with its tensors. */
export type TracedOperation = RecordedOperation<Tensor>;

/** The result of `trace`. */
export interface Traced<T> {
  /** The value that `body` returned. */
  readonly result: T;
  /** The operations in the order in which they ran. The step of their tensors has ended, so that only shapes remain. */
  readonly operations: readonly TracedOperation[];
}

const KINDS: OptionKinds<ScopeOptions> = { engine: Engine };

/**
 * Runs `body` as `inference` does, and returns its operations with their names, attributes, inputs and outputs, such as
 * for an exporter. `body` receives the list too, which grows while it runs, and can read the tensors' values. Recurrent
 * layers and other operations on padded steps are one operation each.
 *
 * @example
 * ```ts
 * import { Linear, relu, type Tensor, tensor, trace, type TracedOperation } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = new Linear({ input: 2, output: 3 });
 * const { operations, result } = trace((): Tensor => relu(layer.forward(tensor([1, 2], [1, 2]))));
 * const last: TracedOperation = operations.at(-1)!;
 * assertEquals(operations.map(({ name }) => name), ["constant", "linear", "relu"]);
 * assertEquals(operations[1].inputs.includes(layer.weight), true);
 * assertEquals(last.outputs[0], result);
 * ```
 */
export function trace<T>(
  body: (operations: readonly TracedOperation[]) => T,
  options: ScopeOptions = {},
): Traced<T> {
  const { engine } = expectKinds("trace a run", options, KINDS);
  const operations: TracedOperation[] = [];
  // Only tensors are recorded, and whole numbers.
  const result = Scope.run(false, { engine, trace: operations as RecordedOperation[] }, () => body(operations));
  return { result, operations };
}
