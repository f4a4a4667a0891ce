import {
  type Command,
  describeEngine,
  ENGINE_OPTIONS,
  type OptionSpecs,
  startEngine,
  UsageError,
} from "../command_line/mod.ts";
import { evaluateLanguageModel, QUANTIZE_OPTION } from "../language_modeling/commands/mod.ts";
import { readTask } from "../model_files/mod.ts";
import { evaluateClassifier, TEXT_OPTIONS } from "../sentiment/commands/mod.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  data: { kind: "path", value: "FILE", help: "what to measure on: a text, or labelled texts for a classifier" },
  ...QUANTIZE_OPTION,
  ...TEXT_OPTIONS,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
} as const satisfies OptionSpecs;

/** The options that only some tasks have. */
const OWN_OPTIONS: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  "language-modeling": ["quantize"],
  "sentiment": ["format", "text-column", "label-column"],
};

/** Measures a trained model. */
export const evaluateCommand: Command<typeof OPTIONS> = {
  name: "evaluate",
  summary: "measure a trained model: how well it predicts a text, or how well it tells labels",
  options: OPTIONS,
  run: async (values) => {
    const engine = startEngine(values);
    if (engine.blas && !values.json) console.error(describeEngine(engine));
    const { model, data } = values;
    if (model === undefined) throw new UsageError("--model: expected a model's directory, found none");
    if (data === undefined) throw new UsageError("--data: expected a file, found none");
    const task = await readTask(model);
    const foreign = Object.entries(OWN_OPTIONS).flatMap(([other, names]) => other === task ? [] : names);
    const given = foreign.find((name) => values[name] !== undefined);
    if (given) throw new UsageError(`--${given}: expected none for a model of ${task}, found it`);
    switch (task) {
      case "language-modeling":
        return await evaluateLanguageModel({ ...values, model, data });
      case "sentiment":
        return await evaluateClassifier({ ...values, model, data });
      default:
        throw new RangeError(`evaluate ${model}: expected a model of language-modeling or sentiment, found ${task}`);
    }
  },
};
