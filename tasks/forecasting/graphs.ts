import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphInput, GraphPlan } from "../task_model/graph_plan.ts";
import type { ForecasterConfig } from "./hyperparameters.ts";
import { inputProgram } from "./input_program.ts";
import type { ForecastNetwork } from "./network.ts";
import type { SeriesProcessor } from "./series_processor.ts";

/** The graph of a forecaster's network, which reads scaled windows. */
export function forecasterGraphs(
  network: ForecastNetwork,
  config: ForecasterConfig,
  processor: SeriesProcessor,
): readonly GraphPlan[] {
  const { step, window, horizon } = config;
  return [{
    suffix: "",
    program: { suffix: "_inputs", text: inputProgram(config, processor) },
    summary: "Reads scaled windows of series and forecasts the next values, scaled.",
    sizes: ["time", "batch"],
    run({ time: T, batch: B }) {
      const [{ rnn, ahead, statics }] = network.members;
      const floats = (name: string, shape: readonly number[], help: string): GraphInput & { values: Float32Array } => ({
        name,
        values: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
        shape,
        help,
      });
      const width = rnn.input - statics.reduce((sum, { weight }) => sum + weight.shape[1], 0);
      const inputs = floats("inputs", [T, B, width], "Values, masks and covariates of each step of a window.");
      const lengths = lengthsInput(T, B, "Number of steps of each window.");
      const values = floats("values", [B, step * window], "Scaled values of a window, zeros before the series.");
      const naive = floats("naive", [B, horizon], "The naive forecast, scaled.");
      const known = ahead.length === 0 ? 0 : ahead[0].weight.shape[1];
      const covariates = floats("ahead", [B, horizon, known], "What is known ahead of each value to forecast.");
      const places = processor.config.statics.map(({ name }, i): GraphInput & { values: Int32Array } => ({
        name: `static_${i}`,
        values: new Int32Array(B),
        shape: [B],
        help: `Category of ${name}.`,
      }));
      const outputs = network.forward({
        size: B,
        steps: T,
        inputs: inputs.values,
        lengths: lengths.values,
        values: values.values,
        naive: naive.values,
        ahead: covariates.values,
        statics: places.map(({ values }) => values),
        scales: [],
      }, config.correction);
      return {
        inputs: [inputs, lengths, values, naive, covariates, ...places],
        outputs: [{
          name: "outputs",
          tensor: outputs,
          help: "Each output of the distribution for all values in turn.",
        }],
      };
    },
  }];
}
