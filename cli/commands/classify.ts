import {
  answerTexts,
  giveUpReading,
  isColoured,
  jsonLine,
  writeError,
  writeLine,
  writeOut,
  writeSequences,
} from "../terminal/mod.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { count } from "../../tasks/task_model/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { type Classification, Classifier, type Explanation } from "../../tasks/classification/mod.ts";
import { truncationWarning } from "../../tasks/classification/program.ts";
import { drawMutations } from "../../tasks/classification/mutation_drawing.ts";
import { formatMutations } from "../../tasks/classification/mutations.ts";
import { describeOthers } from "../../tasks/classification/sequence_data.ts";
import { strandsOf } from "../../tasks/classification/strands.ts";
import { contentFor, hasTokens } from "../../tasks/classification/texts.ts";
import { addCounts, countOtherLetters } from "../../tasks/data/sequences/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { VERIFY_OPTION } from "../verify_option.ts";
import { expectDrawable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";
import { ENCODING_OPTION, expectEncoding } from "./encoding_option.ts";
import { MODEL_OPTION } from "./model_option.ts";
import { openModel, QUIET_OPTION } from "./open_model.ts";
import { type NamedSequence, refuseSequenceFiles, sequencesOf } from "./sequence_input.ts";
import { refuseMixedInput } from "./text_operands.ts";
import { colourWords, formatWords } from "./words_shown.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  explain: { kind: "boolean", group: "answers", help: "Show how much each word contributed to the label." },
  by: {
    kind: "choice",
    group: "answers",
    choices: ["attention", "omission", "mutation"],
    help:
      "Measure of a word's contribution: its attention weight, the fall of the score without it, or, for sequences, " +
      "the change of the score if another letter replaces it.",
    default: "mutation for sequences, attention if the model pools by it, otherwise omission",
  },
  svg: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help: "Draw the mutations of one sequence as an SVG heat map; - writes it to standard output, alone.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per text and nothing else." },
  tsv: {
    kind: "boolean",
    group: "run",
    help:
      "Print a header, then tab-separated label, confidence, probability of each label, and text; for a multi-label " +
      "classifier, the labels with | between them, probability of each label, and text. The names of " +
      "FASTA's sequences come first.",
  },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type ClassifyValues = Values<typeof OPTIONS>;

/** Maximum number of texts classified before the first answer is printed. */
const TEXTS_PER_BLOCK = 4096;

/** A text to classify, and its name if it has one. */
type Item = Partial<NamedSequence> & { readonly text: string };

/** The result for one text; undefined for a text without tokens. */
type Found = Classification | Explanation | undefined;

/** Makes the command that classifies texts. */
export function makeClassifyTextsCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[TEXT...]",
    options: OPTIONS,
    run: async (values, texts) => {
      refuseMixedInput(texts);
      expectEncoding(values.encoding, texts);
      if (values.json && values.tsv) throw new UsageError("--tsv: expected this option or --json, found both");
      if (values.by && !values.explain) throw new UsageError("--by: expected --explain with it, found none");
      await expectSequence(values, texts);
      if (values.tsv && values.explain) throw new UsageError("--explain: expected this option or --tsv, found both");
      const model = await openModel(values, {
        ...{ tasks, task: "classification", operands: texts },
        load: (directory, options) => Classifier.load(directory, options),
      });
      refuseDrawing(values, model);
      const areSequences = model.config.alphabet !== null;
      if (areSequences) await refuseSequenceFiles(texts);
      if (values.svg === undefined || values.svg === STANDARD_OUTPUT) giveUpReading();
      const session = new Session(model, values);
      const { quiet: isQuiet, encoding } = values;
      await answerTexts<NamedSequence>(texts, {
        ...{ noun: "text", blockSize: TEXTS_PER_BLOCK, isQuiet, encoding },
        ...areSequences && { textsOf: sequencesOf },
        answer: (texts) => session.answer(texts.map((text) => typeof text === "string" ? { text } : text)),
      });
      session.end();
      return 0;
    },
  };
}

/** Throws `UsageError` or `RangeError` if there is no map of mutations to draw, or it cannot be written. */
async function expectSequence(
  { svg: file, explain, by, json }: ClassifyValues,
  texts: readonly string[],
): Promise<void> {
  if (file === undefined) return;
  if (!explain) throw new UsageError("--svg: expected --explain with it, found none");
  if (by !== undefined && by !== "mutation") throw new UsageError(`--svg: expected --by mutation with it, found ${by}`);
  await expectDrawable({ option: "--svg", file, json, texts, noun: "sequence" });
}

/** Throws `UsageError` if mutations are asked for and the model is not one of sequences. */
function refuseDrawing({ svg, by }: ClassifyValues, { config: { alphabet } }: Classifier): void {
  if (alphabet !== null || svg === undefined && by !== "mutation") return;
  const option = svg === undefined ? "--by mutation" : "--svg";
  throw new UsageError(`${option}: expected a classifier of sequences, found one of other texts`);
}

/** One run of the command. */
class Session {
  #model: Classifier;
  #values: ClassifyValues;
  #hasHeader = false;
  /** Number of texts without tokens. */
  #empty = 0;
  #truncated = 0;
  /** Letters outside the alphabet of a classifier of sequences, and the sequences that have them. */
  #outside = new Map<string, number>();
  #foreign = 0;

  constructor(model: Classifier, values: ClassifyValues) {
    this.#model = model;
    this.#values = values;
  }

