import { jsonLine } from "../../terminal/mod.ts";
import { openText } from "../../../tasks/data/mod.ts";
import { LanguageModel, type TextEvaluation } from "../../../tasks/language_modeling/model.ts";
import { encodeText } from "../../../tasks/language_modeling/token_ids.ts";

/** What is measured, and on what. */
export interface EvaluateLanguageModelValues {
  /** The model's directory. */
  readonly model: string;
  /** The file of the text. */
  readonly data: string;
  /** How weights are read. */
  readonly quantize?: "int8";
  /** Whether one JSON object is printed. */
  readonly json?: boolean;
}

/** Measures how well a language model predicts a text. */
export async function evaluateLanguageModel(values: EvaluateLanguageModelValues): Promise<number> {
  const model = await LanguageModel.load(values.model);
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
}
/** Measures a file. Throws a RangeError that names it where the model cannot read it. */
async function measure(model: LanguageModel, file: string): Promise<TextEvaluation> {
  const text = await openText(file);
  try {
    return await model.evaluate(await encodeText(text, model.tokenizer));
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`evaluate ${file}: ${error.message}`) : error;
  }
}
