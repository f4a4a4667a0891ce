import { InputRangeError } from "../../../errors.ts";
import type { ModelProto, NodeProto } from "../../../src/formats/onnx/mod.ts";
import {
  type ActivationLayer,
  expectTensor,
  type ImportedLayer,
  type LayerTensor,
  type LinearLayer,
  tensorMap,
  transposed,
} from "./layer.ts";
import type { ReadNeighbour } from "./neighbours.ts";
import { type GraphValues, OnnxGraph } from "./onnx_graph.ts";
import { onnxRecurrent } from "./onnx_recurrent.ts";

/** Operators that move numbers without changing them, as the layers' own order of dimensions needs. */
const MOVES = ["Identity", "Dropout", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Cast"];

const FUNCTIONS: Readonly<Record<string, ActivationLayer["activation"]>> = {
  ...{ Relu: "relu", Tanh: "tanh", Sigmoid: "sigmoid", Softmax: "softmax", LogSoftmax: "log_softmax" },
};

/** Operators that are read, in messages. */
const KNOWN = "Gather, RNN, GRU, LSTM, MatMul, Gemm, Add, Relu, Tanh, Sigmoid, Softmax, LogSoftmax, Transpose, Reshape";

/** Where a value of the graph comes from: the last layer so far, and which of a recurrent layer's outputs it is. */
interface Place {
  readonly layer: number;
  /**
   * "stacked" if the last outputs of several layers are joined, "stacked cells" if their cells are, "forward" and
   * "backward" if it is one direction.
   */
  readonly part: "output" | "last" | "cells" | "stacked" | "stacked cells" | "forward" | "backward";
  /** Whether the batch precedes the time. */
  readonly isSwapped?: boolean;
  /** Whether the features are not the last dimension. */
  readonly isTurned?: boolean;
  /**
   * How far the dimension of two directions is before that of the features; undefined if they have none of their own.
   * If it is 1, a reshape joins both directions of the same step.
   */
  readonly directions?: number;
  /** Number of dimensions that a constant shape gives it; undefined if there was none since the layer. */
  readonly rank?: number;
}

/** Converts the nodes of a graph to layers that follow each other. */
class Conversion {
  readonly layers: ImportedLayer[] = [];
  readonly notes: string[] = [];
  #graph: OnnxGraph;
  #action: string;
  #places = new Map<string, Place>();

  constructor(graph: OnnxGraph, action: string) {
    this.#graph = graph;
    this.#action = action;
  }

  async run(): Promise<void> {
    for (const [i, node] of this.#graph.nodes.entries()) {
      const { opType = "", domain = "" } = node;
      const isStandard = domain === "" || domain === "ai.onnx";
      const name = this.#nameOf(node, i);
      if (!isStandard) this.#refuseOperator(`${domain}.${opType}`, name);
      if (!await this.#graph.fold(node)) await this.#convert(node, opType, name);
    }
    if (this.layers.length === 0) this.#refuse("layers in the graph", "none");
    const places = this.#graph.outputs.map((name) => this.#places.get(name)).filter((place) => place !== undefined);
    const last = this.layers.length - 1;
    const ends = places.filter(({ layer }) => layer === last);
    const isOfCells = ({ part }: Place): boolean => part === "cells" || part === "stacked cells";
    if (ends.length > 0 && ends.every(isOfCells)) this.#refuse("outputs of layers", "their cells alone");
    if (ends.length > 0 && ends.every(({ part }) => part !== "output")) this.#returnLast(last);
  }

  #nameOf({ name, opType }: NodeProto, i: number): string {
    const wanted = name || `${opType}_${i}`;
    return this.layers.some((layer) => layer.name === wanted) ? `${wanted}_${i}` : wanted;
  }

  async #convert(node: NodeProto, opType: string, name: string): Promise<void> {
    const { input = [], output = [] } = node;
    if (opType === "RNN" || opType === "GRU" || opType === "LSTM") {
      this.#follow(input[0], name);
      const inputs = this.#graph.inputsOf(node, { action: this.#action, layer: `the ${opType} ${name}` });
      const layer = await onnxRecurrent(node, name, inputs, this.#action, this.notes);
      const isAfterRecurrent = this.layers.some(({ kind }) => kind === "recurrent");
      if (isAfterRecurrent && (this.#places.get(input[0])?.isSwapped ?? false) !== layer.batchFirst) {
        this.#refuse("layers that read the steps of the layer before", `the node ${name}, which reads its sequences`);
      }
      this.layers.push(layer);
      const { batchFirst: isSwapped, direction } = layer;
      const directions = direction === "bidirectional" ? isSwapped ? 1 : 2 : undefined;
      this.#place(output[0], "output", { isSwapped, directions });
      this.#place(output[1], "last", { isSwapped, directions });
      this.#place(output[2], "cells", { isSwapped });
    } else if (opType === "Gather") await this.#gather(node, name);
    else if (opType === "MatMul" || opType === "Gemm") await this.#linear(node, name);
    else if (opType === "Add") await this.#addBias(node, name);
    else if (opType === "Concat") this.#concat(node, name);
    else if (opType in FUNCTIONS) this.#activate(node, name);
    else if ((MOVES.includes(opType) || opType === "Slice") && this.#graph.movesInput(node)) return;
    else if (MOVES.includes(opType)) await this.#move(node, opType, name);
    else this.#refuseOperator(opType, name);
  }

  #refuse(expected: string, found: string): never {
    throw new InputRangeError(`${this.#action}: expected ${expected}, found ${found}`);
  }

  #refuseOperator(operator: string, name: string): never {
    return this.#refuse(`operators of ${KNOWN}`, `${operator} in the node ${name}`);
  }

  #place(value: string | undefined, part: Place["part"], order: Pick<Place, "isSwapped" | "directions"> = {}): void {
    if (value) this.#places.set(value, { layer: this.layers.length - 1, part, ...order });
  }

  /** Follows a value through a node that moves its numbers. */
  async #move(node: NodeProto, opType: string, name: string): Promise<void> {
    const { input: [from = "", shape = ""] = [], output: [to = ""] = [] } = node;
    const place = this.#places.get(from);
    if (!place) return;
    const { isSwapped = false, isTurned = false, directions } = place;
    if (opType === "Reshape") {
      if ((directions ?? 1) !== 1) {
        this.#refuse("both directions of a step side by side", `another order before the node ${name}`);
      }
      const rank = (await this.#graph.constant(shape))?.data.length;
      this.#places.set(to, { ...place, rank, directions: undefined });
    } else if (opType === "Transpose") {
      this.#places.set(to, {
        ...place,
        isSwapped: isSwapped !== swaps(node),
        isTurned: isTurned !== turns(node),
        directions: directions === undefined ? undefined : distanceAfter(node, directions),
      });
    } else this.#places.set(to, place);
  }

  /** Checks that a node reads the result of the last layer, or is the first. */
  #follow(value: string, name: string): void {
    const place = this.#places.get(value);
    if (this.layers.length === 0 && !place && !this.#graph.isPart(value)) return;
    if (place?.layer !== this.layers.length - 1 || (place.part !== "output" && place.part !== "last")) {
      this.#refuse("a graph whose layers follow each other", `the node ${name} that reads ${value}`);
    }
    if (place.isTurned) this.#refuse("features in the last dimension", `another order before the node ${name}`);
    if (place.directions !== undefined) {
      this.#refuse("both directions in the last dimension", `one of their own before the node ${name}`);
    }
    if (place.part === "last") this.#returnLast(place.layer);
  }

  #returnLast(index: number): void {
    const layer = this.layers[index];
    if (layer.kind === "recurrent") this.layers[index] = { ...layer, returns: "last" };
  }

  /** Reads a table of vectors, or the last step of a layer that reads forward. */
  async #gather({ input = [], output = [], attribute = [] }: NodeProto, name: string): Promise<void> {
    const axis = attribute.find(({ name }) => name === "axis")?.i ?? 0;
    const table = await this.#graph.constant(input[0]);
    if (table?.isFloat && table.shape.length === 2 && axis === 0 && this.layers.length === 0) {
      this.#follow(input[1], name);
      const [size, width] = table.shape;
      const tensors = tensorMap({ name: "weight", shape: table.shape, data: table.data });
      this.layers.push({ kind: "embedding", name, size, width, tensors });
      return this.#place(output[0], "output");
    }
    const index = await this.#graph.constant(input[1]);
    const place = this.#places.get(input[0]);
    const layer = place && this.layers[place.layer];
    const step = index?.shape.length === 0 ? index.data[0] : NaN;
    const isStep = place?.part === "output" && axis === (place.isSwapped ? 1 : 0) && layer?.kind === "recurrent" &&
      layer.direction === "forward";
    const isOfStates = axis === 0 && layer?.kind === "recurrent" &&
      (place?.part === "stacked" || place?.part === "last");
    const isBoth = isOfStates && layer.direction === "bidirectional";
    const isState = isOfStates && !isBoth;
    if (isBoth && (step === -1 || step === -2 || place.part === "last" && (step === 0 || step === 1))) {
      const part = step === -2 || step === 0 ? "forward" : "backward";
      return void this.#places.set(output[0], { layer: place.layer, part });
    }
    if (!(step === -1 && (isStep || isState) || step === 0 && isState && place.part === "last")) {
      this.#refuse("Gather of rows of a constant table, or of the last step", `another in the node ${name}`);
    }
    this.#places.set(output[0], { layer: place!.layer, part: "last" });
  }

  /** Takes a concatenation of the last outputs, or of the cells, of several layers, or of those of both directions. */
  #concat({ input = [], output = [], attribute = [] }: NodeProto, name: string): void {
    const places = input.map((value) => this.#places.get(value));
    const axis = attribute.find(({ name }) => name === "axis")?.i;
    const parts = places.map((place) => place?.part).join();
    if (parts === "forward,backward" && places[0]!.layer === places[1]!.layer && (axis === 1 || axis === -1)) {
      return void this.#places.set(output[0], { layer: places[0]!.layer, part: "last" });
    }
    const part = places.every((place) => place?.part === "last")
      ? "stacked"
      : places.every((place) => place?.part === "cells")
      ? "stacked cells"
      : undefined;
    if (part === undefined) this.#refuse("Concat of the states of layers", `another in the node ${name}`);
    this.#places.set(output[0], { layer: places.at(-1)!.layer, part });
  }

  async #linear({ opType, input = [], output = [], attribute = [] }: NodeProto, name: string): Promise<void> {
    this.#follow(input[0], name);
    const weight = await this.#graph.constant(input[1]);
    const origin = { action: this.#action, layer: `the ${opType} ${name}` };
    if (weight?.shape.length !== 2 || !weight.isFloat) {
      this.#refuse(
        `a constant matrix as second input of ${origin.layer}`,
        weight ? "another tensor" : "a computed one",
      );
    }
    const of = (name: string, usual: number): number => {
      const found = attribute.find((entry) => entry.name === name);
      return found ? found.f ?? found.i ?? 0 : usual;
    };
    const isTransposed = opType === "Gemm" && of("transB", 0) !== 0;
    for (const [name, usual] of [["alpha", 1], ["beta", 1], ["transA", 0]] as const) {
      if (of(name, usual) !== usual) this.#refuse(`${usual} as ${name} of ${origin.layer}`, `${of(name, usual)}`);
    }
    const tensor: LayerTensor = isTransposed
      ? { name: "weight", shape: weight.shape, data: weight.data }
      : transposed(weight, "weight");
    const [rows, columns] = tensor.shape;
    let tensors = tensorMap(tensor);
    if (opType === "Gemm" && input[2]) {
      const bias = await this.#graph.constant(input[2]);
      tensors = tensorMap(tensor, { ...expectTensor(origin, bias, [rows], "the bias"), name: "bias" });
    }
    this.layers.push({ kind: "linear", name, input: columns, output: rows, tensors });
    this.#place(output[0], "output", { isSwapped: this.#places.get(input[0])?.isSwapped });
  }

  /** Adds a constant to the result of a product. */
  async #addBias({ input = [], output = [] }: NodeProto, name: string): Promise<void> {
    const [a, b] = [await this.#graph.constant(input[0] ?? ""), await this.#graph.constant(input[1] ?? "")];
    const [bias, other] = a ? [a, input[1]] : [b, input[0]];
    const place = this.#places.get(other);
    const layer = this.layers.at(-1);
    const follows = place?.layer === this.layers.length - 1 && layer?.kind === "linear" && !layer.tensors.has("bias");
    if (!bias || !follows) this.#refuse("Add of a constant after MatMul", `another in the node ${name}`);
    const { output: rows, tensors } = layer as LinearLayer;
    const origin = { action: this.#action, layer: `the Add ${name}` };
    const tensor = { ...expectTensor(origin, bias, [rows], "the constant"), name: "bias" };
    this.layers[place!.layer] = { ...layer as LinearLayer, tensors: tensorMap(...tensors.values(), tensor) };
    this.#places.set(output[0], place!);
  }

  #activate({ opType = "", input = [], output = [], attribute = [] }: NodeProto, name: string): void {
    this.#follow(input[0], name);
    const axis = attribute.find(({ name }) => name === "axis");
    if (opType.endsWith("Softmax")) {
      const hasSteps = !this.layers.some((layer) => layer.kind === "recurrent" && layer.returns === "last");
      const last = this.#places.get(input[0])?.rank === 2 ? 1 : hasSteps ? 2 : 1;
      const found = axis ? axis.i ?? 0 : this.#graph.opset < 13 ? 1 : -1;
      if (found !== -1 && found !== last) this.#refuse(`-1 or ${last} as axis of ${name}`, `${found}`);
    }
    this.layers.push({ kind: "activation", name, activation: FUNCTIONS[opType], tensors: tensorMap() });
    this.#place(output[0], "output", { isSwapped: this.#places.get(input[0])?.isSwapped });
  }
}

