import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import type { Cell } from "../../../src/nn/mod.ts";
import { type ImportTask, OUTPUTS } from "./models.ts";
import { isUsual } from "../layers/layer.ts";
import type { ImportedLayer, ImportedNetwork, RecurrentLayer } from "../layers/mod.ts";

/** The tensors of a network of layers, as a checkpoint would have them, and the cells of its recurrent layers. */
export interface NetworkTensors {
  /** The tensors by the layers' names and their own. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** The cells by the layers' names. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Our names of the tensors of the embedding and of the output layer, which the layers' kinds tell. */
  readonly map: ReadonlyMap<string, string>;
}

/** The order of the layers of a model: at most one of each kind but the recurrent ones. */
const ORDER: readonly ImportedLayer["kind"][] = ["embedding", "recurrent", "linear", "activation"];

/**
 * Returns the tensors of a network that was read from a file of Keras, TensorFlow.js or ONNX. Throws `RangeError` if a
 * recurrent layer does what the layers of our models cannot, such as relu or hard sigmoids, if other layers stand
 * between those of our models, if there is no output layer, or if a network for classification has an output for each
 * step.
 */
export function networkTensors({ layers }: ImportedNetwork, task: ImportTask, action: string): NetworkTensors {
  refuseOrder(layers, action);
  refuseFunction(layers, task, action);
  const last = layers.findLast((layer) => layer.kind === "recurrent");
  if (task === "classification" && last?.returns === "sequence") {
    refuse(action, "a classifier that reads the last outputs alone", `${last.name}, which returns those of all steps`);
  }
  const tensors = new Map<string, NamedArray>();
  const cells = new Map<string, Cell>();
  const map = new Map<string, string>();
  const ours: Partial<Record<ImportedLayer["kind"], string>> = { embedding: "embedding", linear: OUTPUTS[task] };
  for (const layer of layers) {
    if (layer.kind === "recurrent") {
      refuseOther(layer, action);
      cells.set(layer.name, layer.cell);
    }
    for (const [name, array] of layer.tensors) {
      const theirs = `${layer.name}.${name}`;
      tensors.set(theirs, array);
      if (ours[layer.kind] !== undefined) map.set(theirs, `${ours[layer.kind]}.${name}`);
    }
  }
  return { tensors, cells, map };
}

function refuseOrder(layers: readonly ImportedLayer[], action: string): void {
  let place = 0;
  for (const [i, { kind, name }] of layers.entries()) {
    const next = ORDER.indexOf(kind);
    if (next < place || (i > 0 && next === place && kind !== "recurrent")) {
      refuse(action, "an embedding, recurrent layers and an output layer", `${name} after ${layers[i - 1].name}`);
    }
    place = next;
  }
  if (!layers.some(({ kind }) => kind === "linear")) refuse(action, "an output layer", "none");
}

/** Throws `RangeError` if the last layer is another function than that which turns the outputs into probabilities. */
function refuseFunction(layers: readonly ImportedLayer[], task: ImportTask, action: string): void {
  const last = layers.at(-1);
  if (last?.kind !== "activation" || /softmax/.test(last.activation)) return;
  const output = layers.find((layer) => layer.kind === "linear");
  if (task === "classification" && last.activation === "sigmoid" && output?.output === 1) return;
  refuse(action, "a softmax, or no function, after the output layer", last.name);
}

function refuse(action: string, expected: string, found: string): never {
  throw new InputRangeError(
    `${action}: expected ${expected}, found ${found}; importLayers reads such a network in a program`,
  );
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
  refuse(action, "a recurrent layer as a model of a task has it", `${found} in ${layer.name}`);
}
