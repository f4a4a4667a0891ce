import { logSoftmax, tensor } from "../../src/nn/mod.ts";
import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphPlan } from "../task_model/graph_plan.ts";
import { soundProgram } from "./feature_program.ts";
import type { SpeechConfig } from "./hyperparameters.ts";
import type { SpeechNetwork } from "./network.ts";
import type { SoundProcessor } from "./sound_processor.ts";

/** The graph of a speech recognizer. */
export function speechGraphs(
  network: SpeechNetwork,
  { input }: SpeechConfig,
  processor: SoundProcessor,
): readonly GraphPlan[] {
  return [{
    suffix: "",
    program: { suffix: "_features", text: soundProgram(processor) },
    summary: "Reads prepared frames [time, batch, width] of sounds and scores the blank and the symbols at each.",
    sizes: ["time", "batch"],
    run({ time, batch }) {
      const shape = [time, batch, input];
      const values = new Float32Array(time * batch * input);
      const lengths = lengthsInput(time, batch, "Number of frames of each sound.");
      const logits = network.forward(tensor(values, shape, { engine: network.engine }), lengths.values);
      const help = "Logarithms of the probabilities of the blank, class 0, and of the symbols after it.";
      return {
        inputs: [{ name: "frames", values, shape, help: "Log-mel bands as the processor prepares them." }, lengths],
        outputs: [{ name: "log_probabilities", tensor: logSoftmax(logits), help }],
      };
    },
  }];
}
