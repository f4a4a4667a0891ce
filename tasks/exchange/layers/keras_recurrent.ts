import { InputRangeError } from "../../../errors.ts";
import { functionOf, type KerasLayer, kerasLayer, type KerasOrigin, show, sizeOf } from "./keras_config.ts";
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
  transposed,
} from "./layer.ts";

const CELLS: Readonly<Record<string, ImportedCell>> = { SimpleRNN: "rnn", LSTM: "lstm", GRU: "gru" };

/** The place of each of PyTorch's gates among Keras's: i, f, c, o for an LSTM as there, z, r, h for a GRU. */
const ORDER: { readonly [K in ImportedCell]: readonly number[] } = {
  rnn: [0],
  lstm: [0, 1, 2, 3],
  gru: [1, 0, 2],
  chogru: [1, 0, 2],
};

const MERGES: readonly RecurrentLayer["merge"][] = ["concat", "sum", "mul", "ave"];

/** The properties that both directions have in common. */
type Facts =
  & Pick<
    RecurrentLayer,
    "cell" | "activation" | "cellActivation" | "gateActivation" | "gateSlope" | "hidden" | "returns"
  >
  & { readonly bias: boolean };

/** Converts a recurrent layer or a bidirectional one. */
export function kerasRecurrent(
  layer: KerasLayer,
  weights: readonly LayerTensor[],
  origin: KerasOrigin,
  notes: string[],
): RecurrentLayer {
  const { className, name, config } = layer;
  const isBoth = className === "Bidirectional";
  const inner = isBoth ? kerasLayer(config.layer, origin.action) : layer;
  const count = isBoth ? weights.length / 2 : weights.length;
  const parts = isBoth ? [weights.slice(0, count), weights.slice(count)] : [weights];
  const facts = factsOf(inner, parts[0], origin);
  if (isBoth && config.backward_layer !== undefined && config.backward_layer !== null) {
    const backward = kerasLayer(config.backward_layer, origin.action);
    if (JSON.stringify(factsOf(backward, parts[1], origin)) !== JSON.stringify(facts)) {
      refuse(origin, "two layers of one kind and size", `${inner.name} and ${backward.name}, which differ`);
    }
  }
  const merge = isBoth ? MERGES.find((merge) => merge === config.merge_mode) : "concat";
  if (!merge) refuse(origin, `one of ${MERGES.join(", ")} as merge_mode`, show(config.merge_mode));
  if (inner.config.stateful === true) notes.push(`${name} is stateful: begin with the states of the sequences before.`);
  if (isBoth && inner.config.go_backwards === true) {
    refuse(origin, "a first layer of Bidirectional that reads forward", "go_backwards");
  }
  const isBackward = !isBoth && inner.config.go_backwards === true;
  if (isBackward && facts.returns === "sequence") {
    refuse(origin, "go_backwards with the last output alone", "return_sequences");
  }
  const { bias: _, ...own } = facts;
  return {
    ...{ kind: "recurrent", name, ...own, input: weights[0]?.shape[0] ?? 0, merge, batchFirst: true },
    direction: isBoth ? "bidirectional" : isBackward ? "reverse" : "forward",
    tensors: tensorMap(...parts.flatMap((part, i) => convert(facts, part, origin, i === 0 ? "" : "_reverse"))),
  };
}

function refuse({ action, layer }: Origin, expected: string, found: string): never {
  throw new InputRangeError(`${action}: expected ${expected} of ${layer}, found ${found}`);
}

/** Reads the options of one direction. Those of training are of no use, others that are not known are refused. */
function factsOf({ className, config }: KerasLayer, weights: readonly LayerTensor[], origin: KerasOrigin): Facts {
  const cell = CELLS[className];
  if (!cell) refuse(origin, "a SimpleRNN, LSTM or GRU as layer", className);
  if (config.return_state === true) refuse(origin, "return_state to be false", "true");
  if (config.time_major === true) refuse(origin, "time_major to be false", "true");
  const named = (name: string, usual: string): CellFunction => {
    const found = functionOf(Object.hasOwn(config, name) ? config[name] : usual);
    return CELL_FUNCTIONS.find((known) => known === found) ??
      refuse(origin, `${CELL_FUNCTIONS.join(", ")} as ${name}`, found);
  };
  const activation = named("activation", "tanh");
  const isHard = functionOf(config.recurrent_activation) === "hard_sigmoid";
  const bias = config.use_bias !== false;
  // Files of early versions lack the option; the bias of the newer form has two rows.
  const isAfter = config.reset_after === undefined ? weights[2]?.shape.length === 2 : config.reset_after === true;
  return {
    cell: cell === "gru" && !isAfter ? "chogru" : cell,
    ...{
      activation,
      ...cell === "lstm" && { cellActivation: activation },
      ...cell !== "rnn" &&
        (isHard ? { gateSlope: origin.hardSlope } : { gateActivation: named("recurrent_activation", "sigmoid") }),
      hidden: sizeOf(origin, config, "units"),
      bias,
    },
    returns: config.return_sequences === true ? "sequence" : "last",
  };
}

/**
 * Converts the weights of one direction: kernel `[I, G H]`, recurrent kernel `[H, G H]`, bias `[G H]` or `[2, G H]`.
 */
function convert(
  { cell, hidden, bias }: Facts,
  [kernel, recurrent, biases]: readonly LayerTensor[],
  origin: KerasOrigin,
  suffix: string,
): LayerTensor[] {
  const rows = GATES[cell] * hidden;
  const order = ORDER[cell];
  const input = kernel?.shape[0] ?? 0;
  expectTensor(origin, kernel, [input, rows], "the kernel");
  expectTensor(origin, recurrent, [hidden, rows], "the recurrent kernel");
  const weights = [
    reorderBlocks(transposed(kernel, `weight_ih_l0${suffix}`), order),
    reorderBlocks(transposed(recurrent, `weight_hh_l0${suffix}`), order),
  ];
  if (!bias) return weights;
  const both = cell === "gru";
  expectTensor(origin, biases, both ? [2, rows] : [rows], "the bias");
  const make = (name: string, data: Float32Array): LayerTensor =>
    reorderBlocks({ name: `${name}_l0${suffix}`, shape: [rows], data }, order);
  const fromState = both ? biases.data.subarray(rows) : new Float32Array(rows);
  return [...weights, make("bias_ih", biases.data.subarray(0, rows)), make("bias_hh", fromState)];
}
