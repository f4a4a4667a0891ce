import { InputRangeError } from "../../errors.ts";
import { logSoftmax } from "../../src/nn/mod.ts";
import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphOptions, GraphPlan } from "../task_model/graph_plan.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import type { ClassifierNetwork } from "./network.ts";

/** The graph of a classifier's network. Throws `RangeError` if the model is a linear one, or has one beside it. */
export function classifierGraphs(
  network: ClassifierNetwork,
  config: ClassifierConfig,
  { logProbabilities, networkAlone }: GraphOptions,
): readonly GraphPlan[] {
  const hasNetwork = network.members.length > 0;
  if (!hasNetwork || network.linear && !networkAlone) {
    const found = hasNetwork ? "one with a linear model of n-grams beside its network" : "a linear model of n-grams";
    throw new InputRangeError(
      `export a classifier as ONNX: expected a network alone, found ${found}, which counts the words of a text and ` +
        `so cannot read ids${hasNetwork ? "; networkAlone (--network-alone) leaves it out" : ""}`,
    );
  }
  return [{
    suffix: "",
    summary: "Reads the ids of texts [time, batch] of the given lengths and scores the labels.",
    sizes: ["time", "batch"],
    factor: config.conv ? config.convPool ?? 1 : 1,
    run({ time, batch }) {
      const ids = new Int32Array(time * batch);
      const lengths = lengthsInput(time, batch, "Number of ids of each text.");
      const { logits } = network.forward(ids, lengths.values);
      return {
        inputs: [
          { name: "ids", values: ids, shape: [time, batch], help: "Ids of tokens; any below the end." },
          lengths,
        ],
        outputs: [
          logProbabilities
            ? { name: "log_probabilities", tensor: logSoftmax(logits), help: "Scores of the labels." }
            : { name: "logits", tensor: logits, help: "Scores of the labels." },
        ],
      };
    },
  }];
}
