import { InputRangeError } from "../../../errors.ts";
import { openZip } from "../../../src/formats/zip.ts";
import { parseJSON } from "../../../src/schema/mod.ts";
import { Hdf5File } from "./hdf5.ts";
import { hardSlopeOf, isObject, type KerasLayer, kerasLayers } from "./keras_config.ts";
import { convertKeras, type KerasNetwork } from "./keras_layers.ts";
import { inferLayers } from "./keras_weights.ts";
import type { LayerTensor } from "./layer.ts";

/** The files of a `.keras` archive. */
const [CONFIG, WEIGHTS, METADATA] = ["config.json", "model.weights.h5", "metadata.json"];

/** Names of the groups of layers in a file of weights, of Keras 3 and of the versions before. */
const LAYER_GROUPS = ["layers", "_layer_checkpoint_dependencies"];

/** Most weights of one layer. */
const MOST_WEIGHTS = 8;

/** Reads a `.keras` file. Throws `RangeError` or `SyntaxError`, with `action` in front, for another file. */
export async function readKeras(bytes: Uint8Array<ArrayBuffer>, action: string): Promise<KerasNetwork> {
  const archive = inFront(action, () => openZip(bytes));
  for (const name of [CONFIG, WEIGHTS]) {
    if (archive.names.includes(name)) continue;
    const found = archive.names.some((name) => name.endsWith("data.pkl")) ? "a PyTorch file" : `one without ${name}`;
    throw new InputRangeError(`${action}: expected a .keras archive, found ${found}`);
  }
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
    archive.read(name).catch((error) => {
      throw new InputRangeError(`${action}: ${(error as Error).message}`);
    });
  const parse = async (name: string): Promise<unknown> =>
    parseJSON(new TextDecoder().decode(await read(name)), `${action}: read ${name}: expected JSON`);
  const [config, weights] = [await parse(CONFIG), await read(WEIGHTS)];
  const metadata = archive.names.includes(METADATA) ? await parse(METADATA) : undefined;
  const hardSlope = hardSlopeOf(isObject(metadata) ? metadata.keras_version : undefined);
  const list = kerasLayers(config, action);
  const file = await Hdf5File.open(weights, action);
  const paths = groupPaths(list, file);
  return convertKeras(list, (layer) => listWeights(file, paths.get(layer)!, layer), { action, hardSlope });
}

function inFront<T>(action: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputRangeError(`${action}: ${(error as Error).message}`);
  }
}

/**
 * The group of each layer's weights: it has the name of the layer's class, with a number for the second layer of the
 * class and those after it.
 */
function groupPaths(list: readonly KerasLayer[], file: Hdf5File): Map<KerasLayer, readonly string[]> {
  const top = LAYER_GROUPS.find((name) => file.keys([]).includes(name)) ?? LAYER_GROUPS[0];
  const counts = new Map<string, number>();
  return new Map(list.map((layer) => {
    const base = snakeCase(layer.className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return [layer, [top, count === 0 ? base : `${base}_${count}`]];
  }));
}

/** Converts a name of a class as Keras does: `SimpleRNN` becomes `simple_rnn`. */
function snakeCase(name: string): string {
  return name.replaceAll(/\W+/g, "").replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2").replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

function listWeights(file: Hdf5File, path: readonly string[], { className }: KerasLayer): LayerTensor[] {
  const parts: Readonly<Record<string, readonly string[][]>> = {
    Bidirectional: [["forward_layer", "cell"], ["backward_layer", "cell"]],
    TimeDistributed: [["layer"]],
    ...Object.fromEntries(["SimpleRNN", "LSTM", "GRU"].map((name) => [name, [["cell"]]])),
  };
  return (parts[className] ?? [[]]).flatMap((part) => {
    const vars = [...path, ...part, "vars"];
    const count = Math.min(file.keys(vars).length, MOST_WEIGHTS);
    const tensors = Array.from({ length: count }, (_, i) => file.tensor([...vars, `${i}`], `${i}`));
    return tensors.filter((tensor) => tensor !== undefined);
  });
}

/**
 * Reads an HDF5 file of Keras: a whole model or, of early versions, weights alone, from whose names and shapes the
 * layers follow. Throws `RangeError` or `SyntaxError`, with `action` in front, for another file.
 */
export async function readKerasHdf5(bytes: Uint8Array, action: string): Promise<KerasNetwork> {
  const file = await Hdf5File.open(bytes, action);
  const config = file.texts([])?.get("model_config");
  if (typeof config === "string") {
    const list = kerasLayers(parseJSON(config, `${action}: expected JSON`), action);
    const hardSlope = hardSlopeOf(file.texts([])?.get("keras_version"));
    return convertKeras(list, ({ name }) => namedWeights(file, ["model_weights", name]), { action, hardSlope });
  }
  const names = textList(file, [], "layer_names");
  if (names.length === 0) {
    const found = LAYER_GROUPS.some((name) => file.keys([]).includes(name))
      ? "weights without the network; save both with model.save('model.keras')"
      : "another HDF5 file";
    throw new InputRangeError(`${action}: expected a Keras model, found ${found}`);
  }
  const groups = names.map((name) => ({ name, weights: namedWeights(file, [name]) }));
  const { list, notes } = inferLayers(groups, action);
  const weights = new Map(groups.map(({ name, weights }) => [name, weights]));
  const network = convertKeras(list, ({ name }) => weights.get(name)!, { action, hardSlope: hardSlopeOf(undefined) });
  return { ...network, notes: [...notes, ...network.notes] };
}

/** Reads a list of texts; long lists are split into attributes `name0`, `name1`, ... */
function textList(file: Hdf5File, path: readonly string[], name: string): string[] {
  const texts = file.texts(path) ?? new Map<string, string | readonly string[]>();
  const whole = texts.get(name);
  if (whole !== undefined) return typeof whole === "string" ? [whole] : [...whole];
  const parts: string[] = [];
  for (let i = 0; texts.has(name + i); i++) parts.push(...[texts.get(name + i)!].flat() as string[]);
  return parts;
}

/** Reads the weights of a group in the order of its `weight_names`; their own names are the last parts of those. */
function namedWeights(file: Hdf5File, path: readonly string[]): LayerTensor[] {
  const names = textList(file, path, "weight_names").slice(0, MOST_WEIGHTS);
  return names.map((name) => {
    const parts = name.split("/");
    return file.tensor([...path, ...parts], parts.at(-1)!.replace(/:\d+$/, ""));
  }).filter((tensor) => tensor !== undefined);
}
