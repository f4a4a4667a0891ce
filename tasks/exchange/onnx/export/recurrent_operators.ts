import type { Tensor } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import type { LayerInput, LayerOutput, Weights } from "./recurrent_layer.ts";

/** ONNX's operators of recurrent layers, and where each of its gates is among ours. */
export const OPERATORS: Readonly<Record<string, { readonly operator: string; readonly order: readonly number[] }>> = {
  rnn: { operator: "RNN", order: [0] },
  lstm: { operator: "LSTM", order: [0, 3, 1, 2] },
  gru: { operator: "GRU", order: [1, 0, 2] },
  chogru: { operator: "GRU", order: [1, 0, 2] },
};

/** Returns rows, or numbers, gate by gate in another order. */
function reordered(values: Float32Array, order: readonly number[]): Float32Array {
  const size = values.length / order.length;
  const result = new Float32Array(values.length);
  order.forEach((gate, i) => result.set(values.subarray(gate * size, (gate + 1) * size), i * size));
  return result;
}

/** Returns the matrices of both directions one behind the other, in the operator's order of gates. */
function matrices(
  emission: Emission,
  tensors: readonly Tensor[],
  order: readonly number[],
): string {
  const { graph } = emission;
  const { shape } = tensors[0];
  const size = shape[0] * shape[1];
  const values = new Float32Array(tensors.length * size);
  tensors.forEach((tensor, d) => values.set(reordered(tensor.toArray(), order), d * size));
  const name = emission.nameLike(tensors[0], "_onnx");
  if (!emission.isQuantized) return graph.floats(name, [tensors.length, ...shape], values);
  const each = tensors.map((tensor, d) =>
    emission.rounded(emission.nameLike(tensor, "_onnx"), values.subarray(d * size, (d + 1) * size), shape)
  );
  const single = each.map((one) => graph.node("Unsqueeze", [one, graph.integers([0])]));
  return single.length === 1 ? single[0] : graph.node("Concat", single, { axis: 0 });
}

/** Returns both biases of each direction, one behind the other; empty without biases. */
function biases(emission: Emission, weights: readonly Weights[], order: readonly number[]): string {
  const all = weights.flatMap(({ biasIH, biasHH }) => [biasIH, biasHH]) as (Tensor | null)[];
  if (all.some((bias) => bias === null)) return "";
  const values = all.flatMap((bias) => [...reordered(bias!.toArray(), order)]);
  const dims = [weights.length, values.length / weights.length];
  return emission.graph.floats(emission.nameLike(all[0], "_onnx"), dims, Float32Array.from(values));
}

/** Writes one layer as an operator of ONNX. */
export function runOperator(
  { emission, operation, weights, x, lengths, h, c }: LayerInput,
): LayerOutput {
  const { graph } = emission;
  const { attributes: { cell, nonlinearity } } = operation;
  const own = cell.toLowerCase();
  const { operator, order } = OPERATORS[own];
  const hidden = (weights[0].weightHH as Tensor).shape[1];
  const matrix = (name: "weightIH" | "weightHH"): string =>
    matrices(emission, weights.map((one) => one[name] as Tensor), order);
  const inputs = [x, matrix("weightIH"), matrix("weightHH"), biases(emission, weights, order)];
  const counts = lengths === undefined
    ? ""
    : emission.once(`short ${lengths}`, () => graph.node("Cast", [lengths], { to: 6 }));
  inputs.push(counts, h ?? "", ...own === "lstm" ? [c ?? ""] : []);
  while (inputs.at(-1) === "") inputs.pop();
  const outputs = ["Y", "Y_h", ...own === "lstm" ? ["Y_c"] : []].map((name) => graph.name(`${operator}_${name}`));
  const [y, lastH, lastC] = graph.nodes(operator, inputs, {
    hidden_size: hidden,
    direction: weights.length === 2 ? "bidirectional" : "forward",
    ...own === "rnn" && { activations: weights.map(() => nonlinearity === "relu" ? "Relu" : "Tanh") },
    ...own === "gru" && { linear_before_reset: 1 },
  }, outputs);
  return { output: sideBySide(emission, y, weights.length, hidden), h: lastH, c: lastC };
}

/** Turns outputs [T, D, B, H] into [T, B, D H]. */
function sideBySide({ graph }: Emission, y: string, directions: number, hidden: number): string {
  if (directions === 1) return graph.node("Squeeze", [y, graph.integers([1])]);
  const transposed = graph.node("Transpose", [y], { perm: [0, 2, 1, 3] });
  return graph.node("Reshape", [transposed, graph.integers([0, 0, directions * hidden])]);
}
