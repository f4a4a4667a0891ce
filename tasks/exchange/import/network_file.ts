import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import type { Cell } from "../../../src/nn/mod.ts";
import { isUsual } from "../layers/layer.ts";
import type { ImportedLayer, ImportedNetwork, RecurrentLayer } from "../layers/mod.ts";

/** The tensors of a network of layers, as a checkpoint would have them, and the cells of its recurrent layers. */
export interface NetworkTensors {
  /** The tensors by the layers' names and their own. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** The cells by the layers' names. */
  readonly cells: ReadonlyMap<string, Cell>;
}

/**
 * Returns the tensors of a network that was read from a file of Keras, TensorFlow.js or ONNX. Throws `RangeError` if a
 * recurrent layer does what the layers of our models cannot, such as relu or hard sigmoids.
 */
export function networkTensors({ layers }: ImportedNetwork, action: string): NetworkTensors {
  const tensors = new Map<string, NamedArray>();
  const cells = new Map<string, Cell>();
  for (const layer of layers) {
    if (layer.kind === "recurrent") {
      refuseOther(layer, action);
      cells.set(layer.name, layer.cell);
    }
    for (const [name, array] of layer.tensors) tensors.set(nameOf(layer, name), array);
  }
  return { tensors, cells };
}

function nameOf({ name }: ImportedLayer, tensor: string): string {
  return `${name}.${tensor}`;
}

function refuseOther(layer: RecurrentLayer, action: string): void {
  const found = layer.gateSlope !== undefined
    ? "hard sigmoids"
    : layer.clip !== undefined
    ? "clip"
    : !isUsual(layer) || layer.activation !== "tanh"
    ? "other functions than tanh and the logistic one"
    : layer.direction === "reverse"
    ? "a layer that reads backward only"
    : layer.direction === "bidirectional" && layer.merge !== "concat"
    ? `outputs of two directions joined by ${layer.merge}`
    : layer.initial
    ? "initial states"
    : undefined;
  if (found === undefined) return;
  throw new InputRangeError(
    `${action}: expected a recurrent layer as a model of a task has it, found ${found} in ${layer.name}; ` +
      "importLayers reads such a network in a program",
  );
}
