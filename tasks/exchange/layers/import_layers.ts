import { InputRangeError } from "../../../errors.ts";
import { fileFacts, FIRST_BYTES } from "../../../src/formats/file_kind.ts";
import type { NamedArray } from "../../../src/formats/elements.ts";
import { decodeOnnx } from "../../../src/formats/onnx/mod.ts";
import { readWhole } from "../../../src/formats/whole_file.ts";
import { ImportedNetwork, type ImportedParts } from "./imported_network.ts";
import { readKeras, readKerasHdf5 } from "./keras_files.ts";
import { checkWidths } from "./layer.ts";
import { checkNeighbour, neighboursOf, type ReadNeighbour } from "./neighbours.ts";
import { convertOnnx } from "./onnx_layers.ts";
import { readTensorFlowJs } from "./tensorflow_js.ts";

/** Options of `importLayers`. */
export interface ImportLayersOptions {
  /** Values of inputs of an ONNX graph, such as weights or lengths that are no constants of it. Default: none. */
  readonly values?: ReadonlyMap<string, NamedArray>;
  /** The name of the file in messages, for bytes. Default: "a model". */
  readonly name?: string;
  /** Reads a file beside the model, for bytes of a model that has some. Default: such a model is refused. */
  readonly readFile?: (name: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads a network of Keras (`.keras`, `.h5`), TensorFlow.js (`model.json` with its files of weights) or ONNX: its
 * layers with their tensors in PyTorch's names, layouts and orders of gates, and modules that compute the same outputs.
 * What the file is follows from its first bytes, whatever its name is. HDF5 is read with the npm package `jsfive`,
 * which is downloaded when it is first used.
 *
 * The layers that are known are Embedding, SimpleRNN, LSTM, GRU, Bidirectional, Dense, TimeDistributed and Activation
 * of Keras, and Gather, RNN, GRU, LSTM, MatMul, Gemm, Add and the usual functions of ONNX; see
 * `docs/imported_networks.md`.
 *
 * @param source The path of the file, or its bytes.
 * @param options Values of a graph's inputs; for bytes a name and a reader of the files beside it.
 * @returns The network.
 * @throws {RangeError} If the file is missing, damaged or of another kind, if it has a layer, an operator or an option
 * that Elman's layers do not have (the message names it), if a tensor has another shape than its layer needs (the
 * message has both), or if a file that it refers to is missing or outside its folder.
 * @throws {SyntaxError} If the file is no valid JSON or no protocol buffer.
 *
 * @example
 * ```ts
 * import { importLayers } from "@elman/elman/exchange";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const dense = { class_name: "Dense", config: { name: "dense", units: 1, activation: "tanh", use_bias: false } };
 * const model = {
 *   modelTopology: { class_name: "Sequential", config: { layers: [dense] } },
 *   weightsManifest: [{ paths: ["w.bin"], weights: [{ name: "dense/kernel", shape: [2, 1], dtype: "float32" }] }],
 * };
 * const bytes = new TextEncoder().encode(JSON.stringify(model));
 * const readFile = () => Promise.resolve(new Uint8Array(Float32Array.of(3, 4).buffer));
 * const network = await importLayers(bytes, { readFile });
 * assertEquals(network.layers.map(({ kind }) => kind), ["linear", "activation"]);
 * await assertRejects(() => importLayers(new Uint8Array()), RangeError, "found an empty file");
 * ```
 */
export async function importLayers(
  source: string | Uint8Array<ArrayBuffer>,
  options: ImportLayersOptions = {},
): Promise<ImportedNetwork> {
  const { values = new Map(), name = "a model" } = options;
  const action = `read ${typeof source === "string" ? source : name}`;
  const bytes = typeof source === "string" ? await readWhole(source) : source;
  const readNeighbour = typeof source === "string" ? neighboursOf(source, action) : neighbourReader(options, action);
  const parts = await readParts(bytes, { values, readNeighbour, action });
  checkWidths(parts.layers, action);
  return new ImportedNetwork(parts);
}

interface Reading {
  readonly values: ReadonlyMap<string, NamedArray>;
  readonly readNeighbour: ReadNeighbour;
  readonly action: string;
}

/** Reads the layers of a file, which its first bytes recognize. */
async function readParts(bytes: Uint8Array<ArrayBuffer>, reading: Reading): Promise<ImportedParts> {
  const { values, readNeighbour, action } = reading;
  const { kind, noun } = fileFacts(bytes.subarray(0, FIRST_BYTES));
  if (kind === "zip") return { format: "keras", ...await readKeras(bytes, action) };
  if (kind === "hdf5") return { format: "keras", ...await readKerasHdf5(bytes, action) };
  if (kind === "json") {
    return { format: "tensorflow.js", ...await readTensorFlowJs(bytes, readNeighbour, action) };
  }
  if (kind === "onnx") {
    const model = decodeOnnx(bytes, action.slice("read ".length));
    return { format: "onnx", ...await convertOnnx(model, values, readNeighbour, action) };
  }
  throw new InputRangeError(`${action}: expected a model of Keras, TensorFlow.js or ONNX, found ${noun}`);
}

/** Returns a reader of the files beside bytes. */
function neighbourReader({ readFile }: ImportLayersOptions, action: string): ReadNeighbour {
  return async (name) => {
    checkNeighbour(name, action);
    if (readFile) return await readFile(name);
    throw new InputRangeError(`${action}: expected readFile, which reads ${name}, found none`);
  };
}
