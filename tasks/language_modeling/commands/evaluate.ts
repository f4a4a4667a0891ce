import {
  type Command,
  jsonLine,
  type OptionSpecs,
  readText,
  startEngine,
  THREADS_OPTION,
  UsageError,
} from "../../command_line/mod.ts";
import { LanguageModel, type TextEvaluation } from "../model.ts";
import { requireModel } from "./generate.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  data: { kind: "path", value: "FILE", help: "the text to measure on" },
  threads: THREADS_OPTION,
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
} as const satisfies OptionSpecs;

/** Measures a trained model on a text. */
export const evaluateCommand: Command<typeof OPTIONS> = {
  name: "evaluate",
  summary: "measure how well a trained language model predicts a text",
  options: OPTIONS,
  run: async (values) => {
    startEngine(values.threads);
    const directory = requireModel(values.model);
    if (values.data === undefined) throw new UsageError("--data: expected a text file, found none");
    const model = await LanguageModel.load(directory);
    const { loss, perplexity, bitsPerCharacter, tokens } = await measure(model, values.data);
    if (values.json) jsonLine({ event: "done", loss, perplexity, bits_per_char: bitsPerCharacter, tokens });
    else {
      console.log(
        `loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}, ` +
          `${bitsPerCharacter.toFixed(4)} bits per character, ${tokens.toLocaleString("en")} tokens`,
      );
    }
    return 0;
  },
};

/** Measures a file. Throws a RangeError that names it where the model cannot read it. */
async function measure(model: LanguageModel, file: string): Promise<TextEvaluation> {
  const text = await readText(file);
  try {
    return await model.evaluate(text);
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`evaluate ${file}: ${error.message}`) : error;
  }
}
