import { InputRangeError } from "../../../errors.ts";
import { ATTRIBUTE_TYPES, type NodeProto } from "../../../src/formats/onnx/mod.ts";
import {
  CELL_FUNCTIONS,
  type CellFunction,
  expectTensor,
  GATES,
  type ImportedCell,
  type LayerTensor,
  type Origin,
  type RecurrentLayer,
  reorderBlocks,
  tensorMap,
} from "./layer.ts";
import type { OnnxTensor } from "./onnx_tensors.ts";

/** The inputs of a node that are known before it runs. */
export interface NodeInputs {
  /** Returns a constant; undefined if the input is left out. Throws `RangeError` if it is computed. */
  constant(index: number, name: string): Promise<OnnxTensor | undefined>;
  /** Returns a constant, "zeros" for what is zero, or "input" for what the caller gives; undefined if left out. */
  given(index: number, name: string): Promise<OnnxTensor | "zeros" | "input" | undefined>;
}

/** The place of each of PyTorch's gates among ONNX's: i, o, f, c for an LSTM, z, r, h for a GRU. */
const ORDER: { readonly [K in ImportedCell]: readonly number[] } = {
  rnn: [0],
  lstm: [0, 2, 3, 1],
  gru: [1, 0, 2],
  chogru: [1, 0, 2],
};

/** The functions of each operator if it names none, in lower case. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  RNN: ["tanh"],
  LSTM: ["sigmoid", "tanh", "tanh"],
  GRU: ["sigmoid", "tanh"],
};

const DIRECTIONS: readonly RecurrentLayer["direction"][] = ["forward", "reverse", "bidirectional"];

/** Attributes that are read; others are refused by name. `output_sequence` had no effect in opset 1. */
const KNOWN = [
  ...["activations", "direction", "hidden_size", "layout", "linear_before_reset", "input_forget", "output_sequence"],
  ...["activation_alpha", "activation_beta", "clip"],
];

/** The functions of a layer. */
type Functions = Pick<RecurrentLayer, "activation" | "gateActivation" | "gateSlope" | "cellActivation">;

/** The attributes of a node that matter. */
interface Attributes {
  readonly cell: ImportedCell;
  readonly functions: Functions;
  readonly direction: RecurrentLayer["direction"];
  readonly hidden: number | undefined;
  readonly batchFirst: boolean;
  readonly clip?: number;
}

/** Converts a node of RNN, GRU or LSTM. Throws `RangeError` that names what Elman's layers do not have. */
export async function onnxRecurrent(
  node: NodeProto,
  name: string,
  inputs: NodeInputs,
  action: string,
  notes: string[],
): Promise<RecurrentLayer> {
  const origin = { action, layer: `the ${node.opType} ${name}` };
  const { cell, functions, direction, hidden, batchFirst, clip } = attributesOf(node, origin);
  if (node.input?.[7]) refuse(origin, "no peepholes (input P)", "some");
  const [W, R, B] = [
    await inputs.constant(1, "W"),
    await inputs.constant(2, "R"),
    await inputs.constant(3, "B"),
  ];
  const D = direction === "bidirectional" ? 2 : 1;
  const [H, I] = [hidden ?? R?.shape[2] ?? 0, W?.shape[2] ?? 0];
  const rows = GATES[cell] * H;
  expectTensor(origin, W, [D, rows, I], "W");
  expectTensor(origin, R, [D, rows, H], "R");
  if (B) expectTensor(origin, B, [D, 2 * rows], "B");
  const tensors = Array.from({ length: D }, (_, d) => {
    const suffix = d === 0 ? "" : "_reverse";
    const part = (tensor: LayerTensor, name: string, shape: number[], from: number): LayerTensor => {
      const size = shape.reduce((a, b) => a * b, 1);
      return reorderBlocks({ name: name + suffix, shape, data: tensor.data.subarray(from, from + size) }, ORDER[cell]);
    };
    return [
      part(W!, "weight_ih_l0", [rows, I], d * rows * I),
      part(R!, "weight_hh_l0", [rows, H], d * rows * H),
      ...B ? [part(B, "bias_ih_l0", [rows], d * 2 * rows), part(B, "bias_hh_l0", [rows], (2 * d + 1) * rows)] : [],
    ];
  }).flat();
  return {
    ...{ kind: "recurrent", name, cell, ...functions, input: I, hidden: H, direction },
    ...{ merge: "concat", returns: "sequence", batchFirst, tensors: tensorMap(...tensors) },
    ...clip !== undefined && { clip },
    ...await lengthsOf(inputs, origin, notes),
    ...await statesOf(inputs, { origin, batchFirst, D, H }, notes),
  };
}

function refuse({ action, layer }: Origin, expected: string, found: string): never {
  throw new InputRangeError(`${action}: expected ${expected} in ${layer}, found ${found}`);
}

