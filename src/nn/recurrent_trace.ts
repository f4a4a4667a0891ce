import type { RecurrentAttributes, Scope, Tensor } from "../tensor/mod.ts";
import type { LayerWeights } from "./recurrence.ts";
import type { SequenceOptions, SequenceResult } from "./states.ts";

/** The attributes of a cell in a trace. */
export type CellAttributes = Pick<RecurrentAttributes, "cell" | "nonlinearity" | "rounds">;

/** Adds a run of recurrent layers to the trace. */
export function noteRun(
  scope: Scope,
  x: Tensor,
  { state, lengths }: SequenceOptions,
  { output, state: next, last }: SequenceResult,
  attributes: Omit<RecurrentAttributes, "weights"> & { readonly weights: readonly LayerWeights[] },
): void {
  // Only an `Int32Array` is an input that a trace can follow.
  const own = lengths instanceof Int32Array ? lengths : lengths ? Int32Array.from(lengths) : null;
  const inputs = [x, own, state?.h ?? null, state?.c ?? null, state?.x ?? null];
  const weights = attributes.weights as readonly unknown[] as RecurrentAttributes["weights"];
  scope.note("recurrent", inputs, [output, next.h, next.c ?? null, next.x ?? null, last], { ...attributes, weights });
}
