import { type Command, jsonLine, type OptionSpecs, UsageError } from "../../command_line/mod.ts";
import { LanguageModel } from "../model.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the model's directory" },
  prompt: { kind: "string", value: "TEXT", help: "what the text begins with", default: "the beginning of a line" },
  "max-tokens": { kind: "integer", min: 0, help: "most tokens to generate", default: "200" },
  temperature: {
    kind: "number",
    min: 0,
    help: "below 1 bolder, above 1 more varied, 0 always the likeliest",
    default: "0.8",
  },
  "top-k": { kind: "integer", min: 1, help: "draw from the K likeliest tokens", default: "all" },
  "top-p": {
    kind: "number",
    above: 0,
    max: 1,
    help: "draw from the likeliest tokens that together reach P",
    default: "1",
  },
  "min-p": {
    kind: "number",
    min: 0,
    max: 1,
    help: "draw from tokens at least P times as likely as the likeliest",
    default: "0",
  },
  "repetition-penalty": {
    kind: "number",
    above: 0,
    help: "above 1, make tokens that have occurred less likely",
    default: "1",
  },
  seed: { kind: "integer", min: 0, help: "seed of the choices", default: "a random one" },
  stop: { kind: "string", value: "TEXT", repeatable: true, help: "end before this text; may be given more than once" },
  json: { kind: "boolean", help: "print one JSON object and nothing else" },
} as const satisfies OptionSpecs;

/** Writes text with a trained model. */
export const generateCommand: Command<typeof OPTIONS> = {
  name: "generate",
  summary: "continue a prompt with a trained language model",
  options: OPTIONS,
  run: async (values) => {
    const model = await LanguageModel.load(requireModel(values.model));
    const generation = model.generate(values.prompt ?? "", {
      maxTokens: values["max-tokens"],
      temperature: values.temperature ?? 0.8,
      topK: values["top-k"],
      topP: values["top-p"],
      minP: values["min-p"],
      repetitionPenalty: values["repetition-penalty"],
      seed: values.seed,
      stop: values.stop,
    });
    const start = performance.now();
    let text = "";
    if (!values.json) await write(values.prompt ?? "");
    for await (const piece of generation) {
      text += piece;
      if (!values.json) await write(piece);
    }
    const { tokens } = generation;
    const microseconds = tokens === 0 ? 0 : (performance.now() - start) * 1e3 / tokens;
    if (values.json) {
      jsonLine({
        event: "done",
        text,
        tokens,
        us_per_token: Math.round(microseconds * 10) / 10,
        seed: generation.seed,
      });
    } else await write("\n");
    return 0;
  },
};

/** The model's directory. Throws a UsageError where none is named. */
export function requireModel(directory: string | undefined): string {
  if (directory === undefined) throw new UsageError("--model: expected the directory of a model, found none");
  return directory;
}

async function write(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}
