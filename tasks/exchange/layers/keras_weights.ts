import { InputRangeError } from "../../../errors.ts";
import type { KerasLayer } from "./keras_config.ts";
import type { LayerTensor } from "./layer.ts";

/** The weights of a layer in a file without a configuration. */
export interface WeightGroup {
  /** The layer's name. */
  readonly name: string;
  /** Its weights under the last parts of their names. */
  readonly weights: readonly LayerTensor[];
}

/** The classes of recurrent layers by their number of gates. */
const CLASSES: Readonly<Record<number, string>> = { 1: "SimpleRNN", 3: "GRU", 4: "LSTM" };

/**
 * Finds the layers that a file of weights alone belongs to. Functions and what a recurrent layer returns are not in
 * such a file: the notes say what is assumed. Throws `RangeError` that names a layer whose weights are of no known
 * kind.
 */
export function inferLayers(
  groups: readonly WeightGroup[],
  action: string,
): { list: KerasLayer[]; notes: readonly string[] } {
  const list = groups.filter(({ weights }) => weights.length > 0).map((group) => inferLayer(group, action));
  const notes = [
    "The file has weights alone: functions are taken to be the usual ones, without any after linear layers, and " +
    "recurrent layers to return all outputs.",
  ];
  return { list, notes };
}

function inferLayer({ name, weights }: WeightGroup, action: string): KerasLayer {
  const kinds = weights.map(({ name }) => name).join(" ");
  const [{ shape: [rows, columns = 0] }, second] = weights;
  if (kinds === "embeddings") {
    return { className: "Embedding", name, config: { name, input_dim: rows, output_dim: columns } };
  }
  if (kinds === "kernel" || kinds === "kernel bias") {
    return { className: "Dense", name, config: { name, units: columns, use_bias: weights.length > 1 } };
  }
  const direction = /^(kernel recurrent_kernel(?: bias)?)(?: \1)?$/.exec(kinds);
  const units = second?.shape[0] ?? 0;
  const className = CLASSES[columns / units];
  if (!direction || !className) {
    throw new InputRangeError(
      `${action}: expected weights of a layer that is known, found ${name} with ${kinds.slice(0, 100)}`,
    );
  }
  const use_bias = direction[1].endsWith("bias");
  const reset_after = className === "GRU" && use_bias ? weights[2].shape.length === 2 : true;
  const config = { name, units, use_bias, reset_after, return_sequences: true };
  if (direction[0] === direction[1]) return { className, name, config };
  return {
    className: "Bidirectional",
    name,
    config: { name, merge_mode: "concat", layer: { class_name: className, config } },
  };
}
