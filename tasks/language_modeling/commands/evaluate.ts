import {
  type Command,
  describeEngine,
  ENGINE_OPTIONS,
  jsonLine,
  openText,
  type OptionSpecs,
  startEngine,
  UsageError,
} from "../../command_line/mod.ts";
import { LanguageModel, type TextEvaluation } from "../model.ts";
import { encodeText } from "../token_ids.ts";
import { requireModel } from "./generate.ts";
import { QUANTIZE_OPTION } from "./model_options.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  data: { kind: "path", value: "FILE", help: "the text to measure on" },
  ...QUANTIZE_OPTION,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
} as const satisfies OptionSpecs;

/** Measures a trained model on a text. */
export const evaluateCommand: Command<typeof OPTIONS> = {
  name: "evaluate",
  summary: "measure how well a trained language model predicts a text",
  options: OPTIONS,
  run: async (values) => {
    const engine = startEngine(values);
    if (engine.blas && !values.json) console.error(describeEngine(engine));
    const directory = requireModel(values.model);
    if (values.data === undefined) throw new UsageError("--data: expected a text file, found none");
    const model = await LanguageModel.load(directory);
    if (values.quantize) model.quantize(values.quantize);
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
  const text = await openText(file);
  try {
    return await model.evaluate(await encodeText(text, model.tokenizer));
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`evaluate ${file}: ${error.message}`) : error;
  }
}
