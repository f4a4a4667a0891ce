import { InputRangeError } from "../../../errors.ts";
import {
  functionOf,
  type KerasFile,
  type KerasLayer,
  kerasLayer,
  type KerasOrigin,
  show,
  sizeOf,
} from "./keras_config.ts";
import { kerasRecurrent } from "./keras_recurrent.ts";
import {
  type ActivationLayer,
  ACTIVATIONS,
  expectTensor,
  type ImportedLayer,
  type LayerTensor,
  type Origin,
  tensorMap,
  transposed,
} from "./layer.ts";

/** Returns a layer's weights in Keras's order; of a bidirectional layer those of the forward direction first. */
export type KerasWeights = (layer: KerasLayer) => readonly LayerTensor[];

/** The layers of a Keras network, and sentences about the parts that were left out. */
export interface KerasNetwork {
  readonly layers: readonly ImportedLayer[];
  readonly notes: readonly string[];
}

/** Layers that change nothing when a network is used. */
const IDLE = ["InputLayer", "Dropout", "SpatialDropout1D", "Masking", "ActivityRegularization"];

/** Layers that are read, in messages. */
const KNOWN = "Embedding, SimpleRNN, LSTM, GRU, Bidirectional, Dense, TimeDistributed, Activation";

/** Converts the layers of a Keras network. Throws `RangeError` that names a layer or an option that is not known. */
export function convertKeras(list: readonly KerasLayer[], weightsOf: KerasWeights, file: KerasFile): KerasNetwork {
  const layers: ImportedLayer[] = [];
  const notes: string[] = [];
  for (const layer of list) {
    const { className, name, config } = layer;
    const origin = { ...file, layer: `the ${className} ${name}` };
    if (IDLE.includes(className)) {
      if (className === "Masking") {
        notes.push(`${name} skips steps whose inputs are all ${show(config.mask_value ?? 0)}: give the lengths.`);
      } else if (className !== "InputLayer") {
        notes.push(`${name} (${className}) is left out: it only acts in training.`);
      }
      continue;
    }
    layers.push(...convertLayer(layer, weightsOf, origin, notes));
  }
  return { layers, notes };
}

function convertLayer(
  layer: KerasLayer,
  weightsOf: KerasWeights,
  origin: KerasOrigin,
  notes: string[],
): ImportedLayer[] {
  const { className, name, config } = layer;
  if (className === "Embedding") {
    const [size, width] = [sizeOf(origin, config, "input_dim"), sizeOf(origin, config, "output_dim")];
    const weight = expectTensor(origin, weightsOf(layer)[0], [size, width], "the embeddings");
    if (config.mask_zero === true) notes.push(`${name} marks the id 0 as padding: give the lengths.`);
    return [{ kind: "embedding", name, size, width, tensors: tensorMap({ ...weight, name: "weight" }) }];
  }
  if (className === "Dense") return dense(layer, weightsOf(layer), origin);
  if (className === "TimeDistributed") {
    const inner = kerasLayer(config.layer, origin.action);
    if (inner.className !== "Dense") refuseClass(origin, `${className} of ${inner.className}`);
    return dense({ ...inner, name }, weightsOf(layer), origin);
  }
  if (className === "Activation" || className === "Softmax") {
    if (className === "Softmax" && ![undefined, null, -1].includes(config.axis as null)) {
      throw new InputRangeError(`${origin.action}: expected -1 as axis of ${origin.layer}, found ${show(config.axis)}`);
    }
    return activation(name, className === "Softmax" ? "softmax" : functionOf(config.activation), origin);
  }
  if (["SimpleRNN", "LSTM", "GRU", "Bidirectional"].includes(className)) {
    return [kerasRecurrent(layer, weightsOf(layer), origin, notes)];
  }
  return refuseClass(origin, className);
}

function refuseClass({ action, layer }: Origin, className: string): never {
  throw new InputRangeError(`${action}: expected layers of ${KNOWN}, found ${layer}, a layer of ${className}`);
}

/** Converts a dense layer and the function after it. */
function dense({ name, config }: KerasLayer, [kernel, bias]: readonly LayerTensor[], origin: Origin): ImportedLayer[] {
  const output = sizeOf(origin, config, "units");
  const input = kernel?.shape[0] ?? 0;
  const weight = transposed(expectTensor(origin, kernel, [input, output], "the kernel"), "weight");
  const hasBias = config.use_bias !== false;
  const tensors = hasBias
    ? tensorMap(weight, { ...expectTensor(origin, bias, [output], "the bias"), name: "bias" })
    : tensorMap(weight);
  return [{ kind: "linear", name, input, output, tensors }, ...activation(name, functionOf(config.activation), origin)];
}

function activation(name: string, found: string, { action, layer }: Origin): ActivationLayer[] {
  if (found === "linear") return [];
  const known = ACTIVATIONS.find((known) => known === found);
  if (known) return [{ kind: "activation", name: `${name}.${known}`, activation: known, tensors: tensorMap() }];
  const names = ["linear", ...ACTIVATIONS].join(", ");
  throw new InputRangeError(`${action}: expected one of ${names} as activation of ${layer}, found ${found}`);
}
