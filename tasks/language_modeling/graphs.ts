import { logSoftmax, reshape } from "../../src/nn/mod.ts";
import type { GraphOptions, GraphPlan, GraphRun } from "../task_model/graph_plan.ts";
import { stateInputs, stateOutputs } from "../task_model/graph_states.ts";
import type { LanguageNetwork } from "./network.ts";

/** The graphs of a language model: a whole sequence, and a single step. */
export function languageModelGraphs(network: LanguageNetwork, options: GraphOptions): readonly GraphPlan[] {
  return [{
    suffix: "",
    summary: "Reads ids [time, batch] after given states and scores the id after each of them.",
    sizes: ["time", "batch"],
    run: ({ time, batch }) => run(network, [time, batch], [time, batch], options),
  }, {
    suffix: "_step",
    summary: "Reads one id of each sequence after given states and scores the next one.",
    sizes: ["batch"],
    run: ({ batch }) => run(network, [batch], [1, batch], options),
  }];
}

function run(
  network: LanguageNetwork,
  shape: readonly number[],
  [T, B]: readonly [number, number],
  { logProbabilities }: GraphOptions,
): GraphRun {
  const { engine } = network.embedding.weight;
  const ids = new Int32Array(T * B);
  const { inputs, state } = stateInputs(network.rnn.stateShapes(B), engine);
  const { logits, state: next } = network.forward(ids, T, B, state);
  // An adaptive softmax computes logarithms of probabilities itself.
  const isLogarithm = !("bias" in network.decoder);
  const scores = logProbabilities && !isLogarithm ? logSoftmax(logits) : logits;
  const V = network.embedding.weight.shape[0];
  const shaped = shape.length === 1 ? reshape(scores, [B, V]) : scores;
  const name = logProbabilities || isLogarithm ? "log_probabilities" : "logits";
  return {
    inputs: [{ name: "ids", values: ids, shape, help: "Ids of tokens." }, ...inputs],
    outputs: [{ name, tensor: shaped, help: "Scores of the next token." }, ...stateOutputs(next)],
  };
}
