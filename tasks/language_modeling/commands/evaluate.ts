import {
  type Command,
  jsonLine,
  type OptionSpecs,
  readText,
  startEngine,
  THREADS_OPTION,
  UsageError,
} from "../../command_line/mod.ts";
import { LanguageModel } from "../model.ts";
import { requireModel } from "./generate.ts";

const OPTIONS = {
  model: { kind: "string", value: "DIR", help: "the model's directory" },
  data: { kind: "string", value: "FILE", help: "the text to measure on" },
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
    const { loss, perplexity, bitsPerCharacter, tokens } = await model.evaluate(await readText(values.data));
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