function attributesOf({ opType = "", attribute = [] }: NodeProto, origin: Origin): Attributes {
  const attributes = new Map(attribute.map((entry) => [entry.name ?? "", entry]));
  const unknown = [...attributes.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) refuse(origin, `attributes of ${KNOWN.join(", ")}`, unknown);
  if ((attributes.get("input_forget")?.i ?? 0) !== 0) refuse(origin, "input_forget to be 0", "1");
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
  const found = attributes.has("direction") ? text(attributes.get("direction")!.s) : "forward";
  const direction = DIRECTIONS.find((direction) => direction === found);
  if (!direction) refuse(origin, `one of ${DIRECTIONS.join(", ")} as direction`, JSON.stringify(found.slice(0, 40)));
  const layout = attributes.get("layout")?.i ?? 0;
  if (layout !== 0 && layout !== 1) refuse(origin, "0 or 1 as layout", `${layout}`);
  const names = (attributes.get("activations")?.strings ?? []).map((bytes) => text(bytes).toLowerCase());
  const isAfter = (attributes.get("linear_before_reset")?.i ?? 0) !== 0;
  const cell = opType === "RNN" ? "rnn" : opType === "LSTM" ? "lstm" : isAfter ? "gru" : "chogru";
  const hidden = attributes.get("hidden_size");
  if (hidden && hidden.type !== undefined && hidden.type !== ATTRIBUTE_TYPES.int) {
    refuse(origin, "a whole number as hidden_size", "another value");
  }
  const scales = ["activation_alpha", "activation_beta"].map((name) => Array.from(attributes.get(name)?.floats ?? []));
  const functions = functionsOf({ opType, names, scales, D: direction === "bidirectional" ? 2 : 1 }, origin);
  return { cell, functions, direction, hidden: hidden?.i, batchFirst: layout === 1, clip: clipOf(attributes, origin) };
}

/** Returns the limit of what enters the functions. */
function clipOf(
  attributes: ReadonlyMap<string, NonNullable<NodeProto["attribute"]>[number]>,
  origin: Origin,
): number | undefined {
  const attribute = attributes.get("clip");
  if (!attribute) return undefined;
  // A field of value 0 may be absent.
  const { f: clip = 0 } = attribute;
  if (!(clip > 0)) refuse(origin, "clip to be above 0", `${clip}`);
  return clip < Infinity ? clip : undefined;
}

/** The functions that a node names. */
interface NamedFunctions {
  readonly opType: string;
  /** The names of all directions, in lower case. */
  readonly names: readonly string[];
  /** The numbers alpha and beta of the functions that have some, in their order. */
  readonly scales: readonly (readonly number[])[];
  /** Number of directions. */
  readonly D: number;
}

/** Reads the functions, which are the same in all directions. */
function functionsOf({ opType, names, scales, D }: NamedFunctions, origin: Origin): Functions {
  const usual = USUAL[opType];
  const all = names.length === 0 ? Array.from({ length: D }, () => usual).flat() : names;
  const found = all.join(", ").slice(0, 100);
  if (all.length !== D * usual.length) refuse(origin, `${D * usual.length} activations`, found);
  const [alphas, betas] = scales.map((list) => [...list]);
  const directions = Array.from({ length: D }, (_, d) => {
    const own = all.slice(d * usual.length, (d + 1) * usual.length);
    return own.map((name, i) => {
      if (isFunction(name)) return { name };
      if (name !== "hardsigmoid" || opType === "RNN" || i > 0) {
        refuse(origin, "Sigmoid, Tanh and Relu as activations, or HardSigmoid of gates,", found);
      }
      const [slope, middle] = [alphas.shift() ?? 0.2, betas.shift() ?? 0.5];
      if (Math.abs(middle - 0.5) > 1e-6) refuse(origin, "0.5 as activation_beta", `${middle}`);
      return { slope };
    });
  });
  const [first, second = first] = directions;
  if (JSON.stringify(first) !== JSON.stringify(second)) refuse(origin, "one list of activations twice", found);
  for (const [i, list] of [alphas, betas].entries()) {
    if (list.length > 0) {
      refuse(origin, `no activation_${i === 0 ? "alpha" : "beta"} of these functions`, list.join(", "));
    }
  }
  const [gate, candidate = gate, cell] = first;
  return {
    activation: candidate.name!,
    ...opType !== "RNN" && (gate.name ? { gateActivation: gate.name } : { gateSlope: gate.slope }),
    ...cell && { cellActivation: cell.name },
  };
}

function isFunction(name: string): name is CellFunction {
  return CELL_FUNCTIONS.some((known) => known === name);
}

async function lengthsOf(
  inputs: NodeInputs,
  { layer }: Origin,
  notes: string[],
): Promise<Pick<RecurrentLayer, "lengths">> {
  const given = await inputs.given(4, "sequence_lens");
  if (given === "input") notes.push(`The lengths of ${layer} are an input of the graph: give them to forward.`);
  return given && typeof given !== "string" ? { lengths: [...given.data] } : {};
}

/** Reads the initial states `[D, B, H]`, or `[B, D, H]` if the batch comes first. */
async function statesOf(
  inputs: NodeInputs,
  { origin, batchFirst, D, H }: { readonly origin: Origin; batchFirst: boolean; D: number; H: number },
  notes: string[],
): Promise<Pick<RecurrentLayer, "initial">> {
  const read = async (index: number, name: string): Promise<LayerTensor | undefined> => {
    const given = await inputs.given(index, name);
    if (given === "input") {
      notes.push(`${name} of ${origin.layer} is an input of the graph: give it to forward of its module.`);
    }
    if (!given || typeof given === "string") return undefined;
    const B = given.shape[batchFirst ? 0 : 1] ?? 0;
    expectTensor(origin, given, batchFirst ? [B, D, H] : [D, B, H], name);
    if (!batchFirst) return given;
    const data = new Float32Array(given.data.length);
    for (let b = 0; b < B; b++) {
      for (let d = 0; d < D; d++) data.set(given.data.subarray((b * D + d) * H, (b * D + d + 1) * H), (d * B + b) * H);
    }
    return { name, shape: [D, B, H], data };
  };
  const [h, c] = [await read(5, "initial_h"), await read(6, "initial_c")];
  return h || c ? { initial: { ...h && { h }, ...c && { c } } } : {};
}
