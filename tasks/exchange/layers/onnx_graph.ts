import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import type { GraphProto, ModelProto, NodeProto, TensorProto } from "../../../src/formats/onnx/mod.ts";
import type { NamedArray } from "../../../src/formats/elements.ts";
import { type Origin, transposed } from "./layer.ts";
import type { ReadNeighbour } from "./neighbours.ts";
import type { NodeInputs } from "./onnx_recurrent.ts";
import { type OnnxTensor, readOnnxTensor } from "./onnx_tensors.ts";

/** Values of inputs of a graph by their names, such as weights that are no constants of it. */
export type GraphValues = ReadonlyMap<string, NamedArray>;

/** Operators that keep zeros zero. */
const KEEPS_ZEROS = ["Expand", "Slice", "Unsqueeze", "Squeeze", "Transpose", "Reshape", "Identity", "Concat", "Cast"];

/** A graph, with the values that are known before it runs. */
export class OnnxGraph {
  /** The nodes in the order of their calculation. */
  readonly nodes: readonly NodeProto[];
  /** Names of the outputs. */
  readonly outputs: readonly string[];
  /** Version of the standard operators. */
  readonly opset: number;
  #action: string;
  #read: ReadNeighbour;
  /** Constants that have not been read yet. */
  #unread: Map<string, TensorProto>;
  #constants = new Map<string, OnnxTensor>();
  /** Values that follow from constants and shapes alone, and those that are zeros. */
  #fixed = new Set<string>();
  #zeros = new Set<string>();
  /** Inputs of the graph that no value was given for, and parts of them. */
  #inputs: Set<string>;
  #parts = new Set<string>();

  constructor(model: ModelProto, values: GraphValues, read: ReadNeighbour, action: string) {
    const graph: GraphProto | undefined = model.graph;
    if (!graph?.node?.length) {
      throw new InputSyntaxError(`${action}: expected an ONNX file, found one without nodes of a graph`);
    }
    this.nodes = graph.node;
    this.outputs = (graph.output ?? []).map(({ name = "" }) => name);
    this.opset = model.opsetImport?.find(({ domain = "" }) => domain === "" || domain === "ai.onnx")?.version ?? 1;
    this.#action = action;
    this.#read = read;
    this.#unread = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? "", tensor]));
    for (const [name, { shape, data }] of values) {
      const floats = Float32Array.from(data as ArrayLike<number>, Number);
      this.#constants.set(name, { name, shape, data: floats, isFloat: /Float/.test(data[Symbol.toStringTag]) });
    }
    const inputs = (graph.input ?? []).map(({ name = "" }) => name);
    this.#inputs = new Set(inputs.filter((name) => !this.#unread.has(name) && !this.#constants.has(name)));
  }

  /** Whether a value follows from constants and shapes alone. */
  isFixed(name: string): boolean {
    return name === "" || this.#fixed.has(name) || this.#unread.has(name) || this.#constants.has(name);
  }

  /** Takes a node that moves an input of the graph or cuts a part of it; returns whether it is one. */
  movesInput({ opType = "", input: [from = ""] = [], output = [] }: NodeProto): boolean {
    if (!this.#inputs.has(from)) return false;
    for (const name of output) {
      this.#inputs.add(name);
      if (opType === "Slice" || this.#parts.has(from)) this.#parts.add(name);
    }
    return true;
  }

  /** Whether a value is a part of an input, as states of one of several layers are. */
  isPart(name: string): boolean {
    return this.#parts.has(name);
  }

  /** Reads a constant; undefined if the value is none. */
  async constant(name: string): Promise<OnnxTensor | undefined> {
    const unread = this.#unread.get(name);
    if (unread) {
      this.#constants.set(name, await readOnnxTensor(unread, this.#read, this.#action));
      this.#unread.delete(name);
    }
    return this.#constants.get(name);
  }

  /** Takes a node whose result follows from constants and shapes alone; returns whether it is one. */
  async fold({ opType = "", input = [], output = [], attribute = [] }: NodeProto): Promise<boolean> {
    const [to = ""] = output;
    if (opType === "Constant") {
      const value = attribute.find(({ t }) => t)?.t;
      if (value) this.#unread.set(to, { ...value, name: to });
      else this.#fixed.add(to);
      return true;
    }
    if (opType !== "Shape" && opType !== "Size" && (input.length === 0 || !input.every((name) => this.isFixed(name)))) {
      return false;
    }
    for (const name of output) this.#fixed.add(name);
    const [from = ""] = input;
    const value = opType === "Identity" || opType === "Transpose" ? await this.constant(from) : undefined;
    if (value && opType === "Identity") this.#constants.set(to, value);
    else if (value?.shape.length === 2) {
      const isSwap = (attribute.find(({ name }) => name === "perm")?.ints ?? [1, 0]).join() === "1,0";
      this.#constants.set(to, isSwap ? { ...value, ...transposed(value, value.name) } : value);
    }
    if (await this.#isZero(opType, input, attribute)) this.#zeros.add(to);
    return true;
  }

  async #isZero(opType: string, input: readonly string[], attribute: NodeProto["attribute"]): Promise<boolean> {
    if (opType === "ConstantOfShape") {
      const value = attribute?.find(({ t }) => t)?.t;
      return !value || (await readOnnxTensor(value, this.#read, this.#action)).data.every((x) => x === 0);
    }
    if (!KEEPS_ZEROS.includes(opType)) return false;
    for (const name of opType === "Concat" ? input : input.slice(0, 1)) {
      if (this.#zeros.has(name)) continue;
      const value = await this.constant(name);
      if (!value?.data.every((x) => x === 0)) return false;
    }
    return true;
  }

  /** Returns what is known about a recurrent node's inputs. */
  inputsOf({ input = [] }: NodeProto, { action, layer }: Origin): NodeInputs {
    const refuse = (name: string): never => {
      throw new InputRangeError(`${action}: expected a constant ${name} of ${layer}, found one that is computed`);
    };
    return {
      constant: async (index, name) => {
        if (!input[index]) return undefined;
        return await this.constant(input[index]) ?? refuse(name);
      },
      given: async (index, name) => {
        const value = input[index];
        if (!value) return undefined;
        if (this.#zeros.has(value)) return "zeros";
        if (this.#inputs.has(value)) return "input";
        const constant = await this.constant(value);
        if (constant?.isFloat && constant.data.every((x) => x === 0)) return "zeros";
        return constant ?? refuse(name);
      },
    };
  }
}
