import { CharTokenizer, LanguageModel, splitText } from "@elman/elman";
import type { TrainRequest } from "./messages.ts";
import type { CallContext } from "./worker.ts";

/** Steps of a window. */
const BPTT = 64;
/** Milliseconds between two reports of a step, and between two samples. */
const REPORT_MS = 100;
const SAMPLE_MS = 4000;
/** Share of a text, and the length from which on it, is held back to measure the loss on what is not trained on. */
const [VALID_FRACTION, VALID_FROM] = [0.05, 1000];
/** How much the samples show. */
const SAMPLE = { maxTokens: 150, temperature: 0.7, seed: 1 };

/** Trains a language model of characters until it has had its time or is stopped. */
export async function train(
  { text, length, learningRate, ...shape }: TrainRequest,
  { tell, signal }: CallContext<"train">,
): Promise<LanguageModel> {
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), embed: 64, ...shape });
  const { train, valid } = splitText(text, { validFraction: text.length < VALID_FROM ? 0 : VALID_FRACTION });
  const batch = Math.max(1, Math.min(32, Math.floor(train.length / (4 * BPTT))));
  const prompt = text.includes("\n") ? "\n" : String.fromCodePoint(text.codePointAt(0)!);
  let [reported, sampled, lastStep] = [-Infinity, performance.now(), 0];
  const sample = async (): Promise<void> => {
    const { text } = await model.complete(prompt, SAMPLE);
    tell({ kind: "sample", step: lastStep, text });
    sampled = performance.now();
  };
  const options = { ...length, batch, bptt: BPTT, learningRate, signal };
  try {
    for await (const event of model.fit({ train, valid: valid || undefined }, { ...unlimited(length), ...options })) {
      if (event.event === "epoch") {
        if (event.validLoss !== null) tell({ kind: "valid", step: lastStep, loss: event.validLoss });
        continue;
      }
      const { step, steps, loss, tokensPerSecond } = event;
      lastStep = step;
      const now = performance.now();
      if (now - reported >= REPORT_MS || step === steps) {
        tell({ kind: "step", step, steps, loss, charactersPerSecond: tokensPerSecond });
        reported = now;
      }
      if (now - sampled >= SAMPLE_MS) await sample();
    }
  } catch (error) {
    // A model that was stopped is still a model.
    if (!signal.aborted || lastStep === 0) throw error;
  }
  await sample();
  return model;
}

/** Lets a number of steps, rather than of epochs, end the training. */
function unlimited(length: TrainRequest["length"]): { epochs?: number } {
  return "maxSteps" in length ? { epochs: length.maxSteps } : {};
}
