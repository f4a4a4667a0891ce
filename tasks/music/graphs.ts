import { gather, logSoftmax, type RecurrentState, reshape, type Tensor, tensor } from "../../src/nn/mod.ts";
import type { GraphInput, GraphOptions, GraphOutput, GraphPlan, GraphRun } from "../task_model/graph_plan.ts";
import { stateInputs, stateOutputs } from "../task_model/graph_states.ts";
import { placeProgram } from "./feature_program.ts";
import type { MusicNetwork } from "./network.ts";
import type { FullNotation } from "./notations/mod.ts";

/**
 * The graphs of a music model: whole pieces, and a single step. Where groups have several tokens, the step computes
 * what those share, and a graph of its own scores the tokens one after the other.
 */
export function musicGraphs(
  network: MusicNetwork,
  notation: FullNotation,
  options: GraphOptions,
): readonly GraphPlan[] {
  const program = { suffix: "_features", text: placeProgram(notation) };
  if (!network.inside) {
    return [{
      suffix: "",
      program,
      summary: "Reads the ids [time, batch] and places of tokens after given states and scores the token there.",
      sizes: ["time", "batch"],
      run: ({ time, batch }) => scoreGroups(network, [time, batch], [time, batch], options),
    }, {
      suffix: "_step",
      summary: "Reads one id and place of each piece after given states and scores the token there.",
      sizes: ["batch"],
      run: ({ batch }) => scoreGroups(network, [batch], [1, batch], options),
    }];
  }
  return [{
    suffix: "",
    program,
    summary: "Reads the ids [time, batch] and places of groups after given states and scores their tokens.",
    sizes: ["time", "batch", "tokens"],
    run: ({ time, batch, tokens }) => scoreTokens(network, { time, batch, tokens }, options),
  }, {
    suffix: "_step",
    summary: "Reads one id and place of each piece after given states and computes what the tokens of the group share.",
    sizes: ["batch"],
    run: ({ batch }) => shareStep(network, batch),
  }, {
    suffix: "_token",
    summary: "Scores a token of each group.",
    sizes: ["batch"],
    run: ({ batch }) => scoreStep(network, batch, options),
  }];
}

/** Every token is a group. */
function scoreGroups(
  network: MusicNetwork,
  shape: readonly number[],
  [T, B]: readonly [number, number],
  options: GraphOptions,
): GraphRun {
  const { inputs, hidden, state } = readGroups(network, shape, [T, B]);
  const logits = network.score(hidden);
  const V = logits.shape.at(-1)!;
  const shaped = shape.length === 1 ? reshape(logits, [B, V]) : logits;
  return { inputs, outputs: [scoresOf(shaped, options), ...stateOutputs(state)] };
}

/** Groups have several tokens, which are all given. */
function scoreTokens(
  network: MusicNetwork,
  { time: T, batch: B, tokens: N }: { readonly time: number; readonly batch: number; readonly tokens: number },
  options: GraphOptions,
): GraphRun {
  const { inputs, hidden, state } = readGroups(network, [T, B], [T, B]);
  const rows: GraphInput & { values: Int32Array } = {
    name: "rows",
    values: new Int32Array(N),
    shape: [N],
    help: "The group of each token to score: its step times the number of pieces, plus its piece.",
  };
  const inside = insideInput(network, N);
  const shared = gather(reshape(hidden, [T * B, hidden.shape[2]]), rows.values);
  return {
    inputs: [...inputs, rows, inside.input],
    outputs: [scoresOf(network.score(shared, inside.tensor), options), ...stateOutputs(state)],
  };
}

function shareStep(network: MusicNetwork, B: number): GraphRun {
  const { inputs, hidden, state } = readGroups(network, [B], [1, B]);
  const shared = reshape(hidden, [B, hidden.shape[2]]);
  return {
    inputs,
    outputs: [
      { name: "hidden", tensor: shared, help: "What the tokens of each group share." },
      ...stateOutputs(state),
    ],
  };
}

function scoreStep(network: MusicNetwork, B: number, options: GraphOptions): GraphRun {
  const width = network.state.weight.shape[0];
  const values = new Float32Array(B * width);
  const inside = insideInput(network, B);
  const logits = network.score(tensor(values, [B, width], { engine: network.engine }), inside.tensor);
  return {
    inputs: [
      { name: "hidden", values, shape: [B, width], help: "What the tokens of each group share, of the step." },
      inside.input,
    ],
    outputs: [scoresOf(logits, options)],
  };
}

/** Reads groups whose inputs have the leading extents of `shape`: [T, B], or [B] for a single step. */
function readGroups(
  network: MusicNetwork,
  shape: readonly number[],
  [T, B]: readonly [number, number],
): { readonly inputs: readonly GraphInput[]; readonly hidden: Tensor; readonly state: RecurrentState } {
  const { engine, language, place } = network;
  const [, C] = place.weight.shape;
  const ids = new Int32Array(T * B);
  const features = new Float32Array(T * B * C);
  const { inputs, state } = stateInputs(language.rnn.stateShapes(B), engine);
  const read = network.read({ T, B, ids, features }, state);
  return {
    inputs: [
      { name: "ids", values: ids, shape, help: "Ids of the tokens before; before the first, the last id." },
      { name: "features", values: features, shape: [...shape, C], help: "Features of the places." },
      ...inputs,
    ],
    ...read,
  };
}

function insideInput({ engine, inside }: MusicNetwork, N: number): { input: GraphInput; tensor: Tensor } {
  const shape = [N, inside!.weight.shape[1]];
  const values = new Float32Array(N * shape[1]);
  const help = "Features of the tokens within their groups.";
  return { input: { name: "inside", values, shape, help }, tensor: tensor(values, shape, { engine }) };
}

function scoresOf(logits: Tensor, { logProbabilities }: GraphOptions): GraphOutput {
  const help = "Scores of all tokens, before the grammar bans some.";
  return logProbabilities
    ? { name: "log_probabilities", tensor: logSoftmax(logits), help }
    : { name: "logits", tensor: logits, help };
}
