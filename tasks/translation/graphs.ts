import { type AttentionMemory, logSoftmax, reshape, tensor } from "../../src/nn/mod.ts";
import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphInput, GraphOptions, GraphOutput, GraphPlan, GraphRun } from "../task_model/graph_plan.ts";
import { stateInputs, stateOutputs } from "../task_model/graph_states.ts";
import type { TranslatorConfig } from "./hyperparameters.ts";
import type { TranslatorNetwork } from "./network.ts";

const LENGTHS = "Number of ids of each source sentence.";

/** The graphs of a translator: the encoder, and a step of the decoder. */
export function translatorGraphs(
  network: TranslatorNetwork,
  config: TranslatorConfig,
  options: GraphOptions,
): readonly GraphPlan[] {
  return [{
    suffix: "_encoder",
    summary: "Reads the ids of source sentences [source, batch] and computes what the decoder reads.",
    sizes: ["source", "batch"],
    run: ({ source, batch }) => encode(network, source, batch),
  }, {
    suffix: "_decoder",
    summary: "Reads one id of each target sentence after given states and scores the next one.",
    sizes: config.attention === "none" ? ["batch"] : ["source", "batch"],
    run: ({ source, batch }) => step(network, config, { source: source ?? 1, batch, options }),
  }];
}

function encode(network: TranslatorNetwork, S: number, B: number): GraphRun {
  const ids = new Int32Array(S * B);
  const lengths = lengthsInput(S, B, LENGTHS);
  const { memory, state } = network.encode({ ids, lengths: lengths.values });
  const outputs: GraphOutput[] = memory
    ? [
      { name: "memory_keys", tensor: memory.keys, help: "Keys of the attention." },
      { name: "memory_values", tensor: memory.values, help: "Values of the attention." },
    ]
    : [];
  const states = Object.entries(state).flatMap(([name, tensor]) =>
    tensor ? [{ name, tensor, help: `The decoder's first ${name}.` }] : []
  );
  return {
    inputs: [{ name: "ids", values: ids, shape: [S, B], help: "Ids of source tokens; any below the end." }, lengths],
    outputs: [...outputs, ...states],
  };
}

function step(
  network: TranslatorNetwork,
  config: TranslatorConfig,
  { source: S, batch: B, options }: {
    readonly source: number;
    readonly batch: number;
    readonly options: GraphOptions;
  },
): GraphRun {
  const { engine, vocabulary: V } = network;
  const ids = new Int32Array(B);
  const read = memoryInputs(network, S, B);
  const feed = config.inputFeeding ? [B, config.embed] : undefined;
  const { inputs, state } = stateInputs({ ...network.decoder.stateShapes(B), feed }, engine);
  const { readout, weights, state: next } = network.step(ids, state, read?.memory);
  const logits = reshape(network.score(readout), [B, V]);
  const scores = options.logProbabilities
    ? { name: "log_probabilities", tensor: logSoftmax(logits), help: "Scores of the next symbol." }
    : { name: "logits", tensor: logits, help: "Scores of the next symbol." };
  const attention = weights &&
    { name: "attention", tensor: reshape(weights, [B, S]), help: "Weights of source tokens." };
  return {
    inputs: [
      { name: "ids", values: ids, shape: [B], help: "Ids of target symbols; at first the boundary, the last one." },
      ...read?.inputs ?? [],
      ...inputs,
    ],
    outputs: [scores, ...attention ? [attention] : [], ...stateOutputs(next)],
  };
}

/** Makes inputs of what the encoder computed for the attention; undefined without attention. */
function memoryInputs(
  { attention, encoder, decoder, engine }: TranslatorNetwork,
  S: number,
  B: number,
): { readonly inputs: readonly GraphInput[]; readonly memory: AttentionMemory } | undefined {
  if (!attention) return undefined;
  const states = encoder.projected * encoder.directions;
  const shapes = [
    [S, B, attention.keys ? decoder.projected : states],
    [S, B, attention.values ? decoder.projected : states],
  ];
  const values = shapes.map((shape) => new Float32Array(shape.reduce((product, extent) => product * extent, 1)));
  const [keys, mixed] = values.map((own, i) => tensor(own, shapes[i], { engine }));
  const lengths = lengthsInput(S, B, LENGTHS);
  return {
    inputs: [
      { name: "memory_keys", values: values[0], shape: shapes[0], help: "Keys of the attention, of the encoder." },
      { name: "memory_values", values: values[1], shape: shapes[1], help: "Values of the attention, of the encoder." },
      lengths,
    ],
    memory: { keys, values: mixed, lengths: lengths.values },
  };
}
