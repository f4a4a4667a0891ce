import { count, type Given, withArticle } from "../../src/schema/mod.ts";
import type { AnyProgram, StepGradient, TaskModel, TaskTypes } from "../../tasks/task_model/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { drawChartFile } from "../charts/mod.ts";
import { flowLines, type ModelFacts, readModel, summarizeFlow } from "../inspection/mod.ts";
import { jsonLine, visible, writeLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectWritable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";
import { infoLines } from "./info_lines.ts";
import { expectModel, newestModel } from "./model_option.ts";

const OPTIONS = {
  ...VERIFY_OPTION,
  "gradient-flow": {
    kind: "string",
    group: "answers",
    value: "TEXT",
    help: "Show how far the gradient of the last token's loss reaches back in a text, for a language model.",
  },
  plot: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help: "Draw the gradient's flow as SVG; - writes it to standard output, alone.",
  },
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else." },
} as const satisfies OptionSpecs;

/** Makes the command that shows the facts about a model. */
export function makeInfoCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return { operands: "[DIR]", options: OPTIONS, run: (values, operands) => info(tasks, values, operands) };
}

async function info(
  tasks: readonly TaskEntry[],
  values: Values<typeof OPTIONS>,
  operands: readonly string[],
): Promise<number> {
  const { json, plot, "gradient-flow": text } = values;
  if (operands.length > 1) throw new UsageError(`expected one model's directory, found ${operands.length}`);
  if (plot !== undefined) {
    if (text === undefined) throw new UsageError("--plot: expected --gradient-flow with it, found none");
    await expectWritable({ option: "--plot", file: plot, json });
  }
  const [named] = operands;
  if (named !== undefined) await expectModel(undefined, named, tasks);
  const directory = named ?? await newestModel(tasks, json);
  const { model, program, facts } = await readModel(directory, { tasks, ...verifying(values) });
  const flow = text === undefined ? undefined : flowOf(program, model, text);
  if (json) jsonLine({ ...jsonOf(facts), ...flow && { gradient_flow: { ...summarizeFlow(flow), steps: flow } } });
  else if (plot !== STANDARD_OUTPUT) {
    for (const line of flow ? explainFlow(flow) : infoLines(facts)) writeLine(visible(line));
  }
  if (flow && plot !== undefined) await saveDrawing(plot, await drawFlow(flow), json);
  return 0;
}

/** Returns the facts as fields of JSON. The lines of the history are in its own file. */
function jsonOf({ run, totals, ...facts }: ModelFacts): Given {
  const { parameters, float32Bytes, int8Bytes, multiplyAdds } = totals;
  const { history: _, ...training } = run ?? {};
  return {
    ...facts,
    totals: { parameters, float32_bytes: float32Bytes, int8_bytes: int8Bytes, multiply_adds: multiplyAdds },
    training: run ? training : null,
  };
}

function flowOf(program: AnyProgram, model: TaskModel<TaskTypes>, text: string): readonly StepGradient[] {
  if (program.gradientFlow) return program.gradientFlow(model, text);
  throw new UsageError(
    `--gradient-flow: expected a language model, found ${withArticle(program.model.task.noun)}`,
  );
}

/** Shows the norms and what they mean. */
function explainFlow(flow: readonly StepGradient[]): string[] {
  const { steps, factor, perStep, verdict } = summarizeFlow(flow);
  return [
    "The norm of the gradient of the last token's loss by the embedding of each earlier token:",
    "",
    ...flowLines(flow),
    "",
    `Over ${count(steps, "step")} back the norm changes by a factor of ${factor.toPrecision(2)}, ` +
    `${perStep.toPrecision(3)} a step: the gradient ${verdict}.`,
    "docs/guide/7_gradients.md explains why.",
  ];
}

async function drawFlow(flow: readonly StepGradient[]): Promise<string> {
  const points = flow.map(({ norm }, t) => ({ x: flow.length - 1 - t, y: norm }));
  return await drawChartFile({
    title: "Norm of the gradient of the last token's loss by the embedding of each earlier token",
    x: "steps back",
    y: "gradient norm",
    isLog: true,
    lines: [{ index: 0, points, hasDots: points.length <= 60 }],
  });
}
