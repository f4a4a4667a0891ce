import { answerTexts, isColoured, jsonLine, writeError, writeOut } from "../terminal/mod.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { count } from "../../tasks/task_model/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { type Classification, Classifier, type Explanation } from "../../tasks/classification/mod.ts";
import { truncationWarning } from "../../tasks/classification/program.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { refuseMixedInput } from "./text_operands.ts";
import { colourWords, formatWords } from "./words_shown.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  explain: { kind: "boolean", group: "answers", help: "Show which words carried the decision." },
  by: {
    kind: "choice",
    group: "answers",
    choices: ["attention", "omission"],
    help: "Weigh words by attention, or by how the score falls when a word is left out.",
    default: "attention where it is the model's pooling, else omission",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object for each text and nothing else." },
  tsv: {
    kind: "boolean",
    group: "run",
    help: "Print label, confidence and each label's probability between tabs, after a header.",
  },
  quiet: { kind: "boolean", group: "run", help: "Say nothing on standard error but warnings." },
} as const satisfies OptionSpecs;

type ClassifyValues = Values<typeof OPTIONS>;

/** Most texts that are read side by side before the first is answered. */
const MOST = 4096;

/** What a line of standard input came to; nothing for an empty line. */
type Found = Classification | Explanation | undefined;

/** Tells the labels of texts. */
export function makeClassifyCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[TEXT...]",
    options: OPTIONS,
    run: async (values, texts) => {
      refuseMixedInput(texts);
      if (values.json && values.tsv) throw new UsageError("--tsv: expected it or --json, found both");
      if (values.by && !values.explain) throw new UsageError("--by: expected --explain beside it, found none");
      if (values.tsv && values.explain) throw new UsageError("--explain: expected none with --tsv, found it");
      const engine = startEngine(values);
      const directory = await modelDirectory(values.model, "classification", {
        tasks,
        isQuiet: values.json || values.quiet,
      });
      if (engine.blas && !values.json && !values.quiet) console.error(describeEngine(engine));
      const model = await Classifier.load(directory);
      const session = new Session(model, values);
      if (values.tsv) session.writeHeader();
      const answer = (texts: string[]) => session.answer(texts);
      await answerTexts(texts, { noun: "text", most: MOST, isQuiet: values.quiet, answer });
      session.warn();
      return 0;
    },
  };
}

/** One run of the command. */
class Session {
  #model: Classifier;
  #values: ClassifyValues;
  #empty = 0;
  #truncated = 0;

  constructor(model: Classifier, values: ClassifyValues) {
    this.#model = model;
    this.#values = values;
  }

  writeHeader(): void {
    writeOut(["label", "confidence", ...this.#model.config.labels.map(field), "text"].join("\t") + "\n");
  }

  /** Answers each text by a line, in their order. */
  async answer(texts: readonly string[]): Promise<void> {
    const places = texts.flatMap((text, i) => text.trim() === "" ? [] : [i]);
    const found = await this.#read(places.map((place) => texts[place]));
    const results = new Map(places.map((place, i) => [place, found[i]]));
    texts.forEach((text, i) => this.#write(text, results.get(i)));
    this.#empty += texts.length - places.length;
    this.#truncated += found.filter(({ isTruncated }) => isTruncated).length;
  }

  async #read(texts: readonly string[]): Promise<Classification[] | Explanation[]> {
    const { explain, by: method } = this.#values;
    if (!explain) return await this.#model.classify(texts);
    const explanations: Explanation[] = [];
    for (const text of texts) explanations.push(await this.#model.explain(text, { method }));
    return explanations;
  }

  /** A line for a text; nothing but the text itself for an empty one, so that lines keep their places. */
  #write(text: string, found: Found): void {
    const { json, tsv } = this.#values;
    if (json) jsonLine(found ? asJSON(text, found) : { text, label: null, confidence: null, probabilities: null });
    else if (tsv) writeOut(this.#asTSV(text, found) + "\n");
    else writeOut(found ? asText(found, text) + "\n" : "\n");
  }

  #asTSV(text: string, found: Found): string {
    const { labels } = this.#model.config;
    const probabilities = labels.map((label) => found?.probabilities[label].toFixed(6) ?? "");
    return [field(found?.label ?? ""), found?.confidence.toFixed(6) ?? "", ...probabilities, field(text)].join("\t");
  }

  /** Says which texts were not answered, or not as a whole. */
  warn(): void {
    if (this.#empty > 0) {
      const have = this.#empty === 1 ? "has" : "have";
      writeError(`warning: ${count(this.#empty, "text")} without words ${have} no label\n`);
    }
    if (this.#truncated > 0) {
      writeError(`warning: ${truncationWarning(this.#truncated, this.#model.config.maxTokens)}\n`);
    }
  }
}

/** A text as a field between tabs. */
function field(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, " ");
}

function asJSON(text: string, found: Classification | Explanation): Record<string, unknown> {
  const { label, confidence, probabilities, isTruncated } = found;
  const words = "words" in found ? { method: found.method, words: found.words } : {};
  return { text, label, confidence, probabilities, ...(isTruncated && { truncated: true }), ...words };
}

/** The label and the probabilities of all, the likeliest first; then the words, where they were weighed. */
function asText(found: Classification | Explanation, text: string): string {
  const ranked = Object.entries(found.probabilities).sort(([, a], [, b]) => b - a);
  const head = [found.label, ...ranked.map(([label, p]) => `${label} ${p.toFixed(4)}`)].map(field).join("\t");
  if (!("words" in found)) return head;
  return `${head}\n${isColoured() ? colourWords(text, found.words) : formatWords(found.words)}\n`;
}
