import { InputRangeError } from "../../../../errors.ts";
import type { OperationAttributes, Tensor, TracedOperation } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import { project, weightOf } from "./products.ts";
import { emitRecurrent } from "./recurrent.ts";
import { fillPadding, rangeOf } from "./steps.ts";
import { emitAdaptiveMaxPool, emitConvolution, emitConvolution2d, emitMaxPool } from "./windows.ts";

/** Writes the nodes of an operation, and returns the name of its output; undefined if it has named its outputs. */
type Writer<N extends keyof OperationAttributes> = (
  emission: Emission,
  operation: Extract<TracedOperation, { readonly name: N }>,
  index: number,
) => string | undefined;

/** The end of a slice that reaches to the end of the dimension. */
const END = 2 ** 31 - 1;

/** Writes an operator whose inputs are those of the operation. */
function same(operator: string): (emission: Emission, operation: TracedOperation) => string {
  return (emission, { inputs }) => emission.graph.node(operator, inputs.map((input) => emission.nameOf(input)));
}

/** Writes an operator that repeats dimensions of extent 1 itself. */
function spread(operator: string): (emission: Emission, operation: TracedOperation) => string {
  return (emission, { inputs }) => emission.graph.node(operator, inputs.map((input) => emission.nameBefore(input)));
}

