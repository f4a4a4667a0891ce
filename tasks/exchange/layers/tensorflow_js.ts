import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { decodeElements } from "../../../src/formats/elements.ts";
import { parseJSON } from "../../../src/schema/mod.ts";
import { hardSlopeOf, isObject, type KerasLayer, kerasLayers, show } from "./keras_config.ts";
import { convertKeras, type KerasNetwork } from "./keras_layers.ts";
import type { LayerTensor } from "./layer.ts";
import type { ReadNeighbour } from "./neighbours.ts";

/** Widths in bytes of the numbers that a file may store. */
const WIDTHS: Readonly<Record<string, number>> = { float32: 4, float16: 2, uint16: 2, uint8: 1 };

/** A weight in the manifest. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** How it is stored. */
  readonly stored: string;
  /** A stored whole number stands for its product with `scale`, plus `min`. */
  readonly scale: number;
  readonly min: number;
}

/**
 * Reads a TensorFlow.js model: its `model.json` and the files of weights beside it. Throws `RangeError` or
 * `SyntaxError`, with `action` in front, if it is no layers model.
 */
export async function readTensorFlowJs(
  bytes: Uint8Array,
  readNeighbour: ReadNeighbour,
  action: string,
): Promise<KerasNetwork> {
  const model = parseJSON(new TextDecoder().decode(bytes), `${action}: expected JSON`);
  if (!isObject(model) || !isObject(model.modelTopology)) {
    throw new InputSyntaxError(`${action}: expected a TensorFlow.js model, found JSON without modelTopology`);
  }
  const { modelTopology: topology, format } = model;
  if (format === "graph-model" || "node" in topology || "library" in topology) {
    throw new InputRangeError(
      `${action}: expected a layers model of TensorFlow.js, found a graph model; convert the Keras model with ` +
        "--output_format=tfjs_layers_model",
    );
  }
  const list = kerasLayers(isObject(topology.model_config) ? topology.model_config : topology, action);
  const weights = await readWeights(model.weightsManifest, readNeighbour, action);
  return convertKeras(list, (layer) => weightsOf(layer, weights), { action, hardSlope: hardSlopeOf(undefined) });
}

/** A layer's weights: those whose names begin with its own. */
function weightsOf({ name }: KerasLayer, weights: readonly LayerTensor[]): LayerTensor[] {
  return weights.filter((tensor) => tensor.name.startsWith(`${name}/`));
}

async function readWeights(manifest: unknown, readNeighbour: ReadNeighbour, action: string): Promise<LayerTensor[]> {
  if (!Array.isArray(manifest)) refuse(action, "weightsManifest as a list", show(manifest));
  const tensors: LayerTensor[] = [];
  for (const group of manifest) {
    if (!isObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
      refuse(action, "paths and weights in weightsManifest", show(group));
    }
    const parts: Uint8Array[] = [];
    for (const path of group.paths) {
      if (typeof path !== "string") refuse(action, "names of files in weightsManifest", show(path));
      parts.push(await readNeighbour(path));
    }
    const entries = group.weights.map((entry) => readEntry(entry, action));
    tensors.push(...cut(new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()), entries, action));
  }
  return tensors;
}

function refuse(action: string, expected: string, found: string): never {
  throw new InputSyntaxError(`${action}: expected ${expected}, found ${found}`);
}

function readEntry(entry: unknown, action: string): Entry {
  if (!isObject(entry) || typeof entry.name !== "string") refuse(action, "a weight with a name", show(entry));
  const { name, shape, dtype, quantization } = entry;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) refuse(action, `sizes as shape of ${name}`, show(shape));
  const given = isObject(quantization) ? quantization : {};
  const stored = typeof given.dtype === "string" ? given.dtype : dtype;
  if (dtype !== "float32" || typeof stored !== "string" || !(stored in WIDTHS)) {
    throw new InputRangeError(
      `${action}: expected float32 as type of ${name}, found ${show(dtype)} as ${show(stored)}`,
    );
  }
  const { scale = 1, min = 0 } = given;
  if (typeof scale !== "number" || typeof min !== "number") {
    refuse(action, `numbers as scale and min of ${name}`, show(given));
  }
  return { name, shape, stored, scale, min };
}

/** Cuts the bytes of a group into its weights. */
function cut(bytes: Uint8Array, entries: readonly Entry[], action: string): LayerTensor[] {
  const sizes = entries.map(({ shape, stored }) => shape.reduce((product, size) => product * size, 1) * WIDTHS[stored]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== bytes.length) {
    throw new InputRangeError(
      `${action}: expected ${total} bytes of weights by weightsManifest, found ${bytes.length} in its files`,
    );
  }
  let at = 0;
  return entries.map(({ name, shape, stored, scale, min }, i) => {
    const part = bytes.subarray(at, at += sizes[i]);
    if (stored === "float32") return { name, shape, data: decodeElements("F32", part) as Float32Array };
    if (stored === "float16") return { name, shape, data: decodeElements("F16", part) as Float32Array };
    const whole = stored === "uint8" ? part : new Uint16Array(part.slice().buffer);
    return { name, shape, data: Float32Array.from(whole, (value: number) => value * scale + min) };
  });
}
