import { InputRangeError } from "../../../errors.ts";
import type { AnyModelClass } from "../../task_model/mod.ts";
import type { ExportableModel } from "../pytorch/mod.ts";

/** Options of `modelCard`. */
export interface ModelCardOptions {
  /** The model's name. Default: "model". */
  readonly name?: string;
  /** The license, by Hugging Face's identifier such as "mit". Default: "unknown". */
  readonly license?: string;
  /** The data that the model was trained on, in one line. Default: not said. */
  readonly data?: string;
  /** Figures of the model by name, such as "validation loss". Default: none. */
  readonly figures?: Readonly<Record<string, number>>;
  /** The command that trained it. Default: not said. */
  readonly command?: string;
}

/** The tasks as Hugging Face's hub names them, and the verbs that use their models. */
const TASKS: Readonly<Record<string, { readonly tag?: string; readonly verb: string }>> = {
  "language-modeling": { tag: "text-generation", verb: "generate" },
  classification: { tag: "text-classification", verb: "classify" },
  "vector-classification": { verb: "classify" },
  translation: { tag: "translation", verb: "translate" },
  forecasting: { tag: "time-series-forecasting", verb: "forecast" },
  "speech-recognition": { tag: "automatic-speech-recognition", verb: "transcribe" },
};

/**
 * Writes the card of a model, for a `README.md` beside its files: the task, the sizes, the data, figures, the command that
 * trained it, and a front matter with the license and the tags that Hugging Face's hub reads.
 *
 * @param model The model.
 * @param options The facts that the model itself does not have.
 * @returns The page in Markdown.
 * @throws {RangeError} If a text has several lines or a figure is not finite.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { modelCard } from "@elman/elman/exchange";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), hidden: 8 });
 * const card = modelCard(model, { name: "hamlet", license: "mit", figures: { "validation loss": 1.25 } });
 * assertStringIncludes(card, 'license: "mit"\nlibrary_name: elman\npipeline_tag: text-generation');
 * assertStringIncludes(card, "| validation loss | 1.25 |");
 * ```
 */
export function modelCard(model: ExportableModel, options: ModelCardOptions = {}): string {
  const { name = "model", license = "unknown", data, figures = {}, command } = options;
  for (const text of [name, license, data, command, ...Object.keys(figures)]) {
    if (text === undefined || !/[\r\n]/.test(text)) continue;
    throw new InputRangeError(`write a model card: expected texts of one line, found ${JSON.stringify(text)}`);
  }
  const wrong = Object.entries(figures).find(([, value]) => !Number.isFinite(value));
  if (wrong) throw new InputRangeError(`write a model card: expected a finite ${wrong[0]}, found ${wrong[1]}`);
  const { task } = model.constructor as unknown as AnyModelClass;
  const { tag, verb } = TASKS[task.name] ?? {};
  const cell = (model.config as { readonly cell?: string }).cell;
  return [
    "---",
    `license: ${JSON.stringify(license)}`,
    "library_name: elman",
    ...tag ? [`pipeline_tag: ${tag}`] : [],
    "tags:",
    ...["elman", ...cell ? [cell] : [], task.name].map((tag) => `- ${tag}`),
    ...indexOf({ name, tag: tag ?? task.name, data, figures }),
    "---",
    "",
    `# ${escaped(name)}`,
    "",
    `A ${task.noun} of [Elman](https://jsr.io/@elman/elman).`,
    "",
    ...table("size", sizesOf(model)),
    ...data === undefined ? [] : ["", "## Data", "", escaped(data)],
    ...Object.keys(figures).length === 0 ? [] : ["", "## Figures", "", ...table("figure", Object.entries(figures))],
    ...command === undefined ? [] : ["", "## Training", "", "```sh", command, "```"],
    ...verb === undefined ? [] : ["", "## Use", "", "```sh", `elman ${verb} --model .`, "```"],
    "",
  ].join("\n");
}

/** The figures in the front matter. */
function indexOf({ name, tag, data = "unknown", figures }: {
  readonly name: string;
  readonly tag: string;
  readonly data?: string;
  readonly figures: Readonly<Record<string, number>>;
}): string[] {
  if (Object.keys(figures).length === 0) return [];
  return [
    "model-index:",
    `- name: ${JSON.stringify(name)}`,
    "  results:",
    "  - task:",
    `      type: ${tag}`,
    "    dataset:",
    `      name: ${JSON.stringify(data)}`,
    "      type: other",
    "    metrics:",
    ...Object.entries(figures).flatMap(([name, value]) => [
      `    - type: ${JSON.stringify(name.replaceAll(" ", "_"))}`,
      `      name: ${JSON.stringify(name)}`,
      `      value: ${value}`,
    ]),
  ];
}

/** The number of parameters, and the fields of the configuration that are numbers, texts or switches. */
function sizesOf({ network, config }: ExportableModel): [string, unknown][] {
  const parameters = network.parameters().reduce((sum, { size }) => sum + size, 0);
  const fields = Object.entries(config).filter(([, value]) => /^(?:number|string|boolean)$/.test(typeof value));
  return [["parameters", parameters], ...fields];
}

function table(head: string, rows: readonly (readonly [string, unknown])[]): string[] {
  return [
    `| ${head} | value |`,
    "| --- | --- |",
    ...rows.map(([name, value]) => `| ${escaped(name)} | ${escaped(String(value))} |`),
  ];
}

/** Writes a text so that Markdown shows it as it is. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
