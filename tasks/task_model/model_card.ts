import { InputRangeError } from "../../errors.ts";
import { markPage } from "../../src/formats/pages.ts";
import type { Measurement } from "../../src/train/mod.ts";
import type { Module } from "../../src/nn/mod.ts";

/** Options of `modelCard`. */
export interface ModelCardOptions {
  /** The model's name. Default: that of a model of its task, such as "language model". */
  readonly name?: string;
  /** The license, by Hugging Face's identifier such as "mit". Default: "unknown". */
  readonly license?: string;
  /** The languages of its texts by their codes, such as "en" or "de, fr". Default: not said. */
  readonly language?: string;
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
  music: { verb: "compose" },
};

/** The parts of a model that its card tells about. */
interface DescribedModel {
  readonly task: { readonly name: string; readonly noun: string };
  readonly config: object;
  readonly network: Module;
}

/** Writes the card of a model. Throws `RangeError` if a text has several lines or a figure is not finite. */
export function cardOf(model: DescribedModel, options: ModelCardOptions = {}): string {
  const { task } = model;
  const { name = task.noun, license = "unknown", language, data, figures = {}, command } = options;
  for (const text of [name, license, language, data, command, ...Object.keys(figures)]) {
    if (text === undefined || !/[\r\n]/.test(text)) continue;
    throw new InputRangeError(`write a model card: expected texts of one line, found ${JSON.stringify(text)}`);
  }
  const wrong = Object.entries(figures).find(([, value]) => !Number.isFinite(value));
  if (wrong) throw new InputRangeError(`write a model card: expected a finite ${wrong[0]}, found ${wrong[1]}`);
  const { tag, verb } = TASKS[task.name] ?? {};
  const cell = (model.config as { readonly cell?: string }).cell;
  return [
    "---",
    `license: ${JSON.stringify(license)}`,
    ...listOf("language", language?.split(",").map((code) => JSON.stringify(code.trim()))),
    "library_name: elman",
    ...tag ? [`pipeline_tag: ${tag}`] : [],
    ...listOf("tags", ["elman", ...cell ? [cell] : [], task.name]),
    ...indexOf({ name, tag: tag ?? task.name, data, figures }),
    "---",
    "",
    `# ${escaped(options.name ?? name.charAt(0).toUpperCase() + name.slice(1))}`,
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

/** Writes the card that is saved with a model, with a line by which a later save knows whether it was edited. */
export function savedCard(model: DescribedModel, options?: ModelCardOptions): string {
  return markPage(cardOf(model, options) + "\n");
}

/** The texts of a run's notes that its model's card shows. */
const NOTED = ["name", "license", "language", "data", "command"] as const;

/**
 * Returns what a training run knows for its model's card: what its notes say under `card`, and the best measurement.
 * The name, license and language of a model that is trained again, `before`, stay as they are.
 */
export function runCard(
  notes: Readonly<Record<string, unknown>>,
  measured?: Measurement,
  { name, license, language }: ModelCardOptions = {},
): ModelCardOptions {
  const kept = Object.fromEntries(
    Object.entries({ name, license, language }).filter(([, text]) => text !== undefined),
  );
  const { figures: _, ...texts } = readCard(notes.card);
  return { ...kept, ...texts, ...measured && { figures: figuresOf(measured) } };
}

/**
 * Returns what a `config.json` or a checkpoint's notes have for the model's card. Anyone may have written them, so what
 * no card can show is left out: other values than texts of one line and finite figures.
 */
export function readCard(json: unknown): ModelCardOptions {
  const noted = (json ?? {}) as Readonly<Record<string, unknown>>;
  const texts = NOTED.flatMap((name): [string, string][] => {
    const text = noted[name];
    return typeof text === "string" && !/[\r\n]/.test(text) ? [[name, text]] : [];
  });
  const figures = Object.entries((noted.figures ?? {}) as Readonly<Record<string, unknown>>).filter(([name, value]) =>
    Number.isFinite(value) && !/[\r\n]/.test(name)
  ) as [string, number][];
  return { ...Object.fromEntries(texts), ...figures.length > 0 && { figures: Object.fromEntries(figures) } };
}

/** The numbers of a measurement by names in words, without the objective, which is one of the others. */
function figuresOf(measured: object): Record<string, number> {
  const { objective: _, ...figures } = finiteFigures(measured);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`validation ${inWords(name)}`, value]));
}

/**
 * The numbers of a measurement. The loss of a classifier with a linear part is that of both together, as the lines of
 * its epochs print it, and not that of the network alone.
 */
export function finiteFigures(measured: object): Record<string, number> {
  const isFigure = (found: [string, unknown]): found is [string, number] => Number.isFinite(found[1]);
  const { validLoss, ...figures } = Object.fromEntries(Object.entries(measured).filter(isFigure));
  return validLoss === undefined ? figures : { ...figures, loss: validLoss };
}

/** Writes a name such as `wordErrors` as "word errors" and `macroF1` as "macro F1". */
function inWords(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])(?=([a-z]?))/g, (_, before, letter, after) => {
    return `${before} ${after === "" ? letter : letter.toLowerCase()}`;
  });
}

/** A list in the front matter. */
function listOf(name: string, values: readonly string[] = []): string[] {
  return values.length === 0 ? [] : [`${name}:`, ...values.map((value) => `- ${value}`)];
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
function sizesOf({ network, config }: DescribedModel): [string, unknown][] {
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