/** How far before the last dimension a transposition puts the one that was so far before it. */
function distanceAfter({ attribute = [] }: NodeProto, distance: number): number {
  const order = attribute.find(({ name }) => name === "perm")?.ints ?? [];
  const last = order.length - 1;
  return last - order.indexOf(last - distance);
}

/** Whether a transposition of outputs `[T, B, K]`, or of `[T, D, B, K]`, puts the batch before the time or back. */
function swaps({ attribute = [] }: NodeProto): boolean {
  const order = attribute.find(({ name }) => name === "perm")?.ints ?? [];
  return order.length > 2 && order.indexOf(order.length - 2) < order.indexOf(0);
}

/** Whether a transposition takes the features from the last dimension, or puts them back. */
function turns({ attribute = [] }: NodeProto): boolean {
  const order = attribute.find(({ name }) => name === "perm")?.ints ?? [];
  return order.length === 0 || order.at(-1) !== order.length - 1;
}

/** Keeps files of values, which many tensors share. */
function readingOnce(read: ReadNeighbour): ReadNeighbour {
  const files = new Map<string, ReturnType<ReadNeighbour>>();
  return (name) => {
    const file = files.get(name) ?? read(name);
    files.set(name, file);
    return file;
  };
}

/** Converts the layers of an ONNX model. Throws `RangeError` that names an operator or attribute that is not known. */
export async function convertOnnx(
  model: ModelProto,
  values: GraphValues,
  read: ReadNeighbour,
  action: string,
): Promise<{ layers: readonly ImportedLayer[]; notes: readonly string[] }> {
  const conversion = new Conversion(new OnnxGraph(model, values, readingOnce(read), action), action);
  await conversion.run();
  return conversion;
}
