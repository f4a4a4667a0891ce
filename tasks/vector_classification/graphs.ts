import { affine, logSoftmax, tensor } from "../../src/nn/mod.ts";
import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphOptions, GraphPlan } from "../task_model/graph_plan.ts";
import type { VectorClassifierConfig } from "./hyperparameters.ts";
import type { VectorClassifierNetwork } from "./network.ts";

/** The graph of a classifier of sequences of vectors. */
export function vectorClassifierGraphs(
  network: VectorClassifierNetwork,
  config: VectorClassifierConfig,
  { logProbabilities }: GraphOptions,
): readonly GraphPlan[] {
  return [{
    suffix: "",
    summary: "Reads prepared frames [time, batch, width] of the given lengths and scores the labels.",
    sizes: ["time", "batch"],
    factor: config.conv ? config.convPool ?? 1 : 1,
    run({ time, batch }) {
      const shape = [time, batch, config.input];
      const values = new Float32Array(time * batch * config.input);
      const lengths = lengthsInput(time, batch, "Number of frames of each sequence.");
      const logits = network.forward(tensor(values, shape, { engine: network.engine }), lengths.values);
      const own = config.temperature === 1 ? logits : affine(logits, 1 / config.temperature);
      return {
        inputs: [{ name: "frames", values, shape, help: "Frames as the processor prepares them." }, lengths],
        outputs: [
          logProbabilities
            ? { name: "log_probabilities", tensor: logSoftmax(own), help: "Scores of the labels." }
            : { name: "logits", tensor: logits, help: "Scores of the labels." },
        ],
      };
    },
  }];
}
