import type { Values } from "./affine.ts";

/** Rows of `weight` [V, E] by `ids` [N]: output [N, E]; backward adds each output's gradient to its row. */
export function embedding(
  { ids, weight, V, E }: { ids: Values; weight: Values; V: number; E: number },
): { output: Float64Array; backward(dOutput: Values): { dWeight: Float64Array } } {
  const output = new Float64Array(ids.length * E);
  for (let n = 0; n < ids.length; n++) {
    for (let e = 0; e < E; e++) output[n * E + e] = weight[ids[n] * E + e];
  }
  return {
    output,
    backward(dOutput) {
      const dWeight = new Float64Array(V * E);
      for (let n = 0; n < ids.length; n++) {
        for (let e = 0; e < E; e++) dWeight[ids[n] * E + e] += dOutput[n * E + e];
      }
      return { dWeight };
    },
  };
}
