import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/elements.ts";

/** A tensor of a layer, in PyTorch's layout. */
export interface LayerTensor extends NamedArray {
  /** The values in C order. */
  readonly data: Float32Array;
}

/** The properties of every layer. */
export interface NamedLayer {
  /** Its name in the file. */
  readonly name: string;
  /** Its tensors by PyTorch's names. */
  readonly tensors: ReadonlyMap<string, LayerTensor>;
}

/** A table of vectors: the tensor `weight` `[size, width]`. */
export interface EmbeddingLayer extends NamedLayer {
  /** The kind of layer. */
  readonly kind: "embedding";
  /** Number of ids. */
  readonly size: number;
  /** Size of a vector. */
  readonly width: number;
}

/** The recurrent cells of other libraries. */
export type ImportedCell = "rnn" | "lstm" | "gru" | "chogru";

/** A function inside a recurrent layer. */
export type CellFunction = "sigmoid" | "tanh" | "relu";

/** The functions that a recurrent layer may have. */
export const CELL_FUNCTIONS: readonly CellFunction[] = ["sigmoid", "tanh", "relu"];

/**
 * A recurrent layer: the tensors `weight_ih_l0`, `weight_hh_l0` and, with biases, `bias_ih_l0` and `bias_hh_l0`; those
 * of a second direction end with `_reverse`.
 */
export interface RecurrentLayer extends NamedLayer {
  /** The kind of layer. */
  readonly kind: "recurrent";
  /** The cell. */
  readonly cell: ImportedCell;
  /** The function that makes candidates. */
  readonly activation: CellFunction;
  /** The function of an LSTM's cell, which its output gate multiplies. Default: "tanh". */
  readonly cellActivation?: CellFunction;
  /** The function of the gates. Default: "sigmoid". */
  readonly gateActivation?: CellFunction;
  /**
   * The slope of hard sigmoids, min(max(slope x + 0.5, 0), 1), in place of the gates' own function: 0.2 in
   * TensorFlow.js, whose default they are, and in early versions of Keras, 1/6 in Keras 3. Elman's cells have none.
   * Default: the function of the gates.
   */
  readonly gateSlope?: number;
  /** The largest absolute value of what enters a gate or a candidate's function (ONNX). Default: no limit. */
  readonly clip?: number;
  /** Input size. */
  readonly input: number;
  /** Hidden size of one direction. */
  readonly hidden: number;
  /** Whether it reads the sequences forward, backward, or both. */
  readonly direction: "forward" | "reverse" | "bidirectional";
  /** How the outputs of two directions are joined. */
  readonly merge: "concat" | "sum" | "mul" | "ave";
  /** Whether it returns the outputs of all steps, or of the last. */
  readonly returns: "sequence" | "last";
  /** Whether the file's network has the batch as its first dimension. */
  readonly batchFirst: boolean;
  /** Lengths of the sequences that the file fixes. */
  readonly lengths?: readonly number[];
  /** Initial states `[directions, B, hidden]` that the file fixes. */
  readonly initial?: { readonly h?: LayerTensor; readonly c?: LayerTensor };
}

/** Whether one of Elman's layers computes what a layer does, without its direction and its first states. */
export function isUsual(layer: RecurrentLayer): boolean {
  const { cell, activation, cellActivation = "tanh", gateActivation = "sigmoid", gateSlope, clip } = layer;
  if (clip !== undefined) return false;
  if (cell === "rnn") return activation !== "sigmoid";
  return activation === "tanh" && cellActivation === "tanh" && gateActivation === "sigmoid" && gateSlope === undefined;
}

/** A linear map: the tensors `weight` `[output, input]` and, with a bias, `bias` `[output]`. */
export interface LinearLayer extends NamedLayer {
  /** The kind of layer. */
  readonly kind: "linear";
  /** Input size. */
  readonly input: number;
  /** Output size. */
  readonly output: number;
}

/** A function of every number or, for the softmax, of every row. */
export interface ActivationLayer extends NamedLayer {
  /** The kind of layer. */
  readonly kind: "activation";
  /** The function. */
  readonly activation: "relu" | "tanh" | "sigmoid" | "softmax" | "log_softmax";
}

/** A layer of another library's network. */
export type ImportedLayer = EmbeddingLayer | RecurrentLayer | LinearLayer | ActivationLayer;

/** The functions that an activation layer may have. */
export const ACTIVATIONS: readonly ActivationLayer["activation"][] = [
  "relu",
  "tanh",
  "sigmoid",
  "softmax",
  "log_softmax",
];

/** The number of gates of each cell. */
export const GATES: { readonly [K in ImportedCell]: number } = { rnn: 1, lstm: 4, gru: 3, chogru: 3 };

/** All cells of other libraries. */
export const IMPORTED_CELLS = Object.keys(GATES) as readonly ImportedCell[];

/** The part of a file that a layer comes from, in messages. */
export interface Origin {
  /** The beginning of messages, such as `read model.keras`. */
  readonly action: string;
  /** The layer, such as `the LSTM lstm_1`. */
  readonly layer: string;
}

/** Throws `RangeError` if a tensor is missing or has another shape; the message has both shapes. */
export function expectTensor(
  { action, layer }: Origin,
  tensor: LayerTensor | undefined,
  shape: readonly number[],
  name: string,
): LayerTensor {
  if (!tensor) throw new InputRangeError(`${action}: expected ${name} of ${layer}, found none`);
  const fits = tensor.shape.length === shape.length && shape.every((size, i) => size === tensor.shape[i]);
  if (fits) return tensor;
  throw new InputRangeError(
    `${action}: expected ${name} of ${layer} to be [${shape.join(", ")}], found [${tensor.shape.join(", ")}]`,
  );
}

/** Throws `RangeError` if a layer reads vectors of another size than the layer before it returns. */
export function checkWidths(layers: readonly ImportedLayer[], action: string): void {
  let before: { readonly name: string; readonly width: number } | undefined;
  for (const layer of layers) {
    if (layer.kind === "activation") continue;
    const { name } = layer;
    if (before && layer.kind !== "embedding" && layer.input !== before.width) {
      throw new InputRangeError(
        `${action}: expected ${name} to read the ${before.width} outputs of ${before.name}, found ${layer.input} inputs`,
      );
    }
    before = { name, width: widthOf(layer) };
  }
}

function widthOf(layer: EmbeddingLayer | RecurrentLayer | LinearLayer): number {
  if (layer.kind === "embedding") return layer.width;
  if (layer.kind === "linear") return layer.output;
  return layer.hidden * (layer.direction === "bidirectional" && layer.merge === "concat" ? 2 : 1);
}

/** Makes a map of tensors by their names. */
export function tensorMap(...tensors: readonly LayerTensor[]): ReadonlyMap<string, LayerTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

/** Returns the transpose of a matrix under a name. */
export function transposed({ shape: [rows, columns], data }: LayerTensor, name: string): LayerTensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return { name, shape: [columns, rows], data: result };
}

/** Puts blocks of rows into another order: block i of the result is block `order[i]`. */
export function reorderBlocks(tensor: LayerTensor, order: readonly number[], name: string = tensor.name): LayerTensor {
  const size = tensor.data.length / order.length;
  const data = new Float32Array(tensor.data.length);
  for (const [to, from] of order.entries()) data.set(tensor.data.subarray(from * size, (from + 1) * size), to * size);
  return { name, shape: tensor.shape, data };
}
