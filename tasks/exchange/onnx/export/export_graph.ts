import { InputRangeError } from "../../../../errors.ts";
import {
  ELEMENT_TYPES,
  encodeOnnx,
  type PairProto,
  type TensorProto,
  type ValueInfoProto,
} from "../../../../src/formats/onnx/mod.ts";
import { type Engine, type Module, trace } from "../../../../src/nn/mod.ts";
import type { GraphPlan } from "../../../task_model/graph_plan.ts";
import { Emission } from "./emission.ts";
import { emitOperation } from "./operations.ts";
import { type Extent, formatExtent } from "./sizes.ts";
import { type Run, TracedGraph } from "./traced_graph.ts";

/**
 * The version of ONNX's operators in exported graphs, the first with layer normalization.
 *
 * @example
 * ```ts
 * import { OPSET } from "@elman/elman/exchange";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(OPSET, 17);
 * ```
 */
export const OPSET: number = 17;
/** The version of the file format that goes with it. */
const IR_VERSION = 8;

/** The extents of the runs for the first size, the second, and so on: no products of them have the same ratios. */
const RUNS = [[5, 11, 6], [3, 2, 7], [4, 9, 13]];

/** Options of `exportGraph`. */
export interface GraphExportOptions {
  /** The engine of the network. */
  readonly engine: Engine;
  /** The network, whose parameters keep their names. */
  readonly network: Module;
  /** Whether matrices are written in 8 bits. Default: false. */
  readonly int8?: boolean;
  /** Facts about the model, which are written into the file. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Runs a plan in several sizes, and returns its graph as an ONNX file of standard operators. The names of the
 * parameters are those in the network, and no traced size is in the graph.
 *
 * Throws `RangeError` if the run has an operation of training, values that JavaScript computed from the inputs, or
 * other operations in one size than in another, or if the weights have more than 2 GiB.
 *
 * @example
 * ```ts
 * import { exportGraph, type GraphPlan } from "@elman/elman/exchange";
 * import { Engine, Linear, relu, tensor } from "@elman/elman/nn";
 * import { assert } from "@std/assert";
 *
 * const engine = new Engine();
 * const network = new Linear({ input: 3, output: 2, engine });
 * const plan: GraphPlan = {
 *   suffix: "",
 *   summary: "Maps x [batch, 3] to y [batch, 2].",
 *   sizes: ["batch"],
 *   run({ batch }) {
 *     const [values, shape] = [new Float32Array(batch * 3), [batch, 3]];
 *     const y = relu(network.forward(tensor(values, shape, { engine })));
 *     return {
 *       inputs: [{ name: "x", values, shape, help: "The input." }],
 *       outputs: [{ name: "y", tensor: y, help: "The output." }],
 *     };
 *   },
 * };
 * const bytes = exportGraph(plan, { engine, network });
 * assert(new TextDecoder().decode(bytes).includes("Relu"));
 * ```
 */
export function exportGraph(plan: GraphPlan, options: GraphExportOptions): Uint8Array<ArrayBuffer> {
  const { engine } = options;
  const sizesOf = (run: number): Record<string, number> =>
    Object.fromEntries(plan.sizes.map((name, i) => {
      const own = RUNS[i][run];
      return [name, i === 0 && plan.factor !== undefined && plan.factor > 1 ? own * plan.factor + 1 : own];
    }));
  const others = RUNS[0].slice(1).map((_, i): Run => {
    const sizes = sizesOf(i + 1);
    const { result: graph, operations } = trace(() => plan.run(sizes), { engine });
    return { graph, operations, sizes };
  });
  return trace((operations) => {
    const sizes = sizesOf(0);
    const graph = plan.run(sizes);
    return write(
      plan,
      new TracedGraph([{ graph, operations: operations.slice(), sizes }, ...others]),
      graph.outputs,
      options,
    );
  }, { engine }).result;
}

/** Number of bytes that constants may have together: a protocol buffer ends at 2 GiB, and the nodes need some. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Throws `RangeError` if constants do not fit in a file. */
export function expectOneFile(constants: readonly Pick<TensorProto, "rawData">[], int8: boolean): void {
  const found = constants.reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  if (found <= MOST_BYTES) return;
  throw new InputRangeError(
    `export a graph: expected weights of less than 2 GiB, the most that an ONNX file has, found ${
      (found / 2 ** 30).toFixed(1)
    } GiB${int8 ? "" : "; int8 (--int8) writes about a quarter"}`,
  );
}

function valueInfo(name: string, elemType: number, extents: readonly Extent[], docString: string): ValueInfoProto {
  const dim = extents.map((extent) =>
    extent.symbols.length === 0 ? { dimValue: extent.factor } : { dimParam: formatExtent(extent) }
  );
  return { name, type: { tensorType: { elemType, shape: { dim } } }, docString };
}

function write(
  plan: GraphPlan,
  trace: TracedGraph,
  outputs: ReturnType<GraphPlan["run"]>["outputs"],
  { network, int8 = false, metadata = {} }: GraphExportOptions,
): Uint8Array<ArrayBuffer> {
  const names = new Map([...network.namedParameters()].map(([name, parameter]) => [parameter, name]));
  const emission = new Emission(trace, names, int8);
  const inputs = trace.inputs.map(({ name, values, help }) => {
    const own = emission.graph.name(name);
    emission.set(values, own);
    const extents = trace.extentsOf(values);
    extents.forEach(({ factor, symbols }, axis) => {
      if (factor === 1 && symbols.length === 1) emission.addSource(symbols[0], own, axis);
    });
    return valueInfo(own, values instanceof Int32Array ? ELEMENT_TYPES.int64 : ELEMENT_TYPES.float, extents, help);
  });
  const wanted = outputs.map(({ name }) => emission.graph.name(name));
  trace.operations.forEach((operation, index) => {
    if (!operation.outputs.every((output) => output === null || emission.isConstant(output))) {
      emitOperation(emission, operation, index);
    }
  });
  const infos = outputs.map(({ tensor, help }, i) => {
    emission.graph.node("Identity", [emission.nameOf(tensor)], {}, wanted[i]);
    return valueInfo(wanted[i], ELEMENT_TYPES.float, trace.extentsOf(tensor), help);
  });
  const graph = emission.graph.finish("graph", inputs, infos);
  expectOneFile(emission.graph.initializers, int8);
  const facts = Object.entries(metadata).map(([key, value]): PairProto => ({ key, value }));
  return encodeOnnx({
    irVersion: IR_VERSION,
    producerName: "elman",
    docString: plan.summary,
    opsetImport: [{ domain: "", version: OPSET }],
    graph: { ...graph, initializer: emission.graph.initializers },
    metadataProps: facts,
  });
}
