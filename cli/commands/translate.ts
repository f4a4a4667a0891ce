import { answerTexts, giveUpReading, jsonLine, writeError, writeOut } from "../terminal/mod.ts";
import {
  type Command,
  fieldsOf,
  optionsOf,
  type OptionSpecs,
  refuseContradictions,
  UsageError,
  type Values,
} from "../arguments/mod.ts";
import { complete } from "../../src/schema/mod.ts";
import { count } from "../../tasks/task_model/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { drawAttention } from "../../tasks/translation/attention_drawing.ts";
import { SEARCH, type TranslateSettings, type Translation, Translator } from "../../tasks/translation/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { VERIFY_OPTION } from "../verify_option.ts";
import { expectDrawable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";
import { openModels, QUIET_OPTION } from "./open_model.ts";
import { ENCODING_OPTION, expectEncoding } from "./encoding_option.ts";
import { refuseMixedInput } from "./text_operands.ts";

const { batch: _batch, ...SEARCH_FIELDS } = SEARCH;

const OPTIONS = {
  model: {
    kind: "path",
    group: "model",
    value: "DIR[,DIR...]",
    help: "Directory of the model, or of several models, whose probabilities are averaged.",
    default: "the newest of its kind in models/",
  },
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  ...optionsOf(SEARCH_FIELDS),
  attention: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help: "Draw the attention weights of one sentence as an SVG picture; - writes it to standard output, alone.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per sentence and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type TranslateValues = Values<typeof OPTIONS>;

/** Maximum number of sentences translated before the first is written. */
const SENTENCES_PER_BLOCK = 1024;

/** Makes the command that translates sentences. */
export function makeTranslateCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[TEXT...]",
    options: OPTIONS,
    run: async (values, texts) => {
      refuseMixedInput(texts);
      expectEncoding(values.encoding, texts);
      const given = fieldsOf(SEARCH_FIELDS, values);
      refuseContradictions(SEARCH_FIELDS, given);
      const search = complete(SEARCH, given, "translate");
      const { beam, nBest } = search;
      if (nBest > beam) throw new UsageError(`--n-best: expected at most the beam, ${beam}, found ${nBest}`);
      const { attention: file, json } = values;
      if (file !== undefined) await expectDrawable({ option: "--attention", file, json, texts, noun: "sentence" });
      const [model, ...members] = await openModels(values, {
        ...{ tasks, task: "translation", operands: texts },
        load: (directory, options) => Translator.load(directory, options),
      });
      if (values.attention === undefined || values.attention === STANDARD_OUTPUT) giveUpReading();
      const session = new Session(model, values, { ...search, members });
      const answer = (texts: string[]) => session.answer(texts);
      const { quiet: isQuiet, encoding } = values;
      await answerTexts(texts, { noun: "sentence", blockSize: SENTENCES_PER_BLOCK, isQuiet, encoding, answer });
      session.warn();
      return 0;
    },
  };
}

/** Settings of the search, and the ensemble's other models. */
interface SessionOptions extends TranslateSettings {
  readonly members: readonly Translator[];
}

/** One run of the command. */
class Session {
  #model: Translator;
  #values: TranslateValues;
  #options: SessionOptions;
  #counts = { empty: 0, truncated: 0, unknown: new Set<string>() };

  constructor(model: Translator, values: TranslateValues, options: SessionOptions) {
    this.#model = model;
    this.#values = values;
    this.#options = options;
  }

  /** Translates sentences and writes the results, in order. */
  async answer(texts: readonly string[]): Promise<void> {
    const translations = await this.#model.translate(texts, this.#options);
    const { attention: file } = this.#values;
    for (const [i, translation] of translations.entries()) {
      if (file !== STANDARD_OUTPUT) this.#write(texts[i], translation);
      if (texts[i].trim() === "") this.#counts.empty++;
      if (translation.isTruncated) this.#counts.truncated++;
      for (const symbol of translation.unknown) this.#counts.unknown.add(symbol);
    }
    if (file === undefined) return;
    await saveDrawing(file, drawAttention(translations[0]), this.#values.json || this.#values.quiet);
  }

  /** Writes one line for a sentence. With `--n-best`, writes one line per translation and an empty line after them. */
  #write(source: string, { alternatives, isTruncated, unknown }: Translation): void {
    const { json } = this.#values;
    const { nBest } = this.#options;
    const [{ text, score }] = alternatives;
    if (json) {
      const others = nBest > 1 ? { alternatives: alternatives.map(({ text, score }) => ({ text, score })) } : {};
      const notes = { ...(isTruncated && { truncated: true }), ...(unknown.length > 0 && { unknown }) };
      jsonLine({ source, text, score, ...others, ...notes });
    } else if (nBest === 1) {
      writeOut(oneLine(text) + "\n");
    } else {
      const lines = alternatives.map(({ text, score }) => `${score.toFixed(4)}\t${oneLine(text)}\n`);
      writeOut(lines.join("") + "\n");
    }
  }

  /** Warns of sentences that were empty, truncated or contain unknown tokens. */
  warn(): void {
    const { empty, truncated, unknown } = this.#counts;
    if (empty > 0) writeError(`warning: ${count(empty, "empty sentence")} ${empty === 1 ? "stays" : "stay"} empty\n`);
    if (truncated > 0) {
      const most = this.#model.config.maxTokens.toLocaleString("en");
      writeError(`warning: of ${count(truncated, "sentence")} only the first ${most} tokens are translated\n`);
    }
    if (unknown.size === 0) return;
    const shown = [...unknown].slice(0, 12).map((symbol) => JSON.stringify(symbol)).join(", ");
    const more = unknown.size > 12 ? ` and ${unknown.size - 12} more` : "";
    writeError(`warning: never seen in training: ${shown}${more}\n`);
  }
}

/** Puts a translation on one line, so that output and input lines correspond. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}
