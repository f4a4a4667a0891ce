import { type Command, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { evaluateLanguageModel, QUANTIZE_OPTION } from "./language_modeling/mod.ts";
import { readTask } from "../../tasks/task_model/mod.ts";
import { evaluateClassifier, TEXT_OPTIONS } from "./classification/mod.ts";
import { evaluateTranslator, SEARCH_OPTIONS } from "./translation/mod.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  data: {
    kind: "path",
    value: "FILE",
    help: "what to measure on: a text, labelled texts for a classifier, pairs with a tab between for a translator",
  },
  src: { kind: "path", value: "FILE", help: "or, for a translator, sentences" },
  tgt: { kind: "path", value: "FILE", help: "and their translations, line by line" },
  ...QUANTIZE_OPTION,
  ...TEXT_OPTIONS,
  ...SEARCH_OPTIONS,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
} as const satisfies OptionSpecs;

/** The options that only some tasks have. */
const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  "language-modeling": ["quantize"],
  "sentiment": ["format", "text-column", "label-column"],
  "translation": ["src", "tgt", ...Object.keys(SEARCH_OPTIONS)],
};

/** Measures a trained model. */
export const evaluateCommand: Command<typeof OPTIONS> = {
  name: "evaluate",
  summary: "measure a trained model: how well it predicts a text, tells labels, or translates",
  options: OPTIONS,
  run: async (values) => {
    const engine = startEngine(values);
    if (engine.blas && !values.json) console.error(describeEngine(engine));
    const { model, data, src, tgt } = values;
    if (model === undefined) throw new UsageError("--model: expected a model's directory, found none");
    if (data === undefined && src === undefined) throw new UsageError("--data: expected a file, found none");
    if ((src === undefined) !== (tgt === undefined)) {
      throw new UsageError("--src: expected --src and --tgt, found one of them");
    }
    if (data !== undefined && src !== undefined) {
      throw new UsageError("--data: expected it or --src and --tgt, found both");
    }
    const task = await readTask(model);
    const foreign = Object.entries(OWN_OPTIONS).flatMap(([other, names]) => other === task ? [] : names);
    const given = foreign.find((name) => values[name as keyof typeof values] !== undefined);
    if (given) throw new UsageError(`--${given}: expected none for a model of ${task}, found it`);
    switch (task) {
      case "language-modeling":
        return await evaluateLanguageModel({ ...values, model, data: data! });
      case "sentiment":
        return await evaluateClassifier({ ...values, model, data: data! });
      case "translation":
        return await evaluateTranslator({ ...values, model });
      default:
        throw new RangeError(
          `evaluate ${model}: expected a model of ${Object.keys(OWN_OPTIONS).join(", ")}, found ${task}`,
        );
    }
  },
};
