import type { GraphInput } from "./graph_plan.ts";

/** Makes an input of lengths, which are not all the same: the first is T. */
export function lengthsInput(T: number, B: number, help: string): GraphInput & { readonly values: Int32Array } {
  const values = Int32Array.from({ length: B }, (_, b) => Math.max(1, T - b));
  return { name: "lengths", values, shape: [B], help };
}
