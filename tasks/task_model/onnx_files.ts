import { InputRangeError } from "../../errors.ts";
import type { OptionKinds } from "../../src/schema/mod.ts";
import { withArticle } from "../../src/schema/mod.ts";
import { moduleName } from "../exchange/pytorch/python_names.ts";
import { exportGraph } from "../exchange/onnx/export/mod.ts";
import { expectGraphOptions } from "./graph_plan.ts";
import { processorsJSON } from "./model_files.ts";
import type { ModelParts, TaskTypes } from "./task.ts";

/** Options of `exportONNX`. */
export interface ExportONNXOptions {
  /** The first part of the files' names. Default: "model". */
  readonly name?: string;
  /** Whether matrices are written in 8 bits, a quarter of the size. Default: false. */
  readonly int8?: boolean;
  /** Whether the graphs compute the logarithms of probabilities instead of logits. Default: false. */
  readonly logProbabilities?: boolean;
  /** Whether the network of a classifier is exported without the linear model beside it. Default: false. */
  readonly networkAlone?: boolean;
}

/** Types of the options of `exportONNX`. */
export const EXPORT_ONNX_OPTIONS: OptionKinds<ExportONNXOptions> = {
  name: "string",
  int8: "boolean",
  logProbabilities: "boolean",
  networkAlone: "boolean",
};

/**
 * Returns a model as ONNX files, with the files of its processors. Throws `RangeError` if an option is given that the
 * models of the task do not have, or as the task's graphs do.
 */
export async function onnxFiles<T extends TaskTypes>(
  parts: ModelParts<T>,
  { name = "model", int8 = false, logProbabilities = false, networkAlone = false }: ExportONNXOptions,
): Promise<File[]> {
  const { task, config, network } = parts;
  if (!task.graphs) {
    throw new InputRangeError(
      `export ${withArticle(task.noun)} as ONNX: expected a task that describes its graphs, found ${task.name}`,
    );
  }
  const options = { logProbabilities, networkAlone };
  expectGraphOptions(options, task, `export ${withArticle(task.noun)} as ONNX`);
  const plans = await task.graphs(parts, options);
  const [{ engine }] = network.parameters();
  const metadata = { task: task.name, config: JSON.stringify(config) };
  const graphs = plans.map((plan) =>
    new File(
      [exportGraph(plan, { engine, network, int8, metadata })],
      `${name}${plan.suffix}.onnx`,
      { type: "application/octet-stream" },
    )
  );
  const processors = processorsJSON(parts).map(({ file, json }) =>
    new File([JSON.stringify(json, null, 2) + "\n"], file, { type: "application/json" })
  );
  const programs = plans.flatMap(({ program }) =>
    program ? new File([program.text], `${moduleName(name + program.suffix)}.py`, { type: "text/x-python" }) : []
  );
  return [...graphs, ...processors, ...programs];
}