  /** Writes the header of a table, if none has been written. The first text tells whether texts have names. */
  #writeHeader({ name }: Partial<NamedSequence> = {}): void {
    if (!this.#values.tsv || this.#hasHeader) return;
    this.#hasHeader = true;
    const { labels, multiLabel } = this.#model.config;
    const first = [...name === undefined ? [] : ["name"], ...multiLabel ? ["labels"] : ["label", "confidence"]];
    writeOut([...first, ...labels.map(field), "text"].join("\t") + "\n");
  }

  /** Prints one line for each text, in order. */
  async answer(items: readonly Item[]): Promise<void> {
    this.#writeHeader(items[0]);
    const texts = items.map(({ text }) => text);
    const places = texts.flatMap((text, i) => this.#isReadable(text) ? [i] : []);
    const found = await this.#read(places.map((place) => texts[place]));
    const results = new Map(places.map((place, i) => [place, found[i]]));
    const { svg, json, quiet } = this.#values;
    if (svg !== STANDARD_OUTPUT) items.forEach((item, i) => this.#write(item, results.get(i)));
    for (const explained of found) {
      if (svg !== undefined && "mutations" in explained && explained.mutations !== undefined) {
        await saveDrawing(svg, drawMutations(explained.mutations), json || quiet);
      }
    }
    this.#empty += texts.length - places.length;
    this.#countForeign(texts);
    this.#truncated += found.filter(({ isTruncated }) => isTruncated).length;
  }

  /** Whether a text has tokens: a sequence that is shorter than a k-mer has none, as an empty text. */
  #isReadable(text: string): boolean {
    const { config, tokenizer } = this.#model;
    return hasTokens(strandsOf(text, config)[0], tokenizer);
  }

  async #read(texts: readonly string[]): Promise<Classification[] | Explanation[]> {
    const { explain, by: method } = this.#values;
    if (!explain) return await this.#model.classify(texts);
    const explanations: Explanation[] = [];
    for (const text of texts) explanations.push(await this.#model.explain(text, { method }));
    return explanations;
  }

  #countForeign(texts: readonly string[]): void {
    const { alphabet } = this.#model.config;
    if (alphabet === null) return;
    for (const text of texts) {
      const { outside } = countOtherLetters([text], alphabet);
      if (outside.size > 0) this.#foreign++;
      addCounts(this.#outside, outside);
    }
  }

  /** Prints the line of a text. One without tokens gets a line too, so that output and input lines correspond. */
  #write(item: Item, found: Found): void {
    const { json, tsv } = this.#values;
    if (json) jsonLine({ ...item, ...found ? asJSON(found) : this.#nothing() });
    else if (tsv) writeOut(this.#asTSV(item, found) + "\n");
    else if (found) showFound(found, item.text, this.#model.config);
    else writeLine("");
  }

  /** The JSON fields of a text without tokens. */
  #nothing(): Record<string, null> {
    const { multiLabel } = this.#model.config;
    return { label: null, ...(multiLabel && { labels: null }), confidence: null, probabilities: null };
  }

  #asTSV({ name, text }: Item, found: Found): string {
    const { labels, multiLabel } = this.#model.config;
    const probabilities = labels.map((label) => found?.probabilities[label].toFixed(6) ?? "");
    const first = multiLabel
      ? [found?.labels?.join("|") ?? ""]
      : [found?.label ?? "", found?.confidence.toFixed(6) ?? ""];
    return [...name === undefined ? [] : [name], ...first, ...probabilities, text].map(field).join("\t");
  }

  /**
   * Writes the header of an empty table, and warns of texts that had no tokens or were truncated, or have letters that
   * the model does not know.
   */
  end(): void {
    this.#writeHeader();
    if (this.#empty > 0) {
      const have = this.#empty === 1 ? "has" : "have";
      const missing = contentFor(this.#model.tokenizer);
      writeError(`warning: ${count(this.#empty, "text")} without ${missing} ${have} no label\n`);
    }
    if (this.#foreign > 0) {
      const letters = describeOthers({ ambiguous: new Map(), outside: this.#outside });
      writeError(`warning: ${letters} in ${count(this.#foreign, "sequence")}\n`);
    }
    if (this.#truncated > 0) {
      writeError(`warning: ${truncationWarning(this.#truncated, this.#model.config.maxTokens)}\n`);
    }
  }
}

/** Makes a text fit a tab-separated field. */
function field(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, " ");
}

function asJSON(found: Classification | Explanation): Record<string, unknown> {
  const { label, labels, confidence, probabilities, isTruncated } = found;
  const words = "words" in found ? { method: found.method, words: found.words, mutations: found.mutations } : {};
  const set = labels === undefined ? {} : { labels };
  return { label, ...set, confidence, probabilities, ...(isTruncated && { truncated: true }), ...words };
}

/**
 * Shows the label, or the labels with | between them, and all probabilities, highest first, then the weights of the
 * words if there are any.
 */
function showFound(found: Classification | Explanation, text: string, config: Classifier["config"]): void {
  const ranked = Object.entries(found.probabilities).sort(([, a], [, b]) => b - a);
  const first = found.labels?.join("|") ?? found.label;
  writeLine([first, ...ranked.map(([label, p]) => `${label} ${p.toFixed(4)}`)].map(field).join("\t"));
  if (!("words" in found)) return;
  if (found.mutations) return writeLine(`${formatMutations(found.mutations)}\n`);
  if (isColoured()) writeSequences("output", `${colourWords(strandsOf(text, config)[0], found.words)}\n\n`);
  else writeLine(`${formatWords(found.words, config.alphabet !== null)}\n`);
}