/** The writers of the operations that a network may have outside training. */
const WRITERS: { readonly [N in keyof OperationAttributes]?: Writer<N> } = {
  add: spread("Add"),
  sub: spread("Sub"),
  mul: spread("Mul"),
  div: spread("Div"),
  matmul: same("MatMul"),
  tanh: same("Tanh"),
  sigmoid: same("Sigmoid"),
  relu: same("Relu"),
  exp: same("Exp"),
  log: same("Log"),

  adaptiveMaxPool: emitAdaptiveMaxPool,

  affine(emission, { inputs: [x], attributes: { scale, shift } }) {
    const { graph } = emission;
    const scaled = scale === 1 ? emission.nameOf(x) : graph.node("Mul", [emission.nameOf(x), graph.float(scale)]);
    return shift === 0 && scale !== 1 ? scaled : graph.node("Add", [scaled, graph.float(shift)]);
  },

  additiveScores(emission, { inputs: [queries, keys, v] }) {
    const { graph } = emission;
    const q = graph.node("Transpose", [emission.nameOf(queries)], { perm: [1, 0, 2] });
    const k = graph.node("Transpose", [emission.nameOf(keys)], { perm: [1, 0, 2] });
    const each = [
      graph.node("Unsqueeze", [q, graph.integers([2])]),
      graph.node("Unsqueeze", [k, graph.integers([1])]),
    ];
    const units = graph.node("Tanh", [graph.node("Add", each)]);
    const column = graph.node("Reshape", [emission.nameOf(v), graph.integers([-1, 1])]);
    return graph.node("Squeeze", [graph.node("MatMul", [units, column]), graph.integers([3])]);
  },

  broadcast(emission, { inputs: [x], outputs: [y] }) {
    emission.defer(y, x, (name) => emission.graph.node("Expand", [name, emission.shape(emission.extentsOf(y))]));
    return undefined;
  },

  concat(emission, { inputs, attributes: { dimension } }) {
    return emission.graph.node("Concat", inputs.map((input) => emission.nameOf(input)), { axis: dimension });
  },

  constant(emission, { outputs: [y], attributes: { values } }, index) {
    const to = emission.extentsOf(y);
    if (emission.has(values)) {
      return emission.reshape(emission.nameOf(values as never), emission.extentsOf(values as never), to);
    }
    const value = emission.trace.uniformValue(index);
    if (value === undefined) {
      throw new InputRangeError(
        "export a graph: expected values that are an input or do not depend on sizes, found others",
      );
    }
    return emission.graph.node("Expand", [emission.graph.float(value), emission.shape(to)]);
  },

  convolve: emitConvolution,
  convolve2d: emitConvolution2d,

  divideUp(emission, { inputs: [x], attributes: { divisor } }) {
    const { graph } = emission;
    const sum = graph.node("Add", [emission.nameOf(x), graph.integer(divisor - 1)]);
    return graph.node("Div", [sum, graph.integer(divisor)]);
  },

  dotScores(emission, { inputs: [queries, keys] }) {
    const { graph } = emission;
    const q = graph.node("Transpose", [emission.nameOf(queries)], { perm: [1, 0, 2] });
    const k = graph.node("Transpose", [emission.nameOf(keys)], { perm: [1, 2, 0] });
    return graph.node("MatMul", [q, k]);
  },

  gather(emission, { inputs: [table, index], outputs: [y] }) {
    const { graph } = emission;
    const from = emission.extentsOf(index);
    const all = emission.extentsOf(y);
    const lead = all.slice(0, all.length - (table as Tensor).shape.length + 1);
    const ids = emission.reshape(emission.nameOf(index), from, lead);
    const isMatrix = emission.valuesOf(table) !== undefined && (table as Tensor).shape.length === 2;
    if (!emission.isQuantized || !isMatrix) return graph.node("Gather", [emission.nameOf(table), ids], { axis: 0 });
    const { values, scales } = emission.quantized(table as Tensor);
    const rows = graph.node("Cast", [graph.node("Gather", [values, ids], { axis: 0 })], { to: 1 });
    const factors = graph.node("Gather", [scales, ids], { axis: 0 });
    return graph.node("Mul", [rows, graph.node("Unsqueeze", [factors, graph.integers([-1])])]);
  },

  layerNorm(emission, { inputs, attributes: { epsilon } }) {
    const names = inputs.map((input) => emission.nameOf(input));
    return emission.graph.node("LayerNormalization", names, { axis: -1, epsilon: { float: epsilon } });
  },

  linear(emission, { inputs: [x, weight, bias] }) {
    const own = bias === null ? undefined : emission.nameOf(bias);
    return project(emission.graph, emission.nameOf(x), weightOf(emission, weight), own);
  },

  logSoftmax(emission, { inputs: [x] }) {
    return emission.graph.node("LogSoftmax", [emission.nameOf(x)], { axis: -1 });
  },

  maskSteps(emission, { inputs: [x, lengths], outputs: [y] }) {
    return fillPadding(emission, emission.nameOf(x), emission.nameOf(lengths), emission.extentsOf(y)[0], 0);
  },

  maxPool: emitMaxPool,

  maxSteps(emission, { inputs: [x, lengths] }) {
    const steps = emission.extentsOf(x)[0];
    const filled = fillPadding(emission, emission.nameOf(x), emission.nameOf(lengths), steps, -Infinity);
    return emission.graph.node("ReduceMax", [filled], { axes: [0], keepdims: 0 });
  },

  mean(emission, { inputs: [x], attributes: { dimension } }) {
    const axes = dimension !== undefined && { axes: [dimension] };
    return emission.graph.node("ReduceMean", [emission.nameOf(x)], { keepdims: 0, ...axes });
  },

  meanSteps(emission, { inputs: [x, lengths] }) {
    const { graph } = emission;
    const steps = emission.extentsOf(x)[0];
    const filled = fillPadding(emission, emission.nameOf(x), emission.nameOf(lengths), steps, 0);
    const sum = graph.node("ReduceSum", [filled, graph.integers([0])], { keepdims: 0 });
    const count = graph.node("Cast", [emission.nameOf(lengths)], { to: 1 });
    return graph.node("Div", [sum, graph.node("Unsqueeze", [count, graph.integers([1])])]);
  },

  mixSteps(emission, { inputs: [weights, values] }) {
    const { graph } = emission;
    const v = graph.node("Transpose", [emission.nameOf(values)], { perm: [1, 0, 2] });
    return graph.node("Transpose", [graph.node("MatMul", [emission.nameOf(weights), v])], { perm: [1, 0, 2] });
  },

  permute(emission, { inputs: [x], attributes: { order } }) {
    return emission.graph.node("Transpose", [emission.nameOf(x)], { perm: order });
  },

  recurrent: emitRecurrent,

  repeatEach(emission, { inputs: [x] }, index) {
    const { graph } = emission;
    const times = emission.numberOf(index, ({ attributes }) => (attributes as { times: number }).times);
    const column = graph.node("Unsqueeze", [emission.nameOf(x), graph.integers([1])]);
    const shape = graph.node("Concat", [graph.integers([1]), emission.extent(times)], { axis: 0 });
    return graph.node("Reshape", [graph.node("Expand", [column, shape]), graph.integers([-1])]);
  },

  reshape(emission, { inputs: [x], outputs: [y] }) {
    return emission.reshape(emission.nameOf(x), emission.extentsOf(x), emission.extentsOf(y));
  },

  slice(emission, { inputs: [x], attributes: { dimension } }, index) {
    const { graph } = emission;
    const [start, end] = (["start", "end"] as const).map((name) =>
      emission.numberOf(index, ({ attributes }) => (attributes as { start: number; end: number })[name])
    );
    const whole = emission.extentsOf(x)[dimension];
    const isToEnd = end.factor === whole.factor && end.symbols.join() === whole.symbols.join();
    const bounds = [emission.extent(start), isToEnd ? graph.integers([END]) : emission.extent(end)];
    return graph.node("Slice", [emission.nameOf(x), ...bounds, graph.integers([dimension])]);
  },

  softmax(emission, { inputs: [x, lengths] }) {
    const { graph } = emission;
    const own = emission.nameOf(x);
    if (lengths === null) return graph.node("Softmax", [own], { axis: -1 });
    const extents = emission.extentsOf(x);
    const rows = [...extents.slice(0, -1), { factor: 1, symbols: [] }];
    const limits = emission.reshape(emission.nameOf(lengths), emission.extentsOf(lengths), rows);
    const mask = graph.node("Less", [rangeOf(emission, extents.at(-1)!), limits]);
    return graph.node("Softmax", [graph.node("Where", [mask, own, graph.float(-Infinity)])], { axis: -1 });
  },

  sum(emission, { inputs: [x], attributes: { dimension, scale } }) {
    const { graph } = emission;
    const axes = dimension === undefined ? [] : [graph.integers([dimension])];
    const sum = graph.node("ReduceSum", [emission.nameOf(x), ...axes], { keepdims: 0 });
    return scale === 1 ? sum : graph.node("Mul", [sum, graph.float(scale)]);
  },
};

/** Writes the nodes of an operation. Throws `RangeError` if there is no operator for it. */
export function emitOperation(emission: Emission, operation: TracedOperation, index: number): void {
  const write = WRITERS[operation.name] as Writer<keyof OperationAttributes> | undefined;
  if (!write) {
    throw new InputRangeError(`export a graph: expected operations outside training, found ${operation.name}`);
  }
  const name = write(emission, operation as never, index);
  if (name !== undefined) emission.set(operation.outputs[0], name);
}
